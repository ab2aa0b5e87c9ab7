/** What an export holds: seeds with a name, and entries that are no time-based codes of ours. */
import type { Algorithm, TotpParams } from '@driftlock/totp-core';
import base32 from 'hi-base32';

export interface Label {
  /** Whose it is, as the export says. */
  name: string;
  issuer?: string;
}

/** Why an entry can't be verified here. */
export type Unusable = 'counter-based' | 'digits' | 'algorithm' | 'period' | 'malformed';

export type Found = Label &
  (
    | { secret: string; params: Required<Omit<TotpParams, 'epoch'>> & Pick<TotpParams, 'epoch'> }
    | { unusable: Unusable }
  );

/** As exports write them; absent is RFC 6238's default. */
export interface Told {
  algorithm?: unknown;
  digits?: unknown;
  period?: unknown;
}

/** The parameters, or what is wrong with them. */
export function readParams({
  algorithm = 'SHA1',
  digits = 6,
  period = 30,
}: Told): { params: Required<Omit<TotpParams, 'epoch'>> } | { unusable: Unusable } {
  const name = textOf(algorithm).toUpperCase().replace('HMAC', '').replace('-', '');
  if (!/^SHA(1|256|512)$/.test(name)) return { unusable: 'algorithm' };
  if (digits !== 6 && digits !== 7 && digits !== 8) return { unusable: 'digits' };
  const isPeriod = Number.isInteger(period) && Number(period) >= 1 && Number(period) <= 86_400;
  if (!isPeriod) return { unusable: 'period' };
  return { params: { algorithm: name as Algorithm, digits, period: Number(period) } };
}

/** As gateways take a secret. */
export function base32Of(secret: Uint8Array): string {
  return base32.encode([...secret]).replace(/=+$/, '');
}

/** A member of something that was parsed, whatever it is; `undefined` where there is none. */
export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

export function labelOf(name: unknown, issuer: unknown): Label {
  const by = textOf(issuer);
  return { name: textOf(name) || by, ...(by === '' ? {} : { issuer: by }) };
}
