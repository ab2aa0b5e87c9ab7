// Challenges of Twilio Verify: one question each, whether a code is good.
import type { Exchange } from '../exchange.js';
import { given, isToken, oneOf } from '../input.js';
import { askWhether } from './ask.js';
import type { OfEntity, OfFactor, TwilioNo } from './factors.js';
import { form, identity, page, pageSize, sid } from './input.js';
import {
  readChallenge,
  readChallenges,
  readRuling,
  type TwilioChallenge,
} from './wire/challenges.js';
import type { Owner } from './wire/owned.js';

export type TwilioApproval =
  | { approved: true; challenge: TwilioChallenge }
  /** Not 3 to 8 ASCII digits; nothing was sent. */
  | { approved: false; reason: 'malformed' }
  /** Verify answers a wrong code with a challenge that stays pending, at HTTP 201. */
  | { approved: false; reason: 'mismatch'; challenge?: TwilioChallenge }
  | ({ approved: false } & TwilioNo<'mismatch' | 'unknown-factor' | 'unverified' | 'locked'>);

/** Each throws {@link AuthyError} where Verify gave no usable answer; those that only read are repeated. */
export interface TwilioChallenges {
  /**
   * Asks whether a code of a verified factor is good, by a challenge that carries it. Never repeated.
   *
   * Verify does not say that a code was used before. `locked` is too many wrong codes, or 50 in an
   * hour and 100 in a day of any.
   *
   * @throws {AuthyError} when there was no ruling: `ERR_AUTHY_DOWN`, `ERR_AUTHY_AMBIGUOUS` (the code
   * may have been taken), `ERR_AUTHY_REFUSED`; `ERR_AUTHY_INPUT` when a sid or the identity is none
   * @example
   * const { approved } = await client.challenges.create({ identity, factor, code: '123456' });
   */
  create(question: OfFactor & { code: string }): Promise<TwilioApproval>;
  /** Asks what became of a challenge. */
  get(
    question: OfEntity & { challenge: string },
  ): Promise<
    { known: true; challenge: TwilioChallenge } | ({ known: false } & TwilioNo<'unknown-challenge'>)
  >;
  /** Lists an entity's challenges; `next` is the `page` that follows. */
  list(
    question: OfEntity & {
      factor?: string | undefined;
      status?: TwilioChallenge['status'] | undefined;
      /** By date. */
      order?: 'asc' | 'desc' | undefined;
      /** 1 to 30. @default 20 */
      pageSize?: number | undefined;
      page?: string | undefined;
    },
  ): Promise<
    | { known: true; challenges: TwilioChallenge[]; next?: string }
    | ({ known: false } & TwilioNo<'unknown-entity'>)
  >;
}

/** The codes that rule against a code or its factor. */
const NO = {
  '20404': 'unknown-factor',
  '60308': 'locked',
  '60310': 'locked',
  '60312': 'locked',
  '60318': 'unverified',
  '60324': 'mismatch',
} as const;

export function createChallenges(exchange: Exchange, service: Owner): TwilioChallenges {
  return {
    async create({ identity: who, factor: which, code, signal }) {
      const owner = { ...service, identity: identity(who), factor: sid('factor', which, 'YF') };
      if (!isToken(code, { min: 3 })) return { approved: false, reason: 'malformed' };
      const { said, no } = await askWhether(exchange, {
        method: 'POST',
        path: ['Entities', owner.identity, 'Challenges'],
        body: form({ FactorSid: owner.factor, AuthPayload: code }),
        signal,
        read: readRuling(owner),
        no: NO,
      });
      if (no) return { approved: false, ...no };
      return said.status === 'approved'
        ? { approved: true, challenge: said }
        : { approved: false, reason: 'mismatch', challenge: said };
    },

    async get({ identity: who, challenge: which, signal }) {
      const asked = { identity: identity(who), challenge: sid('challenge', which, 'YC') };
      const { said, no } = await askWhether(exchange, {
        method: 'GET',
        path: ['Entities', asked.identity, 'Challenges', asked.challenge],
        signal,
        repeatable: true,
        read: readChallenge({ ...service, ...asked }),
        no: { '20404': 'unknown-challenge' } as const,
      });
      return no ? { known: false, ...no } : { known: true, challenge: said };
    },

    async list({ identity: who, factor: which, status, order, pageSize: size = 20, ...rest }) {
      const entity = identity(who);
      const factor = given(which, (value) => sid('factor', value, 'YF'));
      const query = form({
        FactorSid: factor,
        Status: given(status, (value) =>
          oneOf('status', value, ['pending', 'approved', 'expired', 'denied']),
        ),
        Order: given(order, (value) => oneOf('order', value, ['asc', 'desc'])),
        PageSize: pageSize(size),
        ...given(rest.page, page),
      }).toString();
      const { said, no } = await askWhether(exchange, {
        method: 'GET',
        path: ['Entities', entity, 'Challenges'],
        query,
        signal: rest.signal,
        repeatable: true,
        read: readChallenges({ ...service, identity: entity, ...(factor && { factor }) }),
        no: { '20404': 'unknown-entity' } as const,
      });
      if (no) return { known: false, ...no };
      const { items, ...more } = said;
      return { known: true, challenges: items, ...more };
    },
  };
}
