// Moving a seed to Twilio Verify: a factor is made of it once, however often that is begun anew.
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { AuthyError } from '../authy-error.js';
import type { TwilioVerifyClient } from './client.js';
import type { OfEntity, TwilioNo } from './factors.js';
import { secret as base32, type TwilioTotp } from './input.js';
import type { TwilioFactor } from './wire/factors.js';

export interface SeedToMove extends OfEntity, Omit<TwilioTotp, 'skew'> {
  /** Base32. */
  secret: string;
  /** Makes a code of the seed for right now; asked for as late as can be. */
  code: () => string | Promise<string>;
  /** What authenticators would show; up to 64 characters. */
  friendlyName: string;
}

export type MovedSeed =
  /** `already` where an earlier run had brought it to its end. */
  | { moved: true; factor: string; already: boolean }
  /** Verify takes no such codes: 3 to 8 digits and 20 to 60 s. Nothing was sent. */
  | { moved: false; reason: 'not-portable' }
  /** Verify did not take the code: the clock here, or the seed's digits and period, are off. */
  | { moved: false; reason: 'mismatch' | 'malformed'; factor: string }
  | ({ moved: false; factor: string } & TwilioNo<'locked' | 'unknown-factor'>);

/**
 * Makes a verified factor of a seed, with Verify's `skew` of one step.
 *
 * Looks for it first: a factor of ours says in its metadata which seed it is of, by a fingerprint
 * (HMAC-SHA256) that does not tell the seed. One that is verified is left alone; one that an earlier
 * run left unverified is verified, or made anew where it is locked or has lapsed. Two runs for one
 * identity at the same time may make two.
 *
 * `algorithm` is SHA1, `digits` 6 and `period` 30 where they are left out, whatever the service's are.
 *
 * @throws {AuthyError} where Verify gave no answer; begin anew then
 * @example
 * const { moved } = await moveSeed(client, { identity, secret, friendlyName, code });
 */
export async function moveSeed(client: TwilioVerifyClient, seed: SeedToMove): Promise<MovedSeed> {
  const { identity, signal, algorithm = 'SHA1', digits = 6, period = 30 } = seed;
  if (!isPortable({ digits, period })) return { moved: false, reason: 'not-portable' };
  const totp = { algorithm, digits, period };
  const secret = base32(seed.secret);
  const fingerprint = fingerprintOf(secret, { identity, ...totp });

  const found = await findFactor(client, { identity, fingerprint, signal });
  if (found?.status === 'verified') return { moved: true, factor: found.sid, already: true };
  if (found) {
    const before = await verified(client, { seed, factor: found.sid });
    if (before.moved || (before.reason !== 'locked' && before.reason !== 'unknown-factor')) {
      return before;
    }
    await client.factors.remove({ identity, factor: found.sid, signal });
  }
  const { factor } = await client.factors.create({
    identity,
    friendlyName: seed.friendlyName,
    secret,
    ...totp,
    skew: 1,
    metadata: { [MARK]: fingerprint },
    signal,
  });
  return verified(client, { seed, factor: factor.sid });
}

/** The name in a factor's metadata under which a fingerprint is. */
const MARK = 'driftlock';

const isPortable = ({ digits, period }: { digits: number; period: number }): boolean =>
  digits >= 3 && digits <= 8 && period >= 20 && period <= 60;

/** Another seed, other settings and another identity all have another. */
function fingerprintOf(secret: string, of: Record<string, string | number>): string {
  const told = Object.values(of).join(' ');
  return bytesToHex(hmac(sha256, utf8ToBytes(secret), utf8ToBytes(told)));
}

/** The factor with this fingerprint; a verified one before any other. */
async function findFactor(
  client: TwilioVerifyClient,
  { fingerprint, ...of }: OfEntity & { fingerprint: string },
): Promise<TwilioFactor | undefined> {
  let found: TwilioFactor | undefined;
  let page: string | undefined;
  for (let read = 0; read < MOST_PAGES; read++) {
    const listed = await client.factors.list({ ...of, page, pageSize: 30 });
    if (!listed.known) return undefined;
    for (const factor of listed.factors) {
      if (factor.type !== 'totp' || factor.metadata?.[MARK] !== fingerprint) continue;
      if (factor.status === 'verified') return factor;
      found = factor;
    }
    if (listed.next === undefined) return found;
    page = listed.next;
  }
  throw new AuthyError('the list of factors has no end', { kind: 'refused' });
}

/** A day's factors of one entity, ten times over. */
const MOST_PAGES = 34;

async function verified(
  client: TwilioVerifyClient,
  { seed, factor }: { seed: SeedToMove; factor: string },
): Promise<MovedSeed> {
  const { identity, signal } = seed;
  const code = await seed.code();
  const answer = await client.factors.verify({ identity, factor, code, signal });
  if (answer.verified) return { moved: true, factor, already: false };
  const { verified: _, ...no } = answer;
  return 'factor' in no
    ? { moved: false, reason: no.reason, factor }
    : { moved: false, ...no, factor };
}
