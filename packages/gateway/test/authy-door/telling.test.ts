// What was decided is told, whoever has to: a process that died, one that lives, none in time.
import { expect, test } from 'vitest';
import { approvalsOf } from '../../src/authy-door/approvals.js';
import { memoryEngine } from '../../src/engines/memory.js';
import { OPERATOR, START } from '../served.js';
import { ragged } from './opened.js';
import { sharing } from './owing.js';
import { receiver } from './receiver.js';

const SECOND = 1000;
const DAY = 86_400 * SECOND;
const LEASE = 20 * SECOND;

test('what was taken is told, and nobody sends it again', async () => {
  const { received, url } = await receiver();
  const here = sharing().gateway(url);
  const uuid = await here.decided();
  await here.done();
  expect(await here.shown(uuid)).toStrictEqual({ status: 'approved', callback: 'told' });
  here.clock.at += LEASE;
  expect(await here.tell()).toStrictEqual({ owed: 0 });
  expect(received.map(({ params }) => [params.uuid, params.status])).toStrictEqual([
    [uuid, 'approved'],
  ]);
});

test('while one process sends it another leaves it alone, and so it is told once', async () => {
  const { received, url, letGo } = await receiver([], { hold: true });
  const { gateway } = sharing();
  const [here, there] = [gateway(url), gateway(url)];
  const uuid = await here.decided();
  await expect.poll(() => received.length).toBe(1);
  there.clock.at += LEASE - 1;
  expect(await there.tell()).toStrictEqual({ owed: 1 });
  expect(await there.shown(uuid)).toStrictEqual({ status: 'approved', callback: 'owed' });
  letGo();
  await here.done();
  there.clock.at += 1;
  expect(await there.tell()).toStrictEqual({ owed: 0 });
  expect(received.length).toBe(1);
});

test('the claim of a process that died is waited out, and of those left one takes it over', async () => {
  const silent = await receiver([], { hold: true });
  const { received, url } = await receiver();
  const { gateway } = sharing(ragged());
  const dead = gateway(silent.url);
  const living = Array.from({ length: 10 }, () => gateway(url));
  const uuids: string[] = [];
  for (let i = 0; i < 12; i++) uuids.push(await dead.decided());
  const at = (instant: number) => {
    for (const { clock } of living) clock.at = START + instant;
  };
  const tell = () => Promise.all(living.map((each) => each.tell()));
  at(LEASE - 1);
  expect((await tell()).map((told) => told?.owed)).toStrictEqual(living.map(() => 12));
  expect(received.length).toBe(0);
  at(LEASE);
  await tell();
  expect(received.map(({ params }) => params.uuid).toSorted()).toStrictEqual(uuids.toSorted());
  expect(received.every(({ genuine }) => genuine(START + LEASE))).toBe(true);
  expect((await tell()).map((told) => told?.owed)).toStrictEqual(living.map(() => 0));
});

test('a receiver that fails for a while is told in the end, by requests that it can believe', async () => {
  const { received, url } = await receiver([500, 503, 500, 502, 500]);
  const here = sharing().gateway(url);
  const uuid = await here.decided();
  await here.done();
  expect(await here.tell()).toStrictEqual({ owed: 1 });
  expect([received.length, await here.shown(uuid)]).toStrictEqual([
    3,
    { status: 'approved', callback: 'owed' },
  ]);
  // Longer than a signature is good.
  const later = START + 3600 * SECOND;
  here.clock.at = later;
  expect(await here.tell()).toStrictEqual({ owed: 0 });
  expect(received.map(({ genuine }) => [genuine(START), genuine(later)])).toStrictEqual([
    ...Array(3).fill([true, false]),
    ...Array(3).fill([false, true]),
  ]);
  expect(new Set(received.map(({ nonce }) => nonce)).size).toBe(6);
  expect(await here.shown(uuid)).toStrictEqual({ status: 'approved', callback: 'told' });
});

