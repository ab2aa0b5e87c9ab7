// What Twilio Verify answers about a service.
import * as v from 'valibot';
import { count, maybe, type Read, type Shape, text, word } from '../../wire/shape.js';
import { type Owner, present, success } from './owned.js';

export interface TwilioService {
  sid: string;
  friendlyName?: string;
  issuer?: string;
  /** Those a factor has that says nothing else: 6, 30 s and 1 where nothing was set. */
  digits: number;
  period: number;
  skew: number;
}

// {"sid":"VA..","account_sid":"AC..","friendly_name":"..",
//  "totp":{"issuer":"..","time_step":30,"code_length":6,"skew":1}}          null stands for what was never set
export const readService = ({ accountSid, serviceSid }: Owner): Read<TwilioService> => {
  const unset = <T>(shape: Shape<T>, value: T): Shape<T> =>
    v.pipe(
      v.nullable(shape),
      v.transform((set) => set ?? value),
    ) as Shape<T>;
  const totp = v.object({
    issuer: maybe(text),
    code_length: unset(count, 6),
    time_step: unset(count, 30),
    skew: unset(count, 1),
  });
  const DEFAULTS = { issuer: undefined, code_length: 6, time_step: 30, skew: 1 };
  return success(
    v.pipe(
      v.object({
        sid: word(serviceSid),
        account_sid: word(accountSid),
        friendly_name: maybe(text),
        totp: v.pipe(
          v.nullable(totp),
          v.transform((set) => set ?? DEFAULTS),
        ),
      }),
      v.transform(({ sid, friendly_name, totp: { issuer, code_length, time_step, skew } }) =>
        present<TwilioService>({
          sid,
          friendlyName: friendly_name,
          issuer,
          digits: code_length,
          period: time_step,
          skew,
        }),
      ),
    ),
  );
};
