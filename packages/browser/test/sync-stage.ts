// A device and a real gateway, in one process and by one clock; the wire between them can be cut.
import { importKey, totp } from '@driftlock/totp-core';
import type { Authority, Ruling, UserStatus, VerifierEvent } from '@driftlock/verifier';
import { Dexie } from 'dexie';
import { IDBFactory } from 'fake-indexeddb';
import { onTestFinished } from 'vitest';
import type { EvidenceAlarm } from '../../gateway/src/devices/evidence.js';
import { createGateway } from '../../gateway/src/gateway.js';
import { enrol } from '../src/accounts.js';
import { holdKey } from '../src/custody.js';
import { createDrainer, partsOf, type SyncOptions } from '../src/drainer.js';
import { gatewayAuthority } from '../src/gateway-authority.js';
import {
  createOfflineVerifier,
  type OfflineVerifier,
  type OfflineVerifierOptions,
} from '../src/offline-verifier.js';
import { startSync } from '../src/sync.js';
import type { SyncEvent } from '../src/sync-event.js';
import { createDevice } from './device.js';

// A live query does nothing in a runtime without IndexedDB, whatever its database is made of.
Dexie.dependencies.indexedDB ??= new IDBFactory();

export const AT = 1_800_000_000_000;
export const HOUR = 3_600_000;
export const BASE = 'https://gateway.test';
export const CREDENTIAL = 'totp-6-30-0';
const OPERATOR = 'operator-key-5d21';
const PATIENT = { liveDeadline: 30_000 };

type Wire = (
  request: Request,
  onward: (request: Request) => Promise<Response>,
) => Promise<Response>;

export const through: Wire = (request, onward) => onward(request);
export const cut: Wire = async () => {
  throw new TypeError('fetch failed');
};
/** What a path is answered with, for requests whose path begins so. */
export const answers =
  (path: string, status: number, body: unknown = '', headers: Record<string, string> = {}): Wire =>
  async (request, onward) =>
    new URL(request.url).pathname.startsWith(path)
      ? new Response(typeof body === 'string' ? body : JSON.stringify(body), {
          status,
          headers: { 'content-type': 'application/json', ...headers },
        })
      : onward(request);

export async function createScene({ accounts = ['ana'], uses = 5 } = {}) {
  const time = { now: AT };
  const world = {
    wire: through,
    status: 'active' as UserStatus,
    ruling: undefined as Ruling | undefined,
  };
  const alarms: EvidenceAlarm[] = [];
  const authority: Authority = {
    async verify() {
      if (!world.ruling) throw Object.assign(new Error('no ruling'), { kind: 'down' });
      return world.ruling;
    },
    status: async () => world.status,
  };
  const gateway = createGateway({
    mode: 'proxy',
    authority,
    keys: { operator: OPERATOR },
    policy: { mode: 'authority-first', ...PATIENT },
    now: () => time.now,
    devices: { perMinute: 1_000_000 },
    onAlarm: (alarm) => void alarms.push(alarm),
  });
  const asked: { method: string; path: string; token: string; body: string }[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const { pathname: path } = new URL(request.url);
    const token = request.headers.get('authorization') ?? '';
    asked.push({ method: request.method, path, token, body: await request.clone().text() });
    return world.wire(request, gateway.fetch);
  };

  async function operator(method: string, path: string, body?: object) {
    const headers = { authorization: `Bearer ${OPERATOR}`, 'content-type': 'application/json' };
    const content = body ? { body: JSON.stringify(body) } : {};
    const response = await gateway.fetch(new Request(BASE + path, { method, headers, ...content }));
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  }

  const device = createDevice();
  const tokens = new Map<string, string>();
  const secrets = new Map<string, Uint8Array>();
  const devices = new Map<string, string>();
  const events: VerifierEvent[] = [];
  const news: SyncEvent[] = [];
  const revoked: string[] = [];

  const tab = async (verifying: Partial<OfflineVerifierOptions> = {}) => {
    const store = await device.open();
    const verifier = createOfflineVerifier({
      store,
      policy: { mode: 'offline', ...PATIENT },
      authority: gatewayAuthority({
        ...{ baseUrl: BASE, fetch },
        token: (user) => tokens.get(user),
      }),
      now: () => time.now,
      onEvent: (event) => events.push(event),
      onRevoke: ({ id }) => void revoked.push(id),
      ...verifying,
    });
    const options: SyncOptions = {
      ...{ store, verifier, baseUrl: BASE, fetch, now: () => time.now },
      token: (account) => tokens.get(account),
      onEvent: (event) => news.push(event),
      // As long as a wait may be.
      random: () => 1,
      // As if there were none: what a tab is granted keeps out no other.
      locks: {
        request: async (...asked: unknown[]) =>
          (asked[2] as (lock: Lock) => unknown)({ name: String(asked[0]), mode: 'exclusive' }),
      } as Pick<LockManager, 'request'>,
    };
    const begin = (more: Partial<SyncOptions> = {}) => {
      const sync = startSync({ ...options, ...more });
      onTestFinished(() => sync.stop());
      return sync;
    };
    /** One drain; `eager` as somebody asks for it who knows that things changed. */
    const drain = (eager = true, more: Partial<SyncOptions> = {}) => {
      const all = { ...options, ...more };
      return createDrainer(all, partsOf(all), new AbortController().signal)(eager);
    };
    const evidence = () => store.read(['evidence'], (tables) => tables.evidence.toArray());
    const contact = (account: string) => store.read(['sync'], (tables) => tables.sync.get(account));
    return { store, verifier, begin, drain, evidence, contact, options };
  };

  const { store, verifier } = await tab();
  for (const [n, account] of accounts.entries()) {
    const secret = crypto.getRandomValues(new Uint8Array(20));
    secrets.set(account, secret.slice());
    const text = btoa32(secret);
    await operator('POST', '/v1/accounts', { id: account, secret: text, authyId: String(n + 1) });
    await register(account);
    await enrol(store, { account, lease: { uses, until: AT + 72 * HOUR } });
    await holdKey(store, { account, credential: CREDENTIAL, secret });
  }
  await verifier.clock.witness({ min: AT - 100, max: AT + 100 });
  store.close();

  async function register(account: string) {
    const made = await operator('POST', `/v1/accounts/${account}/devices`, { uses });
    tokens.set(account, made.token);
    devices.set(account, made.device);
    return made;
  }

  const codeOf = (account: string) =>
    totp(importKey(secrets.get(account) ?? new Uint8Array(20)), { at: time.now });

  return {
    ...{ time, world, alarms, asked, operator, device, devices, tokens, gateway },
    ...{ events, news, revoked, tab, register, codeOf, fetch },
    /** What was told, request by request. */
    told: () =>
      asked
        .filter(({ path }) => path === '/v1/evidence')
        .map(({ body }) => JSON.parse(body).rows.map((row: { id: string }) => row.id)),
    async type(tab: { verifier: Pick<OfflineVerifier, 'verify'> }, account = 'ana') {
      const decision = await tab.verifier.verify({ account, code: codeOf(account) });
      if (!decision.accepted) throw new Error(`not accepted: ${decision.reason}`);
      return decision;
    },
    /** The next step begins. */
    nextStep() {
      time.now += 30_000;
    },
  };
}

function btoa32(bytes: Uint8Array): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => alphabet[Number.parseInt(five, 2)]).join('');
}
