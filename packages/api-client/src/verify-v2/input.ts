// What may be asked of Twilio Verify, checked before any URL exists; messages name the field only.
import { badInput, given, oneOf, text, wholeNumber, words } from '../input.js';
import type { TwilioAlgorithm } from './wire/factors.js';
import { isSid } from './wire/owned.js';

/** A sid of this kind, as AC for accounts. */
export function sid(field: string, value: unknown, kind: string): string {
  if (typeof value !== 'string') throw new TypeError(`${field} must be a string`);
  if (!isSid(kind, value)) throw badInput(`${field} must be ${kind} and 32 hexadecimal digits`);
  return value;
}

export const identity = (value: unknown): string =>
  text('identity', value, /^[A-Za-z\d-]{8,64}$/, '8 to 64 ASCII letters, digits and dashes');

/** How a factor makes its codes; a setting that is left out is the service's. */
export interface TwilioTotp {
  algorithm?: TwilioAlgorithm | undefined;
  /** 3 to 8. */
  digits?: number | undefined;
  /** Seconds, 20 to 60: codes of Authy's own app, of 10 s, can't be moved. */
  period?: number | undefined;
  /** Steps accepted on each side of the present one, 0 to 2. */
  skew?: number | undefined;
}

/** Those settings under Verify's names. */
export const totpConfig = ({ algorithm, digits, period, skew }: TwilioTotp): Fields => ({
  'Config.Alg': given(algorithm, (value) =>
    oneOf('algorithm', value, ['SHA1', 'SHA256', 'SHA512']).toLowerCase(),
  ),
  'Config.CodeLength': given(digits, (value) => wholeNumber('digits', value, { min: 3, max: 8 })),
  'Config.TimeStep': given(period, (value) => wholeNumber('period', value, { min: 20, max: 60 })),
  'Config.Skew': given(skew, (value) => wholeNumber('skew', value, { min: 0, max: 2 })),
});

/** Base32 of whole bytes, as it is sent: in capitals and without padding. */
export function secret(value: unknown): string {
  const base32 = text('secret', value, /^[A-Z2-7]{2,}=*$/i, 'Base32').replace(/=/g, '');
  if ([1, 3, 6].includes(base32.length % 8)) throw badInput('secret must be Base32');
  return base32.toUpperCase();
}

export function metadata(value: unknown): string {
  if (typeof value !== 'object' || value === null)
    throw new TypeError('metadata must be an object');
  return words('metadata', JSON.stringify(value), 1024);
}

/** Where a list goes on: what an earlier page called `next`. */
export const page = (value: string): Fields => {
  const fields = new URLSearchParams(words('page', value, 1024));
  return { Page: fields.get('Page') ?? undefined, PageToken: fields.get('PageToken') ?? undefined };
};

export const pageSize = (value: number): number =>
  wholeNumber('pageSize', value, { min: 1, max: 30 });

export type Fields = Readonly<Record<string, string | number | undefined>>;

/** Fields as a form or a query, without those that were left out. */
export function form(fields: Fields): URLSearchParams {
  const result = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) result.set(name, String(value));
  }
  return result;
}
