/** What an account is created from: a name, a seed as people paste or scan it, a user elsewhere. */
import { decodeBase32, parseUri, TotpError, type TotpParams } from '@driftlock/totp-core';
import type { Context } from 'hono';
import * as v from 'valibot';
import { readBody } from './body.js';
import { type ProblemDetails, problem } from './problem.js';
import type { NewAccount, Seed } from './stores/stores.js';

/** Bytes; RFC 4226 section 4 wants 16, and what is in the field has 10. */
const SHORTEST_SECRET = 10;

const SEED = {
  uri: v.optional(v.string()),
  secret: v.optional(v.string()),
  algorithm: v.optional(v.picklist(['SHA1', 'SHA256', 'SHA512'])),
  digits: v.optional(v.picklist([6, 7, 8])),
  period: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(86_400))),
  epoch: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
};
const CredentialBody = v.strictObject(SEED);
const EnrolmentBody = v.strictObject({
  /** Safe in a path: dots alone would name another resource. */
  id: v.pipe(v.string(), v.regex(/^(?!\.{1,2}$)[A-Za-z0-9._@+-]{1,128}$/)),
  authyId: v.optional(v.pipe(v.string(), v.regex(/^[1-9][0-9]{0,14}$/))),
  ...SEED,
});

/** The account to create, or the answer that names the field that is wrong. */
export async function readEnrolment(c: Context): Promise<NewAccount | Response> {
  const body = await readBody(c, EnrolmentBody);
  if (body instanceof Response) return body;
  const { id, authyId, ...given } = body;
  const seeds = readSeeds(c, given);
  if (seeds instanceof Response) return seeds;
  return { id, ...(authyId === undefined ? {} : { authyId }), seeds };
}

/** The seed that an account is given, or the answer that names the field that is wrong. */
export async function readCredential(c: Context): Promise<Seed | Response> {
  const body = await readBody(c, CredentialBody);
  if (body instanceof Response) return body;
  const seeds = readSeeds(c, body);
  if (seeds instanceof Response) return seeds;
  return seeds[0] ?? problem(c, 'bad-field', { field: 'secret' });
}

function readSeeds(c: Context, given: v.InferOutput<typeof CredentialBody>): Seed[] | Response {
  const { uri, secret, ...params } = given;
  const [param] = Object.keys(params);
  if (uri !== undefined) {
    if (secret === undefined && param === undefined) return readSeed(c, { uri });
    const detail = 'uri takes the place of secret and its parameters';
    return problem(c, 'bad-field', { field: 'uri', detail });
  }
  if (secret !== undefined) {
    return readSeed(c, { secret, params: params as TotpParams });
  }
  return param === undefined
    ? []
    : problem(c, 'bad-field', { field: param, detail: `${param} needs a secret` });
}

function readSeed(
  c: Context,
  given: { uri: string } | { secret: string; params: TotpParams },
): Seed[] | Response {
  const at: ProblemDetails = { field: 'uri' in given ? 'uri' : 'secret' };
  try {
    const { secret, params } = 'uri' in given ? parseUri(given.uri) : given;
    const bytes = decodeBase32(secret);
    if (bytes.length >= SHORTEST_SECRET) return [seedOf(bytes, params)];
    at.detail = `the secret has fewer than ${SHORTEST_SECRET} bytes`;
  } catch (error) {
    if (!(error instanceof TotpError)) throw error;
  }
  return problem(c, 'bad-field', at);
}

/** Named for its time grid, so that a seed enrolled anew finds the steps of the same grid used. */
export function seedOf(secret: Uint8Array, params: TotpParams): Seed {
  const { digits = 6, period = 30, epoch = 0 } = params;
  return { credential: `totp-${digits}-${period}-${epoch}`, secret, params };
}
