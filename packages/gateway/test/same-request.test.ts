import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importKey, totp } from '@driftlock/totp-core';
import type { VerifierEvent } from '@driftlock/verifier';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { startPostgres } from '../../../bench/src/race/servers/postgres.js';
import { ifInstalled } from '../../../bench/src/race/servers/process.js';
import { libsqlEngine } from '../src/engines/libsql.js';
import { postgresEngine } from '../src/engines/postgres.js';
import { createGateway, memoryEngine } from '../src/index.js';
import type { Engine, Place } from '../src/stores/engine.js';
import { requestsOver } from '../src/stores/request-store.js';
import { createSeal, passingSeal } from '../src/stores/seal.js';
import type { Stores } from '../src/stores/stores.js';
import { storesOver } from '../src/stores/stores-over.js';
import { START } from './served.js';

const OPERATOR = 'operator-key-1f0c';
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
/** Milliseconds that a gateway waits, for another too: long, where nothing may fail for want of time. */
const [SHORT, LONG] = [4000, 30_000];
/** Until a claim of the dead lapses: its code is two steps old by then, and still good. */
const LEASE = 15 * SHORT;

const folder = mkdtempSync(join(tmpdir(), 'driftlock-same-request-'));
const server = await ifInstalled(() => startPostgres());
afterAll(async () => {
  await rm(folder, { recursive: true });
  await server?.stop();
});

/** All processes have the same. */
const seal = passingSeal();

/** Opens what any number of processes share; each call is another process. */
let opened = 0;
const ENGINES: Record<string, () => () => Promise<Engine>> = {
  'one engine in memory': () => {
    const engine = memoryEngine();
    return async () => ({ ...engine, close: async () => {} });
  },
  'a libSQL file': () => {
    const url = `file:${join(folder, `${++opened}.db`)}`;
    return () => libsqlEngine({ url });
  },
  ...(server ? { Postgres: () => () => postgresEngine({ url: server.url }) } : {}),
};
const memory = ENGINES['one engine in memory']!;

/** Accounts of one Postgres are told apart by their names. */
let people = 0;