test('who refuses it is asked ever more rarely, for a day, and then it is given up for all to see', async () => {
  const { received, url } = await receiver(Array(1000).fill(404));
  const here = sharing().gateway(url);
  const uuid = await here.decided();
  await here.done();
  const turns = [0];
  const until = async (end: number) => {
    while (here.clock.at < START + end) {
      here.clock.at += SECOND;
      await here.tell();
      const elapsed = (here.clock.at - START) / SECOND;
      if (received.length > turns.length) turns.push(elapsed);
    }
  };
  await until(4000 * SECOND);
  expect(turns).toStrictEqual([0, 2, 6, 14, 30, 62, 126, 254, 510, 1022, 1922, 2822, 3722]);
  here.clock.at = START + DAY - 1;
  expect(await here.tell()).toStrictEqual({ owed: 1 });
  expect(received.length).toBe(14);
  const headers = { Authorization: `Bearer ${OPERATOR}` };
  const counted = async () =>
    /\ndriftlock_callbacks_given_up_total (.*)\n/.exec(
      (await here.call('/metrics', { headers })).text,
    )?.[1];
  expect(await counted()).toBe('0');
  here.clock.at = START + 2 * DAY;
  expect(await here.tell()).toStrictEqual({ owed: 0 });
  expect([received.length, await here.shown(uuid)]).toStrictEqual([
    14,
    { status: 'approved', callback: 'given-up' },
  ]);
  expect([await here.tell(), await counted()]).toStrictEqual([{ owed: 0 }, '1']);
});

test('one that nobody takes keeps no other waiting', async () => {
  const { received, url } = await receiver([404, 200, 404, 200, 404]);
  const { gateway } = sharing();
  const here = gateway(url);
  const id = await here.register();
  for (let i = 0; i < 5; i++) {
    await here.decided(id);
    await here.done();
  }
  expect(await here.tell()).toStrictEqual({ owed: 3 });
  here.clock.at += 2 * SECOND;
  expect(await here.tell()).toStrictEqual({ owed: 0 });
  expect(received.length).toBe(8);
});

test('a stop ends it before the next are sent', async () => {
  const silent = await receiver([], { hold: true });
  const { received, url, letGo } = await receiver([], { hold: true });
  const { gateway } = sharing();
  const dead = gateway(silent.url);
  const here = gateway(url);
  for (let i = 0; i < 7; i++) await dead.decided();
  here.clock.at += LEASE;
  const stopping = new AbortController();
  const told = here.gateway.callbacks?.tell({ signal: stopping.signal });
  await expect.poll(() => received.length).toBe(5);
  stopping.abort();
  letGo();
  expect([await told, received.length]).toStrictEqual([{ owed: 2 }, 5]);
});

test('what is owed is due again at once where the clock was set back', async () => {
  const { received, url } = await receiver([404]);
  const here = sharing().gateway(url);
  await here.decided();
  await here.done();
  here.clock.at -= DAY;
  expect(await here.tell()).toStrictEqual({ owed: 0 });
  expect(received.length).toBe(2);
});

test('a process whose clock is behind sends nothing before its time, however long the pause', async () => {
  const { received, url } = await receiver(Array(1000).fill(404));
  const { engine, gateway } = sharing();
  const [here, behind] = [gateway(url), gateway(url)];
  const uuid = await here.decided();
  await here.done();
  const dueOf = async () => (await approvalsOf(engine).read(uuid))?.owed?.due ?? 0;
  for (let turn = 1; turn < 12; turn++) {
    here.clock.at = await dueOf();
    await here.tell();
  }
  const pause = (await dueOf()) - here.clock.at;
  behind.clock.at = here.clock.at - 60 * SECOND;
  expect(await behind.tell()).toStrictEqual({ owed: 1 });
  expect([pause, received.length]).toStrictEqual([900 * SECOND, 12]);
});

