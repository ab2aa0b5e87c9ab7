/** A device, its gateway and a person, by one clock; tabs come and go. */
import {
  createOfflineVerifier,
  enrol,
  gatewayAuthority,
  holdKey,
  openStore,
  type Store,
  type Sync,
  type SyncEvent,
  startSync,
} from '@driftlock/browser';
import { createGateway } from '@driftlock/gateway';
import { generateSecret, importKey, totp } from '@driftlock/totp-core';
import type { Policy } from '@driftlock/verifier';
import { IDBFactory } from 'fake-indexeddb';
import { type State, throughLine } from './line.js';
import { Mortal } from './mortal.js';

const ACCOUNT = 'ana';
const CREDENTIAL = 'totp-6-30-0';
const OPERATOR = 'operator-key-of-the-crashes';
const BASE = 'https://gateway.test';
const START = 1_800_000_000_000;
/** No machine is that slow: what a dead tab waits for never comes. */
const PATIENT = 60_000;

export interface Tab {
  life: Mortal;
  store: Store;
  sync: Sync;
  type(code: string): Promise<{ id: string; accepted: boolean; standing?: string }>;
}

export interface World {
  /** Where all of its tabs keep what they know. */
  factory: IDBFactory;
  time: { now: number };
  /** What the next requests meet. */
  line: State;
  random: () => number;
  /** Each row of evidence that the gateway answered for, as often as it did, and what it said. */
  heard: { id: string; outcome: string }[];
  alarms: string[];
  code(): string;
  /** `unsafe`: what breaks it on purpose. */
  open(life: Mortal, mode: Policy['mode'], unsafe?: 'removes-first'): Promise<Tab>;
}

export async function createWorld(random: () => number): Promise<World> {
  const time = { now: START };
  const alarms: string[] = [];
  const gateway = createGateway({
    mode: 'authority',
    keys: { operator: OPERATOR },
    policy: { mode: 'local-first', liveDeadline: PATIENT },
    now: () => time.now,
    devices: { perMinute: 1_000_000 },
    // A step that our own question used, its answer lost, the gateway can't tell from a second use.
    onAlarm: ({ alarm }) => {
      if (alarm === 'lease-exceeded') alarms.push(alarm);
    },
  });
  const factory = new IDBFactory();
  const secret = generateSecret();
  const key = importKey(secret);
  const device = await registered(gateway, secret);
  const world: World = {
    ...{ factory, time, line: 'up', random, heard: [], alarms },
    code: () => totp(key, { at: time.now }),
    open: (life, mode, unsafe) => openTab({ world, gateway, device }, { life, mode, unsafe }),
  };
  const first = await world.open(new Mortal(), 'offline');
  await enrol(first.store, { account: ACCOUNT, ...device });
  await holdKey(first.store, { account: ACCOUNT, credential: CREDENTIAL, secret });
  await first.sync.now();
  await close(first);
  return world;
}

export async function close({ store, sync }: Tab): Promise<void> {
  await sync.stop();
  store.close();
}

type Gateway = ReturnType<typeof createGateway>;

interface Registered {
  device: string;
  token: string;
  lease: { uses: number; until: number };
}

async function registered(gateway: Gateway, secret: string): Promise<Registered> {
  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${OPERATOR}`, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    return (await gateway.fetch(new Request(`${BASE}/v1/accounts${path}`, init))).json();
  };
  await post('', { id: ACCOUNT, secret });
  return (await post(`/${ACCOUNT}/devices`, {})) as Registered;
}

interface Place {
  world: World;
  gateway: Gateway;
  device: Registered;
}

async function openTab(
  { world, gateway, device }: Place,
  {
    life,
    mode,
    unsafe,
  }: { life: Mortal; mode: Policy['mode']; unsafe: 'removes-first' | undefined },
): Promise<Tab> {
  const store = await openStore(life.engine(world.factory));
  const fetch = life.fetch(async (request) => {
    if (unsafe && request.url.endsWith('/evidence')) await removeFirst(store, request);
    return throughLine(world, () => heardBy(world, gateway, request));
  });
  const options = { baseUrl: BASE, fetch, timeout: PATIENT };
  const now = () => world.time.now;
  const verifier = createOfflineVerifier({
    ...{ store, now, monotonic: now, onRevoke: () => {} },
    policy: { mode, liveDeadline: PATIENT },
    authority: gatewayAuthority({ ...options, token: device.token }),
  });
  const token = () => device.token;
  const { random, alarms } = world;
  const onEvent = (event: SyncEvent) => {
    if (event.type === 'alarm') alarms.push(event.alarm);
  };
  const sync = startSync({ ...options, store, verifier, token, now, random, onEvent });
  const type = (code: string) => verifier.verify({ account: ACCOUNT, code });
  return { life, store, sync, type };
}

/** What queues do that trust the network. */
async function removeFirst(store: Store, request: Request): Promise<void> {
  const { rows } = (await request.clone().json()) as { rows: { id: string }[] };
  await store.write(['evidence'], async ({ evidence }) => {
    await evidence.bulkDelete(rows.map(({ id }) => id));
  });
}

async function heardBy({ heard }: World, gateway: Gateway, request: Request): Promise<Response> {
  const response = await gateway.fetch(request);
  if (request.url.endsWith('/evidence') && response.status === 200) {
    const { rows } = (await response.clone().json()) as { rows: World['heard'] };
    heard.push(...rows);
  }
  return response;
}
