/** A seed for any authenticator, handed out as the address of a picture of it. */
import { decodeBase32, formatUri, generateSecret } from '@driftlock/totp-core';
import { seedOf } from '../enrolment.js';
import { giveSeed } from '../give-seed.js';
import type { Call } from './door.js';
import { type DoorParts, noteAct, type User } from './door-parts.js';
import { textAt } from './params.js';
import { createPictures } from './pictures.js';
import { refuse } from './refusals.js';

/** What every authenticator app takes. */
const GENERIC = { algorithm: 'SHA1', digits: 6, period: 30 } as const;

/** Pixels. */
const SIZE = { least: 100, usual: 300, most: 1000 };

/**
 * Gives the user a new seed, in the place of the one before: a seed is never shown twice, because
 * it is kept where nobody can read it.
 */
export async function makeSecret(
  c: Call,
  door: DoorParts,
  { id, account }: User,
): Promise<Response> {
  const { options, engine, now, people } = door;
  const tree = c.get('tree');
  const size = Number(textAt(tree, 'qr_size') || SIZE.usual);
  const label = textAt(tree, 'label')?.trim() || ((await people.find(id))?.email ?? id);
  const { name = 'Driftlock' } = options;
  const fields = {
    ...(Number.isInteger(size) && size >= SIZE.least && size <= SIZE.most
      ? {}
      : { qr_size: 'is invalid' }),
    ...(/^[^:\p{Cc}\p{Cs}]{1,100}$/u.test(label) ? {} : { label: 'is invalid' }),
  };
  if (Object.keys(fields).length > 0) return refuse(c, 'bad-parameter', { fields });
  await noteAct(door, account.id, 'seed');
  const secret = generateSecret();
  const text = formatUri({ issuer: name, account: label, secret, params: GENERIC });
  const bytes = decodeBase32(secret);
  const path = await createPictures(engine).keep({ text, size }, now());
  try {
    if (!(await giveSeed(door, account, seedOf(bytes, GENERIC)))) {
      return refuse(c, 'unknown-user');
    }
  } finally {
    bytes.fill(0);
  }
  const base = options.url ?? new URL(c.req.url).origin;
  return c.json({ qr_code: `${base}${path}`, label, issuer: name, success: true });
}
