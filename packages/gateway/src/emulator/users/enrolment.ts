/** The generic token: a seed for any authenticator, handed out as the URL of a QR picture. */
import { formatUri } from '@driftlock/totp-core';
import type { Params } from '../params.js';
import type { World } from '../world.js';
import { type IssuedToken, issueToken } from './seeds.js';
import type { User } from './users.js';

const GENERIC = { algorithm: 'SHA1', digits: 6, period: 30 } as const;

/** Pixels. */
const SIZE = { least: 100, usual: 300, most: 1000 };

/** What can stand in an otpauth URI's label, and is short enough for a picture phones can read. */
const NAME = /^[^:\p{Cc}\p{Cs}]{1,100}$/u;

export interface Enrolment {
  qr_code: string;
  label: string;
  issuer: string;
  success: true;
}

/**
 * Gives the user a generic token, or draws the one they have anew. The picture's URL holds no
 * secret but is one: whoever knows it sees the seed, so each call replaces the URL before.
 */
export function enrolGeneric(
  world: World,
  user: User,
  { params, url }: { params: Params; url: string },
): Enrolment | { refused: Record<string, string> } {
  const size = Number(params.get('qr_size') ?? SIZE.usual);
  if (!Number.isInteger(size) || size < SIZE.least || size > SIZE.most) {
    return { refused: { qr_size: 'is invalid' } };
  }
  const label = params.get('label')?.trim() || accountOf(user);
  if (!isName(label)) return { refused: { label: 'is invalid' } };
  user.generic ??= issueToken(GENERIC);
  if (user.picture !== undefined) world.pictures.delete(user.picture);
  user.picture = crypto.randomUUID();
  world.pictures.set(user.picture, { text: uriOf(world, user.generic, label), size });
  return {
    qr_code: new URL(`/emulator/qr/${user.picture}.png`, url).href,
    label,
    issuer: world.application.name,
    success: true,
  };
}

/** The otpauth URI of a token, as a phone would scan it. */
export function uriOf(world: World, token: IssuedToken, account: string): string {
  const { secret, key } = token;
  return formatUri({ issuer: world.application.name, account, secret, params: key.params });
}

export function accountOf(user: User): string {
  return user.email !== undefined && isName(user.email) ? user.email : String(user.id);
}

export function isName(text: string): boolean {
  return NAME.test(text);
}