function world(open: () => Promise<Engine>, deadline = LONG) {
  const clock = { at: START };
  const now = () => clock.at;
  const id = `ana-${++people}`;
  const path = `/v1/accounts/${id}`;
  const events: VerifierEvent[] = [];

  async function start(change: (stores: Stores) => Partial<Stores> = () => ({})) {
    const whole = storesOver(await open(), { seal, now });
    const stores: Stores = { ...whole, ...change(whole) };
    onTestFinished(() => whole.close());
    const gateway = createGateway({
      mode: 'authority',
      keys: { operator: OPERATOR },
      policy: { mode: 'authority-first', liveDeadline: deadline },
      onEvent: (event) => void events.push(event),
      ...{ stores, now },
    });
    async function call(method: string, where: string, body?: object, headers = {}) {
      const request = new Request(`http://gateway${where}`, {
        method,
        headers: { Authorization: `Bearer ${OPERATOR}`, ...headers },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const response = await gateway.fetch(request);
      const read = response.status === 204 ? undefined : await response.json();
      return { status: response.status, wait: response.headers.get('Retry-After'), body: read };
    }
    return {
      stores,
      call,
      enrol: () => call('POST', '/v1/accounts', { id, secret: SECRET }),
      forget: () => call('DELETE', path),
      verify: (code: string, key = 'login-1') =>
        call('POST', `${path}/verify`, { code }, { 'Idempotency-Key': key }),
    };
  }

  const code = () => totp(importKey(SECRET), { at: clock.at });
  const decided = () => events.filter(({ type }) => type === 'decided').length;
  const failures = async ({ ledger }: Stores) => (await ledger.state(id)).attempts.failures;
  return { clock, id, start, code, decided, failures };
}

/** Of digits that stand nowhere else: not in an instant. */
const wrongOf = (code: string) => (code === '975318' ? '975319' : '975318');

const never = () => new Promise<never>(() => {});

describe.each(Object.entries(ENGINES))('over %s', (_, shared) => {
  test('a retry at another process, and after a restart, is told the decision of the first', async () => {
    const { start, code, decided } = world(shared());
    const [one, two] = [await start(), await start()];
    await one.enrol();
    const typed = code();
    const lost = await one.verify(typed);
    expect(lost).toMatchObject({ status: 200, body: { accepted: true, standing: 'confirmed' } });
    expect(await two.verify(typed)).toStrictEqual(lost);
    const restarted = await start();
    expect(await restarted.verify(typed)).toStrictEqual(lost);
    expect(decided()).toBe(1);
    expect((await two.verify(typed, 'login-2')).body.reason).toBe('replayed');
  });

  test('a wrong code counts once, however often its request is made and wherever', async () => {
    const { start, code, decided, failures } = world(shared());
    const [one, two] = [await start(), await start()];
    await one.enrol();
    const wrong = wrongOf(code());
    const all = await Promise.all([one, two, one, two].map((each) => each.verify(wrong)));
    expect(all[0]).toMatchObject({ status: 200, body: { accepted: false, reason: 'mismatch' } });
    expect(all).toStrictEqual(Array(4).fill(all[0]));
    expect([decided(), await failures(two.stores)]).toStrictEqual([1, 1]);
  });

  test('of forty requests under one key at two processes at once, one is run', async () => {
    const { start, code, decided } = world(shared());
    const gateways = [await start(), await start()];
    await gateways[0]!.enrol();
    const typed = code();
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, n) => gateways[n % 2]!.verify(typed)),
    );
    expect(all[0]).toMatchObject({ status: 200, body: { accepted: true } });
    expect(all).toStrictEqual(Array(40).fill(all[0]));
    expect(decided()).toBe(1);
  });

  test('other content under the key is refused at another process, and the code is still good', async () => {
    const { clock, start, code, decided } = world(shared());
    const [one, two] = [await start(), await start()];
    await one.enrol();
    await one.verify(code());
    clock.at += 60_000;
    expect(await two.verify(code())).toMatchObject({ status: 422, body: { code: 'key-reused' } });
    expect(decided()).toBe(1);
    expect((await two.verify(code(), 'login-2')).body.accepted).toBe(true);
  });

  test('keys of a deleted account answer at no process for the one made anew', async () => {
    const { start, code } = world(shared());
    const [one, two] = [await start(), await start()];
    await one.enrol();
    const typed = code();
    const yes = (await one.verify(typed)).body;
    expect((await two.verify(typed)).body).toStrictEqual(yes);
    await two.forget();
    await one.enrol();
    const anew = (await two.verify(typed)).body;
    expect(anew).toMatchObject({ accepted: false, reason: 'replayed' });
    expect((await one.verify(typed)).body).toStrictEqual(anew);
    expect(anew.id).not.toBe(yes.id);
  });

  test('a key is free at every process after ten minutes', async () => {
    const { clock, start, code, decided } = world(shared());
    const [one, two] = [await start(), await start()];
    await one.enrol();
    const first = (await one.verify(code())).body;
    clock.at += 600_000;
    const second = (await two.verify(code())).body;
    expect(second).toMatchObject({ accepted: true });
    expect(second.id).not.toBe(first.id);
    expect((await one.verify(code())).body).toStrictEqual(second);
    expect(decided()).toBe(2);
  });

  test('where a process died with the step used, others wait, then say 503, then what the ledger says', async () => {
    const { clock, start, code } = world(shared(), SHORT);
    let used = (): void => {};
    const dead = new Promise<void>((resolve) => {
      used = resolve;
    });
    const dying = await start(({ decisions }) => ({
      decisions: {
        ...decisions,
        record() {
          used();
          return never();
        },
      },
    }));
    const two = await start();
    await two.enrol();
    const typed = code();
    void dying.verify(typed);
    await dead;
    expect(await two.verify(typed)).toStrictEqual({
      status: 503,
      wait: '1',
      body: {
        ...{ type: 'about:blank', title: 'Service Unavailable', status: 503 },
        ...{ code: 'unavailable', detail: 'the request is still being decided' },
      },
    });
    clock.at += LEASE;
    const judged = await two.verify(typed);
    expect(judged.body).toMatchObject({ accepted: false, reason: 'replayed' });
    expect(await (await start()).verify(typed)).toStrictEqual(judged);
  });

  test('where a process died before anything was used, the code is good once its claim has lapsed', async () => {
    const { clock, start, code, decided } = world(shared(), SHORT);
    let claimed = (): void => {};
    const dead = new Promise<void>((resolve) => {
      claimed = resolve;
    });
    const dying = await start(({ requests }) => ({
      requests: {
        ...requests,
        async claim(...asked) {
          await requests.claim(...asked);
          claimed();
          return never();
        },
      },
    }));
    const [two, three] = [await start(), await start()];
    await two.enrol();
    const typed = code();
    void dying.verify(typed);
    await dead;
    clock.at += LEASE;
    const all = await Promise.all([two, three, two, three].map((each) => each.verify(typed)));
    expect(all[0]).toMatchObject({ status: 200, body: { accepted: true } });
    expect(all).toStrictEqual(Array(4).fill(all[0]));
    expect(decided()).toBe(1);
  });
});

