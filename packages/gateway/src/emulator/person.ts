/** Who is to be registered: `user[email]`, `user[cellphone]`, `user[country_code]`. */
import type { Params } from './params.js';
import type { Person } from './users.js';

export type ReadPerson =
  | { person: Person }
  /** What is wrong with which field, in Authy's words. */
  | { refused: Record<string, string> };

export function readPerson(params: Params): ReadPerson {
  const email = params.get('user[email]')?.trim() ?? '';
  const cellphone = params.get('user[cellphone]')?.replace(/[\s().-]/g, '') ?? '';
  const countryCode = params.get('user[country_code]')?.trim().replace(/^\+/, '') ?? '';
  const refused: Record<string, string> = {};
  if (!/^[^\s@]{1,64}@[^\s@]{1,255}$/.test(email)) refused.email = 'is invalid';
  if (!/^[0-9]{5,15}$/.test(cellphone)) refused.cellphone = 'is invalid';
  if (!/^[1-9][0-9]{0,3}$/.test(countryCode)) refused.country_code = 'is invalid';
  if (Object.keys(refused).length > 0) return { refused };
  return { person: { email, cellphone, countryCode } };
}
