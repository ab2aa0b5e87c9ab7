/** Verifications of phone numbers, which need no user: one at a time for each number. */
import type { Params } from '../params.js';

export interface Phone {
  countryCode: string;
  /** Digits only. */
  number: string;
}

export interface PhoneVerification {
  uuid: string;
  code: string;
  /** On the emulator's clock, Unix milliseconds. */
  until: number;
  tries: number;
  verified: boolean;
}

export interface PhoneVerifications {
  begin(phone: Phone, verification: PhoneVerification): void;
  of(phone: Phone): PhoneVerification | undefined;
  named(uuid: string): PhoneVerification | undefined;
}

/** Guesses at one code; with them used up even the right one is refused. */
export const MOST_TRIES = 5;

export function createPhoneVerifications(): PhoneVerifications {
  const byPhone = new Map<string, PhoneVerification>();
  const keyOf = ({ countryCode, number }: Phone) => `${countryCode}-${number}`;
  return {
    begin: (phone, verification) => byPhone.set(keyOf(phone), verification),
    of: (phone) => byPhone.get(keyOf(phone)),
    named: (uuid) => [...byPhone.values()].find((verification) => verification.uuid === uuid),
  };
}

export function readPhone(params: Params): { phone: Phone } | { refused: Record<string, string> } {
  const number = digitsOf(params.get('phone_number') ?? '');
  const countryCode = countryOf(params.get('country_code') ?? '');
  const refused: Record<string, string> = {};
  if (number === undefined) refused.phone_number = 'is invalid';
  if (countryCode === undefined) refused.country_code = 'is invalid';
  if (number === undefined || countryCode === undefined) return { refused };
  return { phone: { number, countryCode } };
}

/** The digits of a number as people write it. */
export function digitsOf(text: string): string | undefined {
  const digits = text.replace(/[\s().-]/g, '');
  return /^[0-9]{5,15}$/.test(digits) ? digits : undefined;
}

export function countryOf(text: string): string | undefined {
  const digits = text.trim().replace(/^\+/, '');
  return /^[1-9][0-9]{0,3}$/.test(digits) ? digits : undefined;
}
