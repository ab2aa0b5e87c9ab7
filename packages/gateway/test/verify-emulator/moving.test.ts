// A seed that Authy exported, brought to Verify: once, however often and wherever that breaks off.
import { moveSeed, type SeedToMove } from '@driftlock/api-client';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenReply } from '../../src/emulator/faults/broken.js';
import type { NodeFetch } from '../../src/emulator/faults/cut.js';
import { IDENTITY, type Loopback, SECRET, serveVerify } from './loopback.js';

const seedOf = ({ code }: Loopback, more: Partial<SeedToMove> = {}): SeedToMove => ({
  identity: IDENTITY,
  secret: SECRET,
  friendlyName: 'moved',
  code: () => code(),
  ...more,
});

const factorsOf = async ({ client }: Loopback) => {
  const listed = await client.factors.list({ identity: IDENTITY });
  return listed.known ? listed.factors : [];
};

test('is a verified factor, and its codes are approved', async () => {
  const there = await serveVerify();
  const moved = await moveSeed(there.client, seedOf(there));
  const [factor] = await factorsOf(there);
  expect(moved).toStrictEqual({ moved: true, factor: factor?.sid, already: false });
  expect(factor).toMatchObject({
    status: 'verified',
    algorithm: 'SHA1',
    digits: 6,
    period: 30,
    skew: 1,
  });
  const asked = { identity: IDENTITY, factor: factor?.sid ?? '', code: there.code() };
  expect(await there.client.challenges.create(asked)).toMatchObject({ approved: true });
});

test('is left alone the second time', async () => {
  const there = await serveVerify();
  const first = await moveSeed(there.client, seedOf(there));
  const again = await moveSeed(there.client, seedOf(there, { secret: SECRET.toLowerCase() }));
  expect(again).toStrictEqual({ ...first, already: true });
  expect(await factorsOf(there)).toHaveLength(1);
});

test('is found behind thirty-five other factors', async () => {
  const there = await serveVerify();
  const wanted = { identity: IDENTITY, friendlyName: 'x' };
  for (let count = 0; count < 35; count++) await there.client.factors.create(wanted);
  const first = await moveSeed(there.client, seedOf(there));
  const again = await moveSeed(there.client, seedOf(there));
  expect(again).toStrictEqual({ ...first, already: true });
});

test('is not taken for another seed of the same person', async () => {
  const there = await serveVerify();
  const first = await moveSeed(there.client, seedOf(there));
  const params = { digits: 8 } as const;
  const code = () => there.code({ params });
  const other = await moveSeed(there.client, seedOf(there, { ...params, code }));
  expect(other).toMatchObject({ moved: true, already: false });
  expect(other).not.toStrictEqual(first);
  expect(await factorsOf(there)).toHaveLength(2);
});

test('where the clock here is wrong, is finished once it is right', async () => {
  const there = await serveVerify();
  const late = seedOf(there, { code: () => there.code({ seconds: -300 }) });
  expect(await moveSeed(there.client, late)).toMatchObject({ moved: false, reason: 'mismatch' });
  expect(await moveSeed(there.client, seedOf(there))).toMatchObject({
    moved: true,
    already: false,
  });
  expect(await factorsOf(there)).toHaveLength(1);
});

test('where five wrong codes locked its factor, is made anew', async () => {
  const there = await serveVerify();
  const late = seedOf(there, { code: () => there.code({ seconds: -300 }) });
  for (let run = 0; run < 5; run++) {
    expect(await moveSeed(there.client, late)).toMatchObject({ reason: 'mismatch' });
  }
  expect(await moveSeed(there.client, seedOf(there))).toMatchObject({
    moved: true,
    already: false,
  });
  expect((await factorsOf(there)).map(({ status }) => status)).toStrictEqual(['verified']);
});

type Fate = 'before' | 'after';

/** Loses replies by number, of requests that were dealt with or never were, and counts them. */
function losing(fates: readonly (Fate | undefined)[]) {
  const left = [...fates];
  const happened = { before: 0, after: 0 };
  const wrap =
    (fetch: NodeFetch): NodeFetch =>
    async (request, env) => {
      const fate = left.shift();
      if (fate) happened[fate]++;
      if (fate === 'before') return brokenReply('reset');
      const answer = await fetch(request, env);
      return fate === 'after' ? brokenReply('reset') : answer;
    };
  return { wrap, happened, stop: () => left.splice(0) };
}

test('is moved exactly once, whichever replies are lost on the way', async () => {
  const tally = { moves: 0, begunAnew: 0, before: 0, after: 0 };
  const fate = fc.constantFrom<Fate | undefined>('before', 'after', undefined);
  await fc.assert(
    fc.asyncProperty(fc.array(fate, { maxLength: 12 }), async (fates) => {
      const { wrap, happened, stop } = losing(fates);
      const there = await serveVerify({ wrap });
      let runs = 0;
      for (;;) {
        runs++;
        const outcome = await moveSeed(there.client, seedOf(there)).catch(() => undefined);
        if (outcome?.moved) break;
        expect(outcome).toBeUndefined();
      }
      stop();
      const factors = await factorsOf(there);
      expect(factors.map(({ status }) => status)).toStrictEqual(['verified']);
      tally.moves++;
      tally.begunAnew += runs > 1 ? 1 : 0;
      tally.before += happened.before;
      tally.after += happened.after;
    }),
    { numRuns: 60 },
  );
  expect(tally.moves).toBe(60);
  expect(Math.min(tally.begunAnew, tally.before, tally.after)).toBeGreaterThan(20);
});

test('without looking first there would be several, so the test can tell', async () => {
  const there = await serveVerify({ wrap: losing(['after']).wrap });
  const wanted = { identity: IDENTITY, friendlyName: 'moved', secret: SECRET };
  await there.client.factors.create(wanted).catch(() => undefined);
  await there.client.factors.create(wanted);
  expect(await factorsOf(there)).toHaveLength(2);
});