test('a throttled request is not remembered: after the wait another process runs it', async () => {
  const { clock, start, code } = world(memory());
  const [one, two] = [await start(), await start()];
  await one.enrol();
  const wrong = wrongOf(code());
  for (let n = 0; n < 5; n++) await one.verify(wrong, `wrong-${n}`);
  expect((await one.verify(code())).body).toMatchObject({ reason: 'throttled' });
  expect((await two.verify(code())).body).toMatchObject({ reason: 'throttled' });
  clock.at += 900_000;
  expect((await two.verify(code())).body).toMatchObject({ accepted: true });
});

test.each(['claim', 'decide'] as const)(
  'a store that does not answer a %s is no yes',
  async (name) => {
    const { start, code, decided } = world(memory());
    const failing = await start(({ requests }) => ({
      requests: { ...requests, [name]: async () => Promise.reject(new Error('down')) },
    }));
    await failing.enrol();
    const answered = await failing.verify(code());
    expect(answered).toMatchObject({ status: 503, wait: '1', body: { code: 'unavailable' } });
    expect('accepted' in answered.body).toBe(false);
    expect(decided()).toBe(name === 'claim' ? 0 : 1);
  },
);

const KINDS: Place['kind'][] = [
  ...(['account', 'ledger', 'outbox', 'decision', 'event', 'recovery'] as const),
  ...(['device', 'request', 'authy', 'seal'] as const),
];

/** All that whoever copies the engine has. */
async function copied(engine: Engine): Promise<string> {
  const all = await Promise.all(KINDS.map((kind) => engine.list({ kind, limit: 1000 })));
  return all
    .flat()
    .map((record) => Object.values(record).join('\n'))
    .join('\n');
}

/** Whether one try of the code finds it: by itself, by a hash, or by an HMAC under whatever is there. */
function isFoundIn(copy: string, { code, name }: { code: string; name: string }): boolean {
  const content = `verify text ${code}`;
  const texts = [code, content, JSON.stringify([name, content])];
  const there = [...new Set(copy.split(/[^\w+/=-]+/)), OPERATOR];
  return texts.some(
    (text) =>
      copy.includes(text) ||
      (['hex', 'base64', 'base64url'] as const).some(
        (form) =>
          copy.includes(createHash('sha256').update(text).digest(form)) ||
          there.some((key) => copy.includes(createHmac('sha256', key).update(text).digest(form))),
      ),
  );
}

describe('a copy of the engine', () => {
  async function copyAfter(change: (engine: Engine) => (stores: Stores) => Partial<Stores>) {
    const engine = memoryEngine();
    const { id, start, code } = world(async () => engine);
    const gateway = await start(change(engine));
    await gateway.enrol();
    const typed = { good: code(), wrong: wrongOf(code()) };
    await gateway.verify(typed.good, 'good');
    await gateway.verify(typed.wrong, 'wrong');
    const listed = await engine.list({ kind: 'request', limit: 9 });
    expect(listed).toHaveLength(2);
    const incarnation = (await gateway.stores.accounts.find(id))?.incarnation;
    const nameOf = (key: string) =>
      createHash('sha256')
        .update(JSON.stringify([id, incarnation, key]))
        .digest('hex');
    expect(listed.map(({ key }) => key).sort()).toStrictEqual(['good', 'wrong'].map(nameOf).sort());
    const copy = await copied(engine);
    return (['good', 'wrong'] as const).map((key) =>
      isFoundIn(copy, { code: typed[key], name: nameOf(key) }),
    );
  }

  test('holds no code, and nothing that one can be found by', async () => {
    expect(await copyAfter(() => () => ({}))).toStrictEqual([false, false]);
  });

  test.each<[string, (text: string) => string]>([
    ['a plain hash', (text) => createHash('sha256').update(text).digest('base64')],
    ['an HMAC under what is known', (text) => createHmac('sha256', 'k').update(text).digest('hex')],
  ])('with %s of it would be found out', async (_, digest) => {
    const weak = {
      ...createSeal(seal),
      fingerprint: async (text: string) => digest(text),
    };
    const found = await copyAfter((engine) => () => ({
      requests: requestsOver(
        { ...engine, swap: (place, change) => engine.swap(place, withKey(change)) },
        { seal: weak },
      ),
    }));
    expect(found).toStrictEqual([true, true]);
  });

  /** A key that lies beside what was made with it. */
  function withKey<Change extends { to?: { value: string } }>(change: Change): Change {
    if (!change.to) return change;
    const value = JSON.stringify({ ...JSON.parse(change.to.value), salt: 'k' });
    return { ...change, to: { ...change.to, value } };
  }
});
