/** Where accounts are made: at a gateway that serves, or in the data that one serves from. */
import { randomBytes } from 'node:crypto';
import { createGateway } from '@driftlock/gateway';
import type { TotpParams } from '@driftlock/totp-core';
import ky, { type KyInstance } from 'ky';
import { CliError, misused } from '../cli-error.js';
import { openData, readPlace } from '../data.js';
import type { World } from '../verb.js';

export const DESTINATION_OPTIONS = {
  gateway: { type: 'string' },
  data: { type: 'string' },
} as const;

/** What help pages say of them. */
export const DESTINATION_HELP = `  --gateway URL      a gateway that serves; DRIFTLOCK_KEY opens it
  --data WHERE       or the data one serves from, as of driftlock gateway`;

export interface NewAccount {
  id: string;
  authyId?: string;
  /** Base32. */
  secret: string;
  params?: TotpParams;
}

export type Enrolled =
  | { outcome: 'made' }
  /** The user had an account without a seed, as a gateway makes them: now it has this one. */
  | { outcome: 'given'; id: string }
  /** The user had an account and a seed, which is as it was. */
  | { outcome: 'had'; id: string }
  /** An account of this id was there, and it is somebody else's. */
  | { outcome: 'exists' }
  /** The gateway does not take it; the field that is wrong. */
  | { outcome: 'refused'; field: string };

export interface Destination {
  /** For people: an address or a file, without a password. */
  place: string;
  /** Asked again where nothing answered: twice made is once made. */
  enrol(account: NewAccount): Promise<Enrolled>;
  /** Uses a code up; `false` where it was not accepted. */
  use(typed: { id: string; code: string }): Promise<boolean>;
  close(): Promise<void>;
}

/** Ends the command where there is none, or it can't be had. */
export async function openDestination(
  { gateway, data }: { gateway?: string; data?: string },
  { env }: World,
): Promise<Destination> {
  if (gateway !== undefined && data !== undefined)
    misused('--gateway and --data exclude each other');
  const kept = gateway === undefined ? readPlace(data, env) : undefined;
  if (gateway !== undefined) return atGateway(gateway, env.DRIFTLOCK_KEY);
  return kept
    ? inData(kept, env)
    : misused('give --gateway or --data: where the accounts are to be');
}

function atGateway(text: string, key: string | undefined): Destination {
  if (!key) misused('--gateway needs DRIFTLOCK_KEY, the key of its operator');
  const url = readAddress(text);
  return { place: url.origin, ...enrolling(clientOf(url.origin, { key })), close: async () => {} };
}

async function inData(where: string, env: World['env']): Promise<Destination> {
  const { stores, place } = await openData(where, env);
  const key = randomBytes(24).toString('base64url');
  const policy = { mode: 'local-first' } as const;
  const { fetch } = createGateway({ mode: 'authority', keys: { operator: key }, policy, stores });
  const within = clientOf('http://localhost', {
    key,
    fetch: (input, init) => fetch(new Request(input, init)),
  });
  return { place, ...enrolling(within), close: () => stores.close() };
}

/** Of a gateway. The key travels with every call: in the clear it stays on this machine. */
export function readAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = /^(localhost|127\.[\d.]+|\[::1\])$/.test(url?.hostname ?? '');
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal);
  if (!url || !isSafe || url.username || url.password) {
    misused('--gateway takes an https address; plain http is for this machine');
  }
  return url;
}

function clientOf(
  prefixUrl: string,
  { key, fetch }: { key: string; fetch?: typeof globalThis.fetch },
): KyInstance {
  return ky.create({
    prefixUrl: `${prefixUrl}/v1`,
    headers: { Authorization: `Bearer ${key}` },
    redirect: 'manual',
    timeout: 30_000,
    retry: {
      limit: 6,
      methods: ['get', 'post'],
      statusCodes: [408, 429, 500, 502, 503, 504],
      backoffLimit: 10_000,
    },
    throwHttpErrors: (status) => status >= 500 || status === 429,
    ...(fetch && { fetch }),
  });
}

function enrolling(gateway: KyInstance): Pick<Destination, 'enrol' | 'use'> {
  const read = async (path: string): Promise<Record<string, unknown>> => {
    const answer = await gateway.get(path);
    return answer.status === 200 ? ((await answer.json()) as Record<string, unknown>) : {};
  };

  /** Gives a seed to the account that a user of Authy's has already, if it has none. */
  async function giveTo({ authyId, secret, params }: NewAccount): Promise<Enrolled> {
    if (authyId === undefined) return { outcome: 'exists' };
    const { accounts = [] } = (await read(`accounts?authyId=${authyId}`)) as {
      accounts?: { id: string }[];
    };
    const [account] = accounts;
    if (!account) return { outcome: 'exists' };
    const { id } = account;
    const path = `accounts/${encodeURIComponent(id)}`;
    const { credentials } = await read(path);
    if (!Array.isArray(credentials)) throw new Error('the account can not be looked at');
    if (credentials.length > 0) return { outcome: 'had', id };
    const given = await gateway.post(`${path}/credentials`, { json: { secret, ...params } });
    if (given.status === 201) return { outcome: 'given', id };
    return readRefusal(given);
  }

  return {
    async use({ id, code }) {
      const path = `accounts/${encodeURIComponent(id)}/verify`;
      const headers = { 'Idempotency-Key': crypto.randomUUID() };
      const answer = await gateway.post(path, { json: { code }, headers }).catch(() => undefined);
      const decision = (await answer?.json().catch(() => undefined)) as { accepted?: unknown };
      return decision?.accepted === true;
    },
    async enrol({ id, authyId, secret, params = {} }) {
      const body = { id, secret, ...params, ...(authyId === undefined ? {} : { authyId }) };
      try {
        const answer = await gateway.post('accounts', { json: body });
        if (answer.status === 201) return { outcome: 'made' };
        if (answer.status === 401) misused('DRIFTLOCK_KEY does not open this gateway');
        return answer.status === 409
          ? await giveTo({ id, secret, params, ...(authyId === undefined ? {} : { authyId }) })
          : await readRefusal(answer);
      } catch (error) {
        if (error instanceof CliError) throw error;
        throw new CliError(
          'ERR_SERVER',
          'the gateway does not answer as one; run this again later',
        );
      }
    },
  };
}

async function readRefusal(answer: Response): Promise<Enrolled> {
  if (answer.status !== 422) throw new Error(`status ${answer.status}`);
  const { field } = (await answer.json()) as { field?: unknown };
  return { outcome: 'refused', field: typeof field === 'string' ? field : 'body' };
}
