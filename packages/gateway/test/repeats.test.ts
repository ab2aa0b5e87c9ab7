import type { Decision } from '@driftlock/verifier';
import { expect, test } from 'vitest';
import { createRepeats } from '../src/repeats.js';

const request = { account: 'ana', key: 'login-1', content: '"287082"' };

function counted(made: (run: number) => Decision) {
  let runs = 0;
  return {
    run: async () => made(++runs),
    get runs() {
      return runs;
    },
  };
}

const refused = (run: number): Decision => ({
  id: String(run),
  accepted: false,
  reason: 'mismatch',
});

test('one request runs once, however often it is made', async () => {
  const repeats = createRepeats({ now: () => 0 });
  const work = counted(refused);
  const all = await Promise.all([1, 2, 3].map(() => repeats.once(request, work.run)));
  expect(all.map((made) => made !== 'other-content' && made.decision.id)).toStrictEqual(
    Array(3).fill('1'),
  );
  expect(all.filter((made) => made !== 'other-content' && !made.repeated).length).toBe(1);
  expect(work.runs).toBe(1);
});

test('a key that stood for something else is told so, and nothing runs', async () => {
  const repeats = createRepeats({ now: () => 0 });
  const work = counted(refused);
  await repeats.once(request, work.run);
  expect(await repeats.once({ ...request, content: '"000000"' }, work.run)).toBe('other-content');
  expect(work.runs).toBe(1);
});

test('a request is forgotten after its time', async () => {
  let at = 0;
  const repeats = createRepeats({ now: () => at, lasts: 1000 });
  const work = counted(refused);
  await repeats.once(request, work.run);
  at = 999;
  await repeats.once(request, work.run);
  expect(work.runs).toBe(1);
  at = 1000;
  await repeats.once(request, work.run);
  expect(work.runs).toBe(2);
});

test('no more than the newest requests are remembered', async () => {
  const repeats = createRepeats({ now: () => 0, keep: 2 });
  const work = counted(refused);
  for (const key of ['a', 'b', 'c']) await repeats.once({ ...request, key }, work.run);
  await repeats.once({ ...request, key: 'c' }, work.run);
  expect(work.runs).toBe(3);
  await repeats.once({ ...request, key: 'a' }, work.run);
  expect(work.runs).toBe(4);
});

test('a throttled or locked request may be made again; one that got no ruling may not', async () => {
  for (const [reason, runs] of [
    ['throttled', 2],
    ['locked', 2],
    ['unavailable', 1],
  ] as const) {
    const repeats = createRepeats({ now: () => 0 });
    const work = counted((run) => ({ id: String(run), accepted: false, reason }));
    await repeats.once(request, work.run);
    await repeats.once(request, work.run);
    expect([reason, work.runs]).toStrictEqual([reason, runs]);
  }
});

test('a run that failed is not remembered', async () => {
  const repeats = createRepeats({ now: () => 0 });
  const broken = repeats.once(request, async () => {
    throw new Error('store');
  });
  await expect(broken).rejects.toThrow('store');
  const made = await repeats.once(request, counted(refused).run);
  expect(made).toStrictEqual({ decision: refused(1), repeated: false });
});
