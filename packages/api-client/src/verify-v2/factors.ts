// Factors of Twilio Verify: the authenticators of an entity, enrolled by a first code.
import type { Exchange } from '../exchange.js';
import { given, isToken, words } from '../input.js';
import { ask, askWhether } from './ask.js';
import {
  form,
  identity,
  metadata,
  page,
  pageSize,
  secret,
  sid,
  type TwilioTotp,
  totpConfig,
} from './input.js';
import {
  readFactor,
  readFactors,
  readNewFactor,
  readTotpFactor,
  type TwilioFactor,
} from './wire/factors.js';
import { type Owner, readGone } from './wire/owned.js';

export interface OfEntity {
  /** Who it is to Verify: 8 to 64 ASCII letters, digits and dashes; no personal data. */
  identity: string;
  signal?: AbortSignal | undefined;
}

export interface OfFactor extends OfEntity {
  /** A factor's sid. */
  factor: string;
}

export type TwilioNo<Reason extends string> = { reason: Reason; authyCode: string };

/** Each throws {@link AuthyError} where Verify gave no usable answer; those that only read are repeated. */
export interface TwilioFactors {
  /**
   * Makes a TOTP factor, and the entity where there is none; it is good for nothing until verified.
   *
   * `secret` is Base32 of one's own; Verify makes one where it is left out. `friendlyName` (up to 64
   * characters) is the account name that authenticators show. The secret and its otpauth URI are
   * told this once. Never repeated: a second call makes a second factor.
   */
  create(
    wanted: OfEntity &
      TwilioTotp & {
        friendlyName: string;
        secret?: string | undefined;
        /** At most 1024 characters as JSON. */
        metadata?: Readonly<Record<string, string>> | undefined;
      },
  ): Promise<{ factor: TwilioFactor; secret?: string; uri?: string }>;
  /**
   * Verifies a factor by a first code of it.
   *
   * For enrolment, never for a login: what Verify says of a factor that was verified before is
   * written nowhere. Five wrong codes lock it for good; an unverified one is gone after a day at most.
   */
  verify(
    question: OfFactor & { code: string },
  ): Promise<
    | { verified: true; factor: TwilioFactor }
    | { verified: false; reason: 'malformed' }
    | { verified: false; reason: 'mismatch'; factor?: TwilioFactor }
    | ({ verified: false } & TwilioNo<'mismatch' | 'unknown-factor' | 'locked'>)
  >;
  /** Asks how a factor stands. */
  get(
    question: OfFactor,
  ): Promise<
    { known: true; factor: TwilioFactor } | ({ known: false } & TwilioNo<'unknown-factor'>)
  >;
  /** Lists an entity's factors, of every type; `next` is the `page` that follows. */
  list(
    question: OfEntity & {
      /** 1 to 30. @default 20 */
      pageSize?: number | undefined;
      page?: string | undefined;
    },
  ): Promise<
    | { known: true; factors: TwilioFactor[]; next?: string }
    | ({ known: false } & TwilioNo<'unknown-entity'>)
  >;
  /** Takes a factor away: no code of it is good any more. */
  remove(
    question: OfFactor,
  ): Promise<{ removed: true } | ({ removed: false } & TwilioNo<'unknown-factor'>)>;
}

export function createFactors(exchange: Exchange, service: Owner): TwilioFactors {
  const of = (who: string, factor?: string) => {
    const entity = identity(who);
    const one = given(factor, (value) => sid('factor', value, 'YF'));
    return {
      owner: { ...service, identity: entity, ...(one && { factor: one }) },
      path: ['Entities', entity, 'Factors', ...(one ? [one] : [])],
    };
  };

  return {
    async create({ identity: who, friendlyName, secret: own, metadata: notes, signal, ...totp }) {
      const { owner, path } = of(who);
      const body = form({
        FactorType: 'totp',
        FriendlyName: words('friendlyName', friendlyName, 64),
        'Binding.Secret': given(own, secret),
        ...totpConfig(totp),
        Metadata: given(notes, metadata),
      });
      return ask(exchange, { method: 'POST', path, body, signal, read: readNewFactor(owner) });
    },

    async verify({ identity: who, factor, code, signal }) {
      const { owner, path } = of(who, factor);
      if (!isToken(code, { min: 3 })) return { verified: false, reason: 'malformed' };
      const { said, no } = await askWhether(exchange, {
        method: 'POST',
        path,
        body: form({ AuthPayload: code }),
        signal,
        read: readTotpFactor(owner),
        no: { ...UNKNOWN, '60310': 'locked', '60311': 'mismatch' } as const,
      });
      if (no) return { verified: false, ...no };
      return said.status === 'verified'
        ? { verified: true, factor: said }
        : { verified: false, reason: 'mismatch', factor: said };
    },

    async get({ identity: who, factor, signal }) {
      const { owner, path } = of(who, factor);
      const read = readFactor(owner);
      const asked = { method: 'GET', path, signal, repeatable: true, read, no: UNKNOWN } as const;
      const { said, no } = await askWhether(exchange, asked);
      return no ? { known: false, ...no } : { known: true, factor: said };
    },

    async list({ identity: who, pageSize: size = 20, page: from, signal }) {
      const { owner, path } = of(who);
      const { said, no } = await askWhether(exchange, {
        method: 'GET',
        path,
        query: form({ PageSize: pageSize(size), ...given(from, page) }).toString(),
        signal,
        repeatable: true,
        read: readFactors(owner),
        no: { '20404': 'unknown-entity' } as const,
      });
      if (no) return { known: false, ...no };
      const { items, ...rest } = said;
      return { known: true, factors: items, ...rest };
    },

    async remove({ identity: who, factor, signal }) {
      const { path } = of(who, factor);
      const asked = { method: 'DELETE', path, signal, read: readGone, no: UNKNOWN } as const;
      const { no } = await askWhether(exchange, asked);
      return no ? { removed: false, ...no } : { removed: true };
    },
  };
}

const UNKNOWN = { '20404': 'unknown-factor' } as const;
