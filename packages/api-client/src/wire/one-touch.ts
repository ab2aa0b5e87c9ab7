// What Authy answers about OneTouch requests.
import * as v from 'valibot';
import { fromWire } from './names.js';
import { count, date, flag, id, maybe, type Read, success, text, word } from './shape.js';

// {"approval_request":{"uuid":"..."},"success":true}
export const readRequest: Read<{ request: string }> = success(
  v.object({ approval_request: v.object({ uuid: text }) }),
  ({ approval_request }) => ({ request: approval_request.uuid }),
);

/** What became of a OneTouch request; dates are Unix milliseconds. */
export interface OneTouchRequest {
  status: 'pending' | 'approved' | 'denied' | 'expired';
  /** Authy's id of the user who was asked. */
  user?: string;
  notified?: boolean;
  createdAt?: number;
  updatedAt?: number;
  processedAt?: number;
  secondsToExpire?: number;
}

// {"approval_request":{"_app_name":"...","_app_serial_id":1,"_authy_id":209,"_id":"...",
//  "_user_email":"...","app_id":"...","created_at":"2017-01-31T00:12:54Z","notified":false,
//  "processed_at":null,"seconds_to_expire":86400,"status":"pending","updated_at":"...",
//  "user_id":"...","uuid":"..."},"success":true}
const request = v.object({
  status: word('pending', 'approved', 'denied', 'expired'),
  uuid: maybe(text),
  _authy_id: maybe(id),
  notified: maybe(flag),
  created_at: maybe(date),
  updated_at: maybe(date),
  processed_at: maybe(date),
  seconds_to_expire: maybe(count),
});

/** An answer about another request than `asked` is none. */
export const readRequestStatus = (asked: string): Read<OneTouchRequest> =>
  success(v.object({ approval_request: request }), ({ approval_request }) => {
    const { uuid, _authy_id, ...rest } = approval_request;
    if (uuid !== undefined && uuid.toLowerCase() !== asked.toLowerCase()) return undefined;
    return fromWire({ ...rest, user: _authy_id });
  });
