// A gateway on a loopback port whose clock is the test's, and calls to it.
import {
  formatUri,
  importKey,
  parseUri,
  type TotpKey,
  type TotpParams,
  totp,
} from '@driftlock/totp-core';
import { onTestFinished } from 'vitest';
import { type ServeOptions, serveGateway } from '../src/node.js';

export const OPERATOR = 'operator-key-1f0c';
export const AUTHY = 'authy-key-77ab';
/** A step of 30 s begins here. */
export const START = 1_800_000_000_000;

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape it expects.
  body: any;
  text: string;
}

export interface Call {
  body?: unknown;
  /** Sent as it is. */
  raw?: string;
  key?: string | undefined;
  headers?: Record<string, string>;
}

export type Served = Awaited<ReturnType<typeof serve>>;

export async function serve(options: Partial<ServeOptions> = {}) {
  const clock = { at: START };
  const serving = await serveGateway({
    mode: 'emulate',
    port: 0,
    keys: { operator: OPERATOR, authy: AUTHY },
    now: () => clock.at,
    ...options,
    // Nothing here may fail because the machine is slow.
    policy: { mode: 'local-first', liveDeadline: 30_000, ...options.policy },
  });
  onTestFinished(() => serving.close());

  async function call(
    method: string,
    path: string,
    { body, raw, key = OPERATOR, headers = {} }: Call = {},
  ): Promise<Answer> {
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(serving.url + path, {
      method,
      headers: {
        ...(key === '' ? {} : { Authorization: `Bearer ${key}` }),
        ...(content === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(content === undefined ? {} : { body: content }),
    });
    const text = await response.text();
    const isJson = /[/+]json$/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : undefined,
      text,
    };
  }

  /** Creates an account with a seed of its own; `code` is what its phone shows. */
  async function enrol(id: string, params: TotpParams = {}) {
    const bytes = crypto.getRandomValues(new Uint8Array(20));
    const { secret } = parseUri(formatUri({ account: 'phone', secret: bytes }));
    const key: TotpKey = importKey(secret, params);
    const { body } = await call('POST', '/v1/accounts', { body: { id, secret, ...params } });
    const path = `/v1/accounts/${id}`;
    return {
      secret,
      bytes,
      path,
      authyId: body.authyId as string,
      code: (offset = 0) => totp(key, { at: clock.at + offset * 1000 }),
      verify: (code: unknown, headers?: Record<string, string>) =>
        call('POST', `${path}/verify`, { body: { code }, ...(headers ? { headers } : {}) }),
    };
  }

  /** The decision once it is settled. */
  async function settled(id: string): Promise<Answer['body']> {
    for (;;) {
      const { body } = await call('GET', `/v1/decisions/${id}`);
      if (body.settlement) return body;
    }
  }

  return { ...serving, clock, call, enrol, settled };
}

/** What a problem document says, for `toMatchObject`'s stricter sister. */
export function problem({ status, headers, body }: Answer) {
  return { status, type: headers.get('content-type'), code: body?.code, field: body?.field };
}
