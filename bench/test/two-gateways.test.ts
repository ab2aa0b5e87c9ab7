// A device whose question's reply is lost asks again, and reaches another gateway over the same engine.
import {
  createOfflineVerifier,
  enrol,
  gatewayAuthority,
  holdKey,
  openStore,
  startSync,
} from '@driftlock/browser';
import { createGateway, memoryEngine, type SealOptions, storesOver } from '@driftlock/gateway';
import { generateSecret, importKey, totp } from '@driftlock/totp-core';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { expect, onTestFinished, test } from 'vitest';

const ACCOUNT = 'ana';
const OPERATOR = 'operator-key-of-two-gateways';
const BASE = 'https://gateway.test';
const seal: SealOptions = { current: { id: 'k1', key: new Uint8Array(32).fill(7) } };
/** No machine is that slow. */
const PATIENT = 60_000;

/** `apart`: each gateway remembers requests for itself, as processes did before. */
async function twoGateways({ apart }: { apart: boolean }) {
  const time = { now: 1_800_000_000_000 };
  const now = () => time.now;
  const engine = memoryEngine();
  const alarms: string[] = [];
  const gateways = [1, 2].map(() => {
    const shared = storesOver(engine, { seal, now });
    const { requests } = apart ? storesOver(memoryEngine(), { seal, now }) : shared;
    return createGateway({
      mode: 'authority',
      keys: { operator: OPERATOR },
      policy: { mode: 'local-first', liveDeadline: PATIENT },
      stores: { ...shared, requests },
      onAlarm: ({ alarm }) => void alarms.push(alarm),
      now,
    });
  });
  /** Which gateway the next request reaches, and whether its reply arrives. */
  const line = { to: 0, lost: false };
  const heard: string[] = [];

  async function fetch(...asked: ConstructorParameters<typeof Request>): Promise<Response> {
    const request = new Request(...asked);
    const response = await gateways[line.to]!.fetch(request);
    heard.push(new URL(request.url).pathname);
    if (line.lost) throw new TypeError('terminated');
    return response;
  }

  async function post(path: string, body: object) {
    const headers = { authorization: `Bearer ${OPERATOR}`, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    return (await gateways[0]!.fetch(new Request(`${BASE}/v1/accounts${path}`, init))).json();
  }
  return { time, now, alarms, line, heard, fetch, post };
}

/** One code is typed, the reply to its question is lost, and the device goes on at the other gateway. */
async function lifeOf(options: { apart: boolean }) {
  const { time, now, alarms, line, heard, fetch, post } = await twoGateways(options);
  const secret = generateSecret();
  await post('', { id: ACCOUNT, secret });
  const device = await post(`/${ACCOUNT}/devices`, {});
  const store = await openStore({ indexedDB: new IDBFactory(), IDBKeyRange });
  await enrol(store, { account: ACCOUNT, ...device });
  await holdKey(store, { account: ACCOUNT, credential: 'totp-6-30-0', secret });
  const reached = { baseUrl: BASE, fetch, timeout: PATIENT };
  const settled: string[] = [];
  const verifier = createOfflineVerifier({
    ...{ store, now, monotonic: now, onRevoke: () => {} },
    policy: { mode: 'local-first', liveDeadline: PATIENT },
    authority: gatewayAuthority({ ...reached, token: device.token }),
    onEvent: (event) => void (event.type === 'settled' && settled.push(event.settlement)),
  });
  const sync = startSync({ ...reached, store, verifier, token: () => device.token, now });
  onTestFinished(async () => {
    await sync.stop();
    store.close();
  });
  await sync.now();
  line.lost = true;
  const code = totp(importKey(secret), { at: time.now });
  const { accepted } = await verifier.verify({ account: ACCOUNT, code });
  Object.assign(line, { to: 1, lost: false });
  // Its questions while the code lives, then evidence where nobody said yes.
  for (const wait of [10_000, 20_000, 600_000, 600_000]) {
    time.now += wait;
    await sync.now();
  }
  const told = heard.filter((path) => path === '/v1/evidence').length;
  return { accepted, settled, told, alarms };
}

test('the retry is told the first one’s yes: it settles, no evidence is told, and nobody is alarmed', async () => {
  expect(await lifeOf({ apart: false })).toStrictEqual({
    ...{ accepted: true, settled: ['confirmed'], told: 0, alarms: [] },
  });
});

test('where each gateway remembers requests for itself, its evidence raises a false alarm', async () => {
  expect(await lifeOf({ apart: true })).toStrictEqual({
    ...{ accepted: true, settled: ['ambiguous'], told: 1, alarms: ['claimed-twice'] },
  });
});
