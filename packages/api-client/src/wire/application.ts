// What Authy answers about the application that a key belongs to.
import * as v from 'valibot';
import { fromWire } from './names.js';
import { count, flag, id, maybe, type Read, success, text } from './shape.js';

export interface ApplicationDetails {
  name?: string;
  plan?: string;
  smsEnabled?: boolean;
  appId?: string;
}

// {"app":{"name":"...","plan":"pay_as_you_go","sms_enabled":true,"app_id":3},
//  "message":"Application information.","success":true}
export const readDetails: Read<ApplicationDetails> = success(
  v.object({
    app: v.object({
      name: maybe(text),
      plan: maybe(text),
      sms_enabled: maybe(flag),
      app_id: maybe(id),
    }),
  }),
  ({ app }) => fromWire(app),
);

export interface MonthlyStats {
  year?: number;
  /** In English, as `January`. */
  month?: string;
  apiCallsCount?: number;
  authsCount?: number;
  callsCount?: number;
  smsCount?: number;
  usersCount?: number;
}

export interface ApplicationStats {
  appId?: string;
  totalUsers?: number;
  count?: number;
  months: MonthlyStats[];
}

const month = v.object({
  year: maybe(count),
  month: maybe(text),
  api_calls_count: maybe(count),
  auths_count: maybe(count),
  calls_count: maybe(count),
  sms_count: maybe(count),
  users_count: maybe(count),
});

// {"app_id":3,"count":2,"message":"Monthly statistics.","total_users":9,"success":true,
//  "stats":[{"year":2017,"month":"January","api_calls_count":6,...}]}
export const readStats: Read<ApplicationStats> = success(
  v.object({
    app_id: maybe(id),
    total_users: maybe(count),
    count: maybe(count),
    stats: v.array(v.pipe(month, v.transform(fromWire))),
  }),
  ({ stats, ...rest }) => ({ ...fromWire(rest), months: stats }),
);
