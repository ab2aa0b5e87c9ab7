// What Twilio Verify answers about challenges.
import * as v from 'valibot';
import { date, maybe, type Read, text, word } from '../../wire/shape.js';
import { listOf, type Page } from './lists.js';
import { CREATED, type Owner, only, owned, present, success } from './owned.js';

/** One question about a code. */
export interface TwilioChallenge {
  sid: string;
  identity: string;
  factor: string;
  status: 'pending' | 'approved' | 'expired' | 'denied';
  type: string;
  /** Unix milliseconds, as the next two. */
  createdAt?: number;
  respondedAt?: number;
  expiresAt?: number;
}

// {"sid":"YC..","account_sid":"AC..","service_sid":"VA..","entity_sid":"YE..","identity":"..","factor_sid":"YF..",
//  "date_created":"..","date_responded":null,"expiration_date":"..","status":"pending","responded_reason":"none",
//  "details":{..},"hidden_details":null,"metadata":null,"factor_type":"totp","url":"..","links":{"notifications":".."}}
const challenge = (owner: Owner) =>
  v.pipe(
    v.object({
      ...owned(owner),
      sid: only('YC', owner.challenge),
      factor_sid: only('YF', owner.factor),
      status: word('pending', 'approved', 'expired', 'denied'),
      factor_type: text,
      date_created: maybe(date),
      date_responded: maybe(date),
      expiration_date: maybe(date),
    }),
    v.transform((wire) =>
      present<TwilioChallenge>({
        sid: wire.sid,
        identity: wire.identity,
        factor: wire.factor_sid,
        status: wire.status,
        type: wire.factor_type,
        createdAt: wire.date_created,
        respondedAt: wire.date_responded,
        expiresAt: wire.expiration_date,
      }),
    ),
  );

export const readChallenge = (owner: Owner): Read<TwilioChallenge> => success(challenge(owner));

/** A new challenge of this very factor and of TOTP, which is answered as soon as it is made. */
export const readRuling = (owner: Owner): Read<TwilioChallenge> => {
  const read = success(challenge(owner), CREATED);
  return (answer) => {
    const made = read(answer);
    const rules = made?.status === 'approved' || made?.status === 'pending';
    return rules && made.type === 'totp' ? made : undefined;
  };
};

export const readChallenges = (owner: Owner): Read<Page<TwilioChallenge>> =>
  listOf('challenges', challenge(owner));
