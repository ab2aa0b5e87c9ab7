/** Who is to be registered or reached, read from a request. */
import { type Tree, textAt } from './params.js';

export interface Phone {
  countryCode: number;
  /** National, digits only. */
  number: string;
}

export interface Person extends Phone {
  email: string;
}

type Read<T> = { read: T } | { refused: Record<string, string> };

/** `user[email]`, `user[cellphone]`, `user[country_code]`. */
export function readPerson(tree: Tree): Read<Person> {
  const email = readEmail(tree, 'user', 'email');
  const number = readNumber(textAt(tree, 'user', 'cellphone'));
  const countryCode = readCountry(textAt(tree, 'user', 'country_code'));
  if (email !== undefined && number !== undefined && countryCode !== undefined) {
    return { read: { email, number, countryCode } };
  }
  return { refused: wrong({ email, cellphone: number, country_code: countryCode }) };
}

/** `phone_number`, `country_code`. */
export function readPhone(tree: Tree): Read<Phone> {
  const number = readNumber(textAt(tree, 'phone_number'));
  const countryCode = readCountry(textAt(tree, 'country_code'));
  if (number !== undefined && countryCode !== undefined) return { read: { number, countryCode } };
  return { refused: wrong({ phone_number: number, country_code: countryCode }) };
}

export function readEmail(tree: Tree, ...path: string[]): string | undefined {
  const email = textAt(tree, ...path)?.trim() ?? '';
  return email.length <= 254 && /^[^\s@]+@[^\s@]+$/.test(email) ? email : undefined;
}

/** `+13175550100` */
export function dialled({ countryCode, number }: Phone): string {
  return `+${countryCode}${number}`;
}

/** Those of the fields that could not be read. */
export function wrong(fields: Record<string, unknown>): Record<string, string> {
  const names = Object.keys(fields).filter((name) => fields[name] === undefined);
  return Object.fromEntries(names.map((name) => [name, 'is invalid']));
}

/** As people write it, without the country's code. */
function readNumber(text = ''): string | undefined {
  const digits = text.replace(/[\s().-]/g, '');
  return /^[0-9]{4,15}$/.test(digits) ? digits : undefined;
}

function readCountry(text = ''): number | undefined {
  const digits = text.trim().replace(/^\+/, '');
  return /^[1-9][0-9]{0,2}$/.test(digits) ? Number(digits) : undefined;
}
