// A Verify behind a real socket, with a clock the test holds, and a client of ours for it.
import {
  createTwilioVerifyClient,
  type TwilioVerifyClient,
  type TwilioVerifyOptions,
} from '@driftlock/api-client';
import { importKey, type TotpParams, totp } from '@driftlock/totp-core';
import { cutSockets, type NodeFetch } from '../../src/emulator/faults/cut.js';
import { createVerifyEmulator } from '../../src/verify-emulator/index.js';
import { serveFetch } from '../emulator/loopback.js';

export const ACCOUNT = `AC${'1'.repeat(32)}`;
export const SERVICE = `VA${'2'.repeat(32)}`;
export const TOKEN = 'token-of-the-account';
export const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
export const IDENTITY = 'person-0001';

export interface Loopback {
  origin: string;
  clock: { now: number };
  client: TwilioVerifyClient;
  options: TwilioVerifyOptions;
  /** As it goes over the wire, with the account's credentials unless others are given. */
  wire(method: string, path: string, sent?: { form?: object; auth?: string }): Promise<Answer>;
  /** A code of the seed, some seconds from now. */
  code(sent?: { seconds?: number; params?: TotpParams }): string;
}

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape it expects.
  body: any;
}

export async function serveVerify({
  wrap = (fetch) => fetch,
}: {
  wrap?: (fetch: NodeFetch) => NodeFetch;
} = {}): Promise<Loopback> {
  const clock = { now: 1_111_111_109_000 };
  const emulator = createVerifyEmulator({
    accountSid: ACCOUNT,
    authToken: TOKEN,
    serviceSid: SERVICE,
    now: () => clock.now,
  });
  const port = await serveFetch(cutSockets(wrap((request) => emulator.fetch(request))));
  const origin = `http://127.0.0.1:${port}`;
  const account = { accountSid: ACCOUNT, authToken: TOKEN, serviceSid: SERVICE };
  const options = { ...account, baseUrl: origin, retry: 0 };
  return {
    origin,
    clock,
    options,
    client: createTwilioVerifyClient(options),
    wire: (method, path, sent) => wireTo(`${origin}${path}`, method, sent),
    code: ({ seconds = 0, params } = {}) =>
      totp(importKey(SECRET, params), { at: clock.now + seconds * 1000 }),
  };
}

async function wireTo(
  url: string,
  method: string,
  { form, auth = `${ACCOUNT}:${TOKEN}` }: { form?: object; auth?: string } = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { Authorization: `Basic ${btoa(auth)}` },
    ...(form && { body: new URLSearchParams(form as Record<string, string>) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

/** A verified factor of the seed. */
export async function verifiedFactor({ client, code }: Loopback): Promise<string> {
  const wanted = { identity: IDENTITY, friendlyName: 'phone', secret: SECRET };
  const { factor } = await client.factors.create(wanted);
  const answer = await client.factors.verify({
    identity: IDENTITY,
    factor: factor.sid,
    code: code(),
  });
  if (!answer.verified) throw new Error('the factor was not verified');
  return factor.sid;
}