test('a record that can not be written keeps no other waiting, and what is under way is waited for', async () => {
  const engine = memoryEngine();
  const { received, url, letGo } = await receiver([], { hold: true });
  const silent = await receiver([], { hold: true });
  const broken: string[] = [];
  const { gateway } = sharing({
    ...engine,
    swap: async (place, change) => {
      if (broken.some((uuid) => place.key.endsWith(uuid))) throw new Error('not this one');
      return engine.swap(place, change);
    },
  });
  const dead = gateway(silent.url);
  const here = gateway(url);
  const uuids: string[] = [];
  for (let i = 0; i < 12; i++) uuids.push(await dead.decided());
  const [first = '', ...others] = uuids.toSorted();
  broken.push(first);
  here.clock.at += LEASE;
  const ended: unknown[] = [];
  const told = here.tell()?.catch((error: Error) => ended.push(error.message));
  await expect.poll(() => received.length).toBe(4);
  expect(ended).toStrictEqual([]);
  letGo();
  await told;
  expect(ended).toStrictEqual(['not this one']);
  expect(received.map(({ params }) => params.uuid).toSorted()).toStrictEqual(others);
  expect((await here.shown(first)).callback).toBe('owed');
  for (const uuid of others) expect((await here.shown(uuid)).callback).toBe('told');
});

test('a store that fails after the callback was taken leaves it owed, and it is sent once more', async () => {
  const engine = memoryEngine();
  let isBroken = false;
  const { received, url, letGo } = await receiver([], { hold: true });
  const here = sharing({
    ...engine,
    swap: async (place, change) => {
      if (isBroken) throw new Error('the store does not answer');
      return engine.swap(place, change);
    },
  }).gateway(url);
  const heeded: string[] = [];
  here.gateway.callbacks?.watch(() => heeded.push('owed'));
  const uuid = await here.decided();
  await expect.poll(() => received.length).toBe(1);
  isBroken = true;
  letGo();
  await here.done();
  expect(heeded).toStrictEqual(['owed']);
  here.clock.at += LEASE;
  await expect(here.tell()).rejects.toThrow('the store does not answer');
  isBroken = false;
  expect(await here.tell()).toStrictEqual({ owed: 0 });
  expect(received.map(({ params }) => params.uuid)).toStrictEqual([uuid, uuid]);
});

test('a late yes of the application counts, whoever has the turn by then', async () => {
  const { received, url, letGo } = await receiver([], { hold: true });
  const refusing = await receiver([404]);
  const { gateway } = sharing();
  const [slow, other] = [gateway(url), gateway(refusing.url)];
  const uuid = await slow.decided();
  await expect.poll(() => received.length).toBe(1);
  other.clock.at += LEASE;
  expect(await other.tell()).toStrictEqual({ owed: 1 });
  letGo();
  await slow.done();
  expect(await other.shown(uuid)).toStrictEqual({ status: 'approved', callback: 'told' });
});

test('a late no does not free what another is sending', async () => {
  const refusing = await receiver([404], { hold: true });
  const { received, url, letGo } = await receiver([], { hold: true });
  const { engine, gateway } = sharing();
  const [slow, other] = [gateway(refusing.url), gateway(url)];
  const uuid = await slow.decided();
  await expect.poll(() => refusing.received.length).toBe(1);
  other.clock.at += LEASE;
  const told = other.tell();
  await expect.poll(() => received.length).toBe(1);
  refusing.letGo();
  await slow.done();
  const owed = { turn: 2, due: START + 2 * LEASE };
  expect((await approvalsOf(engine).read(uuid))?.owed).toStrictEqual(owed);
  letGo();
  expect(await told).toStrictEqual({ owed: 0 });
});

