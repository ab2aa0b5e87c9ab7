import type { Decision } from '@driftlock/verifier';
import { expect, test } from 'vitest';
import { memoryEngine } from '../src/engines/memory.js';
import { createRepeats, type Repeats } from '../src/repeats.js';
import { type RequestStore, requestsOver } from '../src/stores/request-store.js';
import { createSeal, passingSeal } from '../src/stores/seal.js';

const request = { account: 'ana', incarnation: '1', key: 'login-1', content: '"287082"' };
const other = { ...request, content: '"000000"' };

/** Two processes over one store, with a clock that the test sets. */
function twoProcesses({ deadline = 30_000 }: { deadline?: number } = {}) {
  const clock = { at: 0 };
  const requests = requestsOver(memoryEngine(), { seal: createSeal(passingSeal()) });
  const open = (store: RequestStore = requests): Repeats =>
    createRepeats({ requests: store, deadline, now: () => clock.at });
  return { clock, requests, open, one: open(), two: open() };
}

function counted(made: (run: number) => Decision = refused) {
  let runs = 0;
  return {
    run: async () => made(++runs),
    get runs() {
      return runs;
    },
  };
}

/** Work that ends when the test says so, if ever. */
function held() {
  let end = (_: Decision): void => {};
  let begin = (): void => {};
  const ended = new Promise<Decision>((resolve) => {
    end = resolve;
  });
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const run = () => {
    begin();
    return ended;
  };
  return { run, begun, end };
}

const refused = (run: number): Decision => ({
  id: String(run),
  accepted: false,
  reason: 'mismatch',
});

test('one request runs once, however often it is made and wherever', async () => {
  const { one, two } = twoProcesses();
  const work = counted();
  const all = await Promise.all([one, one, two, two].map((each) => each.once(request, work.run)));
  const decision = refused(1);
  expect(all.filter((made) => typeof made === 'object' && !made.repeated).length).toBe(1);
  expect(all.map((made) => ({ ...(made as object), repeated: true }))).toStrictEqual(
    Array(4).fill({ decision, repeated: true }),
  );
  for (const each of [one, two]) {
    expect(await each.once(request, work.run)).toStrictEqual({ decision, repeated: true });
  }
  expect(work.runs).toBe(1);
});

test('a request that another process decides on waits for its decision', async () => {
  const { one, two } = twoProcesses();
  const { run, begun, end } = held();
  const first = one.once(request, run);
  await begun;
  const work = counted();
  const second = two.once(request, work.run);
  end(refused(7));
  expect(await first).toStrictEqual({ decision: refused(7), repeated: false });
  expect(await second).toStrictEqual({ decision: refused(7), repeated: true });
  expect(work.runs).toBe(0);
});

test('whoever waits for another process waits no longer than the deadline, and runs nothing', async () => {
  const { one, two } = twoProcesses({ deadline: 60 });
  const { run, begun } = held();
  void one.once(request, run);
  await begun;
  const work = counted();
  expect(await two.once(request, work.run)).toBe('under-way');
  expect(work.runs).toBe(0);
});

test('a process that died leaves a key that lapses, and the next runs the request', async () => {
  const { clock, one, two } = twoProcesses({ deadline: 60 });
  const dead = held();
  void one.once(request, dead.run);
  await dead.begun;
  clock.at = 15 * 60;
  const work = counted();
  expect(await two.once(request, work.run)).toStrictEqual({
    decision: refused(1),
    repeated: false,
  });
  expect(work.runs).toBe(1);
});

test('a process that was thought dead answers what it decided, and its key keeps the later', async () => {
  const { clock, one, two } = twoProcesses({ deadline: 60 });
  const slow = held();
  const first = one.once(request, slow.run);
  await slow.begun;
  clock.at = 15 * 60;
  await two.once(request, counted().run);
  slow.end(refused(9));
  expect(await first).toStrictEqual({ decision: refused(9), repeated: false });
  expect(await one.once(request, counted().run)).toStrictEqual({
    decision: refused(1),
    repeated: true,
  });
});

test('a key that stood for something else is told so at any process, and nothing runs', async () => {
  const { clock, one, two } = twoProcesses();
  const { run, begun, end } = held();
  const first = one.once(request, run);
  await begun;
  const work = counted();
  expect(await one.once(other, work.run)).toBe('other-content');
  expect(await two.once(other, work.run)).toBe('other-content');
  end(refused(1));
  await first;
  clock.at = 599_999;
  expect(await one.once(other, work.run)).toBe('other-content');
  expect(await two.once(other, work.run)).toBe('other-content');
  expect(work.runs).toBe(0);
});

test('a request is forgotten after its time', async () => {
  const { clock, one, two } = twoProcesses();
  const work = counted();
  await one.once(request, work.run);
  clock.at = 599_999;
  await two.once(request, work.run);
  expect(work.runs).toBe(1);
  clock.at = 600_000;
  await two.once(request, work.run);
  expect(work.runs).toBe(2);
});

test('an account made anew under its id has keys of its own, also while the old one’s are under way', async () => {
  const { one, two } = twoProcesses();
  const work = counted();
  await Promise.all(
    ['1', '2'].map((incarnation) => one.once({ ...request, incarnation }, work.run)),
  );
  expect(work.runs).toBe(2);
  await two.once({ ...request, incarnation: '3' }, work.run);
  expect(work.runs).toBe(3);
});

test('a throttled or locked request may be made again; one that got no ruling may not', async () => {
  for (const [reason, runs] of [
    ['throttled', 2],
    ['locked', 2],
    ['unavailable', 1],
  ] as const) {
    const { one, two } = twoProcesses();
    const work = counted((run) => ({ id: String(run), accepted: false, reason }));
    await one.once(request, work.run);
    await two.once(request, work.run);
    expect([reason, work.runs]).toStrictEqual([reason, runs]);
  }
});

test('a run that failed is not remembered', async () => {
  const { one, two } = twoProcesses();
  const broken = one.once(request, async () => {
    throw new Error('store');
  });
  await expect(broken).rejects.toThrow('store');
  const made = await two.once(request, counted().run);
  expect(made).toStrictEqual({ decision: refused(1), repeated: false });
});

test('where the store does not answer nothing is run, and nothing that was decided is told', async () => {
  const { requests, open, two } = twoProcesses();
  const fails = async () => Promise.reject(new Error('store'));
  const work = counted();
  expect(await open({ ...requests, claim: fails }).once(request, work.run)).toBe('unanswered');
  expect(work.runs).toBe(0);
  expect(await open({ ...requests, decide: fails }).once(request, work.run)).toBe('unanswered');
  expect(work.runs).toBe(1);
  const key = 'login-2';
  const throttled = counted((run) => ({ id: `${run}`, accepted: false, reason: 'throttled' }));
  expect(
    await open({ ...requests, release: fails }).once({ ...request, key }, throttled.run),
  ).toMatchObject({ decision: { reason: 'throttled' } });
  expect(await two.once({ ...request, key: 'login-3' }, work.run)).toMatchObject({
    repeated: false,
  });
});
