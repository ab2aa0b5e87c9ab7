// Phones: whether somebody has one at hand, and what kind it is. No Authy user is needed.
import { ask, askWhether } from './ask.js';
import type { Exchange } from './exchange.js';
import {
  given,
  ip,
  isToken,
  locale,
  oneOf,
  phone,
  text,
  uuid,
  wholeNumber,
  words,
} from './input.js';
import {
  type PhoneInfo,
  type PhoneVerification,
  type PhoneVerificationStart,
  readPhoneInfo,
  readPhoneStatus,
  readStarted,
} from './wire/phones.js';
import { readDone } from './wire/shape.js';

/** A national number in digits, and its calling code. */
export interface Phone {
  phone: string;
  countryCode: number;
}

/** Each throws {@link AuthyError} where Authy gave no usable answer. */
export interface Phones {
  /**
   * Sends a verification code to a phone; never repeated.
   *
   * `codeLength` is 4 to 10; `customCode` is sent in place of Authy's own, 4 to 10 digits.
   *
   * @example
   * await client.phones.start({ phone: '3175550100', countryCode: 1, via: 'sms', codeLength: 6 });
   */
  start(
    request: Phone & {
      /** @default 'sms' */
      via?: 'sms' | 'call' | undefined;
      locale?: string | undefined;
      /** @default 4 */
      codeLength?: number | undefined;
      customCode?: string | undefined;
      customMessage?: string | undefined;
      signal?: AbortSignal | undefined;
    },
  ): Promise<
    | ({ started: true } & PhoneVerificationStart)
    | { started: false; reason: 'invalid-phone' | 'landline' | 'opted-out'; authyCode: string }
  >;
  /** Compares the code that was typed, 4 to 10 digits; never repeated, for a try is a try. */
  check(question: Phone & { code: string; signal?: AbortSignal | undefined }): Promise<
    | { correct: true }
    /** Not 4 to 10 ASCII digits; nothing was sent. */
    | { correct: false; reason: 'malformed' }
    /** `not-pending`: none was sent to this phone, or it has expired. */
    | { correct: false; reason: 'mismatch' | 'not-pending'; authyCode: string }
  >;
  /** Asks how a verification stands, by phone or by the `uuid` that `start` gave; safe to repeat. */
  status(
    question: (Phone | { uuid: string }) & { signal?: AbortSignal | undefined },
  ): Promise<
    | ({ known: true } & PhoneVerification)
    | { known: false; reason: 'not-pending'; authyCode: string }
  >;
  /** Asks what kind of phone has a number; what Authy leaves out is absent. Safe to repeat. */
  info(
    question: Phone & { ip?: string | undefined; signal?: AbortSignal | undefined },
  ): Promise<PhoneInfo>;
}

const NO_START = {
  '60033': 'invalid-phone',
  '60059': 'invalid-phone',
  '60078': 'invalid-phone',
  '60082': 'landline',
  '60115': 'opted-out',
} as const;

const NOT_PENDING = { '60023': 'not-pending' } as const;
const LENGTH = { min: 4, max: 10 };

const digits = (value: string): string =>
  text('customCode', value, /^\d{4,10}$/, '4 to 10 ASCII digits');

export function createPhones(exchange: Exchange): Phones {
  return {
    async start({ via = 'sms', signal, ...request }) {
      const body = {
        ...phone(request),
        via: oneOf('via', via, ['sms', 'call']),
        locale: given(request.locale, locale),
        codeLength: given(request.codeLength, (value) => wholeNumber('codeLength', value, LENGTH)),
        customCode: given(request.customCode, digits),
        customMessage: given(request.customMessage, (value) => words('customMessage', value, 1600)),
      };
      return askWhether(exchange, {
        method: 'POST',
        path: ['phones', 'verification', 'start'],
        body,
        signal,
        flag: 'started',
        read: readStarted,
        no: NO_START,
      });
    },
    async check({ code, signal, ...whose }) {
      const query = { ...phone(whose), verificationCode: code };
      if (!isToken(code, LENGTH)) return { correct: false, reason: 'malformed' };
      return askWhether(exchange, {
        method: 'GET',
        path: ['phones', 'verification', 'check'],
        query,
        signal,
        flag: 'correct',
        read: readDone,
        no: { ...NOT_PENDING, '60022': 'mismatch' },
      });
    },
    async status({ signal, ...which }) {
      return askWhether(exchange, {
        method: 'GET',
        path: ['phones', 'verification', 'status'],
        query: 'uuid' in which ? { uuid: uuid('uuid', which.uuid) } : { ...phone(which) },
        repeatable: true,
        signal,
        flag: 'known',
        read: readPhoneStatus,
        no: NOT_PENDING,
      });
    },
    async info({ signal, ...whose }) {
      return ask(exchange, {
        method: 'GET',
        path: ['phones', 'info'],
        query: { ...phone(whose), userIp: given(whose.ip, ip) },
        repeatable: true,
        signal,
        read: readPhoneInfo,
      });
    },
  };
}
