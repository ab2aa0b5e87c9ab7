/** Who is to be registered: `user[email]`, `user[cellphone]`, `user[country_code]`. */
import type { Params } from '../params.js';
import { countryOf, digitsOf } from '../phones/phones.js';
import type { Person } from './users.js';

export type ReadPerson =
  | { person: Person }
  /** What is wrong with which field, in Authy's words. */
  | { refused: Record<string, string> };

export function readPerson(params: Params): ReadPerson {
  const email = params.get('user[email]')?.trim() ?? '';
  const cellphone = digitsOf(params.get('user[cellphone]') ?? '');
  const countryCode = countryOf(params.get('user[country_code]') ?? '');
  const refused: Record<string, string> = {};
  if (!isEmail(email)) refused.email = 'is invalid';
  if (cellphone === undefined) refused.cellphone = 'is invalid';
  if (countryCode === undefined) refused.country_code = 'is invalid';
  if (Object.keys(refused).length > 0) return { refused };
  return { person: { email, cellphone, countryCode } };
}

export function isEmail(text: string): boolean {
  return /^[^\s@]{1,64}@[^\s@]{1,255}$/.test(text);
}
