/** The fields of a call, each within what Verify's pages allow. */
import type { TotpParams } from '@driftlock/totp-core';
import { refusal } from './refusals.js';

export type Form = URLSearchParams;

export function needed(form: Form, name: string, longest: number): string {
  const value = form.get(name) ?? '';
  if (value === '' || value.length > longest) throw refusal('parameter', name);
  return value;
}

export function whole(
  form: Form,
  name: string,
  [min, max]: readonly [number, number],
): number | undefined {
  const value = form.get(name);
  if (value === null) return undefined;
  const number = /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= min && number <= max)) throw refusal('parameter', name);
  return number;
}

/** A code as it is typed; undefined where none came along. */
export function authPayload(form: Form): string | undefined {
  const code = form.get('AuthPayload') ?? undefined;
  if (code !== undefined && !/^.{3,8}$/.test(code)) throw refusal('request', 'AuthPayload');
  return code;
}

/** Notes in JSON, at most 1024 characters. */
export function notes(form: Form, name: string): object | null {
  const text = form.get(name);
  if (text === null) return null;
  if (text.length > 1024) throw refusal('parameter', name);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {}
  throw refusal('parameter', name);
}

/** How a factor's codes are made and judged. */
export interface Config {
  alg: 'sha1' | 'sha256' | 'sha512';
  skew: number;
  code_length: number;
  time_step: number;
}

/** What a form sets, over what was set before. */
export function configOf(form: Form, before: Config): Config {
  const alg = form.get('Config.Alg') ?? before.alg;
  if (alg !== 'sha1' && alg !== 'sha256' && alg !== 'sha512')
    throw refusal('parameter', 'Config.Alg');
  return {
    alg,
    skew: whole(form, 'Config.Skew', [0, 2]) ?? before.skew,
    code_length: whole(form, 'Config.CodeLength', [3, 8]) ?? before.code_length,
    time_step: whole(form, 'Config.TimeStep', [20, 60]) ?? before.time_step,
  };
}

export const algorithmOf = ({ alg }: Config): NonNullable<TotpParams['algorithm']> =>
  alg.toUpperCase() as NonNullable<TotpParams['algorithm']>;
