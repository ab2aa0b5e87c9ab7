// What Twilio Verify answers about factors.
import * as v from 'valibot';
import { count, date, maybe, type Read, type Shape, text, word } from '../../wire/shape.js';
import { listOf, type Page } from './lists.js';
import { CREATED, type Owner, only, owned, present, success } from './owned.js';

export type TwilioAlgorithm = 'SHA1' | 'SHA256' | 'SHA512';

/** An authenticator of an entity's; what Verify leaves out or sends oddly is absent. */
export interface TwilioFactor {
  sid: string;
  identity: string;
  status: 'verified' | 'unverified';
  /** `totp`, or another kind that this client only lists. */
  type: string;
  friendlyName?: string;
  algorithm?: TwilioAlgorithm;
  digits?: number;
  /** Seconds. */
  period?: number;
  /** Steps accepted on each side of the present one. */
  skew?: number;
  metadata?: Readonly<Record<string, unknown>>;
  /** Unix milliseconds. */
  createdAt?: number;
}

const record: Shape<Record<string, unknown>> = v.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

// {"sid":"YF..","account_sid":"AC..","service_sid":"VA..","entity_sid":"YE..","identity":"..","status":"unverified",
//  "factor_type":"totp","friendly_name":"..","config":{"alg":"sha1","skew":1,"code_length":6,"time_step":30},
//  "metadata":null,"date_created":"2015-07-30T20:00:00Z","date_updated":"..","url":"..",
//  "binding":{"secret":"..","uri":"otpauth://totp/.."}}                               binding: on create only
const factor = (owner: Owner) =>
  v.pipe(
    v.object({
      ...owned(owner),
      sid: only('YF', owner.factor),
      status: word('verified', 'unverified'),
      factor_type: text,
      friendly_name: maybe(text),
      config: maybe(
        v.object({
          alg: maybe(word('sha1', 'sha256', 'sha512')),
          code_length: maybe(count),
          time_step: maybe(count),
          skew: maybe(count),
        }),
      ),
      metadata: maybe(record),
      date_created: maybe(date),
    }),
    v.transform((wire) =>
      present<TwilioFactor>({
        sid: wire.sid,
        identity: wire.identity,
        status: wire.status,
        type: wire.factor_type,
        friendlyName: wire.friendly_name,
        algorithm: wire.config?.alg?.toUpperCase() as TwilioAlgorithm | undefined,
        digits: wire.config?.code_length,
        period: wire.config?.time_step,
        skew: wire.config?.skew,
        metadata: wire.metadata,
        createdAt: wire.date_created,
      }),
    ),
  );

export const readFactor = (owner: Owner): Read<TwilioFactor> => success(factor(owner));

/** Of TOTP, and no other type. */
export const readTotpFactor = (owner: Owner): Read<TwilioFactor> => {
  const read = readFactor(owner);
  return (answer) => {
    const said = read(answer);
    return said?.type === 'totp' ? said : undefined;
  };
};

/** The secret and its otpauth URI are told this once. */
export const readNewFactor = (
  owner: Owner,
): Read<{ factor: TwilioFactor; secret?: string; uri?: string }> => {
  const binding = v.object({
    binding: maybe(v.object({ secret: maybe(text), uri: maybe(text) })),
  });
  return (answer) => {
    const made = success(factor(owner), CREATED)(answer);
    const { secret, uri } = success(binding, CREATED)(answer)?.binding ?? {};
    return made?.type === 'totp' ? present({ factor: made, secret, uri }) : undefined;
  };
};

export const readFactors = (owner: Owner): Read<Page<TwilioFactor>> =>
  listOf('factors', factor(owner));