test('the operator finds whom it was not told of, a page at a time, without what is shown to nobody', async () => {
  const { url } = await receiver(Array(1000).fill(404));
  const { gateway } = sharing();
  const here = gateway(url);
  const id = await here.register();
  const uuids: string[] = [];
  for (let i = 0; i < 101; i++) uuids.push(await here.decided(id));
  await here.done();
  const list = async (query: string) =>
    (await here.operator('GET', `/approval_requests?${query}`)).body;
  const listed = async (state: string) => {
    const first = await list(`callback=${state}`);
    expect(first.requests.length === 100).toBe(first.after !== undefined);
    expect(first.requests.length).toBeLessThanOrEqual(100);
    if (!first.after) return first.requests;
    const { requests, ...more } = await list(`callback=${state}&after=${first.after}`);
    expect(more).toStrictEqual({});
    return [...first.requests, ...requests];
  };
  const owed = await listed('owed');
  expect(owed.map(({ uuid }: { uuid: string }) => uuid)).toStrictEqual(uuids.toSorted());
  here.clock.at += DAY;
  await here.tell();
  const lost = await listed('given-up');
  expect(lost).toStrictEqual(owed.map((one: object) => ({ ...one, callback: 'given-up' })));
  expect(lost[0]).toStrictEqual({
    uuid: uuids.toSorted()[0],
    account: `authy:${id}`,
    message: 'Log in?',
    details: {},
    logos: [],
    createdAt: START,
    secondsToExpire: 86_400,
    status: 'approved',
    processedAt: START,
    callback: 'given-up',
  });
  expect([await listed('owed'), await listed('told')]).toStrictEqual([[], []]);
  for (const query of ['', 'callback=', 'callback=pending']) {
    const { status, body } = await here.operator('GET', `/approval_requests?${query}`);
    expect([status, body.code, body.field]).toStrictEqual([422, 'bad-field', 'callback']);
  }
});

test('where no callback is set nothing is owed, whoever sets one later', async () => {
  const { received, url } = await receiver();
  const { gateway } = sharing();
  const before = gateway();
  const pending = await before.ask(await before.register());
  const uuid = await before.decided();
  expect(before.gateway.callbacks).toBe(undefined);
  const after = gateway(url);
  expect(await after.tell()).toStrictEqual({ owed: 0 });
  expect([await after.shown(uuid), await after.shown(pending), received]).toStrictEqual([
    { status: 'approved', callback: undefined },
    { status: 'pending', callback: undefined },
    [],
  ]);
  const unknown = await after.operator('GET', '/approval_requests/x');
  expect([unknown.status, unknown.body.code]).toStrictEqual([404, 'no-such-approval']);
});

test('records of the release before are read as they are, and nobody is told of them again', async () => {
  const { received, url } = await receiver();
  const { engine, gateway } = sharing();
  const here = gateway(url);
  const id = await here.register();
  const old = {
    ...{ message: 'm', details: {}, hiddenDetails: {}, logos: [], secondsToExpire: 60 },
    ...{ user: id, account: `authy:${id}`, createdAt: START, processedAt: START },
    decided: 'denied',
  };
  for (const [uuid, more] of [
    ['told', { told: true }],
    ['nobody-knows', {}],
  ] as const) {
    const to = { value: JSON.stringify({ ...old, ...more, uuid }), version: uuid };
    const place = { kind: 'authy', key: `approval/${uuid}` } as const;
    await engine.swap(place, { to: { ...to, group: 'approval/decided' } });
  }
  expect(await here.tell()).toStrictEqual({ owed: 0 });
  expect([await here.shown('told'), await here.shown('nobody-knows'), received]).toStrictEqual([
    { status: 'denied', callback: 'told' },
    { status: 'denied', callback: undefined },
    [],
  ]);
  expect((await here.answer('nobody-knows')).body.code).toBe('not-pending');
});

test('what is owed outlives the account, whatever that was called', async () => {
  const { received, url } = await receiver([404]);
  const { gateway } = sharing();
  const here = gateway(url);
  const uuid = await here.decided();
  await here.done();
  for (const [n, id] of ['decided', 'owed', 'given-up', 'decided.owed'].entries()) {
    const account = { id, authyId: String(77 + n), secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' };
    expect((await here.operator('POST', '/accounts', account)).status).toBe(201);
    expect((await here.operator('DELETE', `/accounts/${id}`)).status).toBe(204);
  }
  expect((await here.shown(uuid)).callback).toBe('owed');
  const { account } = (await here.operator('GET', `/approval_requests/${uuid}`)).body;
  expect((await here.operator('DELETE', `/accounts/${account}`)).status).toBe(204);
  here.clock.at += 2 * SECOND;
  expect(await here.tell()).toStrictEqual({ owed: 0 });
  expect(received.map(({ params }) => params.uuid)).toStrictEqual([uuid, uuid]);
  expect(JSON.stringify(received.map(({ params }) => params))).not.toContain(OPERATOR);
});
