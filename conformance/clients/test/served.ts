// A gateway in each mode on a loopback port, and in proxy the Authy behind it.
import { createAuthyClient } from '@driftlock/api-client';
import type { Delivery } from '@driftlock/gateway';
import { type ServeOptions, type Serving, serveGateway } from '@driftlock/gateway/node';
import { AUTHY_APP, importKey, parseUri, type TotpKey, totp } from '@driftlock/totp-core';
import { onTestFinished } from 'vitest';

export const KEY = 'key-of-the-application';
const OPERATOR = 'key-of-the-operator';
const FAR_KEY = 'key-at-the-far-authy';

export type Mode = 'emulate' | 'proxy' | 'authority';
export const MODES: readonly Mode[] = ['emulate', 'proxy', 'authority'];

const policy = { mode: 'authority-first', liveDeadline: 30_000 } as const;

export interface Served {
  mode: Mode;
  url: string;
  /** The code that was last sent to anybody. */
  lastSent(): Promise<string>;
  /** A user with an authenticator, known at both doors as `ana`. */
  withApp(): Promise<{ id: string; code(): string }>;
  /** Under /v1, as the operator. */
  operator(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Decides an approval request as the person would. */
  decide(uuid: string, status: 'approved' | 'denied'): Promise<void>;
}

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each caller knows the shape it expects.
  body: any;
}

/** A mode's gateway, in which everything that can be sent is. */
export async function serveMode(
  mode: Mode,
  { callback }: { callback?: { url: string } } = {},
): Promise<Served> {
  const deliveries: Delivery[] = [];
  const emulator =
    mode === 'proxy' ? await serve({ mode: 'emulate', keys: keysOf(FAR_KEY) }) : undefined;
  const authy = emulator && createAuthyClient({ apiKey: FAR_KEY, baseUrl: emulator.url, retry: 0 });
  const deliver = async (delivery: Delivery) => void deliveries.push(delivery);
  const { url } = await serve({
    mode,
    keys: keysOf(KEY),
    ...(mode === 'authority' ? { door: { deliver, ...(callback ? { callback } : {}) } } : {}),
    ...(authy ? { door: { authy } } : {}),
  });
  const operator = (method: string, path: string, body?: unknown) =>
    call(`${url}/v1${path}`, { method, body });
  const far = emulator?.url ?? url;
  return {
    mode,
    url,
    operator,
    async lastSent() {
      if (mode === 'authority') return deliveries.at(-1)?.code ?? '';
      const { body } = await call(`${far}/emulator/messages`);
      return body.messages.at(-1).code;
    },
    async withApp() {
      const { id, key } = await (mode === 'authority' ? ownUser(operator) : farUser(far, operator));
      return { id, code: () => totp(key, { at: Date.now() }) };
    },
    async decide(uuid, status) {
      const path = mode === 'authority' ? `${url}/v1` : `${far}/emulator`;
      await call(`${path}/approval_requests/${uuid}`, { method: 'PUT', body: { status } });
    },
  };
}

function keysOf(authy: string): ServeOptions['keys'] {
  return { operator: OPERATOR, authy };
}

async function serve(options: Pick<ServeOptions, 'mode' | 'keys' | 'door'>): Promise<Serving> {
  const serving = await serveGateway({ ...options, policy, port: 0 });
  onTestFinished(() => serving.close());
  return serving;
}

/** An account with a seed of Authy's app. */
async function ownUser(operator: Served['operator']): Promise<{ id: string; key: TotpKey }> {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const params = { digits: 7, period: 10 };
  await operator('POST', '/accounts', { id: 'ana', authyId: '4711', secret, ...params });
  return { id: '4711', key: importKey(secret, AUTHY_APP) };
}

/** A user of the emulator, whose seed is held here too. */
async function farUser(
  far: string,
  operator: Served['operator'],
): Promise<{ id: string; key: TotpKey }> {
  const response = await fetch(`${far}/protected/json/users/new`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      'X-Authy-API-Key': await keyAt(far),
    },
    body: 'user[email]=ana@a.example&user[cellphone]=3175550188&user[country_code]=1',
  });
  const id = String((await response.json()).user.id);
  const { body } = await call(`${far}/emulator/users/${id}`);
  const { secret, params } = parseUri(body.app.uri);
  const { digits, period } = { ...AUTHY_APP, ...params };
  await operator('POST', '/accounts', { id: 'ana', authyId: id, secret, digits, period });
  return { id, key: importKey(secret, params) };
}

/** Whichever of the two keys opens it. */
async function keyAt(far: string): Promise<string> {
  const headers = { 'X-Authy-API-Key': KEY };
  const { status } = await fetch(`${far}/protected/json/app/details`, { headers });
  return status === 200 ? KEY : FAR_KEY;
}

async function call(
  url: string,
  { method = 'GET', body }: { method?: string; body?: unknown } = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { Authorization: `Bearer ${OPERATOR}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}
