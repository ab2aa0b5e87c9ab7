import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifyAudit } from '../../src/index.js';
import { createLog, type Log, rehashed } from './log.js';

async function faultsOf({ engine }: Log): Promise<Record<string, unknown>> {
  const { chains, intact } = await verifyAudit(engine);
  const found = chains.filter(({ faults }) => faults.length > 0);
  expect(intact).toBe(found.length === 0);
  return Object.fromEntries(found.map(({ account, faults }) => [account, faults]));
}

/** Three chains of five entries, anchored, two of them longer since. */
async function anchoredLog(): Promise<Log> {
  const log = createLog();
  for (const account of ['ana', 'ben', 'cleo']) await log.fill(account, 5);
  await log.audit.anchor();
  for (const account of ['ana', 'ben']) await log.fill(account, 1);
  return log;
}

const other = (text: string) => text.replace('-2', '-7');

const TAMPERED: Record<string, [(log: Log) => Promise<void>, unknown]> = {
  'an entry’s text is changed': [
    async ({ text, put }) => put('ana', 3, other(await text('ana', 3))),
    [{ fault: 'altered', seq: 3 }],
  ],
  'an entry is changed and its hash made to fit': [
    async ({ text, put }) => put('ana', 3, rehashed(await text('ana', 3), other)),
    [{ fault: 'altered', seq: 3 }],
  ],
  'an entry gets a member that no hash covers': [
    async ({ text, put }) => put('ana', 3, `{"note":1,${(await text('ana', 3)).slice(1)}`),
    [{ fault: 'altered', seq: 3 }],
  ],
  'an entry gets a member after its hash': [
    async ({ text, put }) => put('ana', 3, `${(await text('ana', 3)).slice(0, -1)},"note":1}`),
    [{ fault: 'altered', seq: 3 }],
  ],
  'an entry is no JSON any more': [
    async ({ put }) => put('ana', 3, 'null'),
    [{ fault: 'altered', seq: 3 }],
  ],
  'an entry stands in another’s place': [
    async ({ text, put }) => put('ana', 3, await text('ana', 2)),
    [{ fault: 'altered', seq: 3 }],
  ],
  'another account’s entry stands in its place': [
    async ({ text, put }) => put('ana', 3, await text('ben', 3)),
    [{ fault: 'altered', seq: 3 }],
  ],
  'the newest entry is changed': [
    async ({ text, put }) => put('ana', 6, (await text('ana', 6)).replace('-0', '-7')),
    [{ fault: 'altered', seq: 6 }],
  ],
  'one is taken from the middle': [({ put }) => put('ana', 3), [{ fault: 'gap', seq: 3 }]],
  'the first one is taken': [({ put }) => put('ana', 1), [{ fault: 'gap', seq: 1 }]],
  'the first one hangs on another': [
    async ({ text, put }) =>
      put(
        'ana',
        1,
        rehashed(await text('ana', 1), (t) => t.replace('"previous":""', '"previous":"0"')),
      ),
    [{ fault: 'altered', seq: 1 }],
  ],
  'the end is cut off': [
    async ({ put }) => {
      for (const seq of [4, 5, 6]) await put('ana', seq);
    },
    [{ fault: 'cut-off', seq: 5 }],
  ],
  'all of it is taken': [
    async ({ put }) => {
      for (const seq of [1, 2, 3, 4, 5, 6]) await put('ana', seq);
    },
    [{ fault: 'cut-off', seq: 5 }],
  ],
  'an entry’s account is half a character, and its hash made to fit': [
    async ({ text, put }) =>
      put(
        'ana',
        3,
        rehashed(await text('ana', 3), (t) => t.replace('"ana"', '"\\ud800"')),
      ),
    [{ fault: 'altered', seq: 3 }],
  ],
  'an entry’s account is no text, and its hash made to fit': [
    async ({ text, put }) =>
      put(
        'ana',
        3,
        rehashed(await text('ana', 3), (t) => t.replace('"ana"', '{"toString":1}')),
      ),
    [{ fault: 'altered', seq: 3 }],
  ],
  'all of it is written anew': [
    async (log) => {
      for (const seq of [1, 2, 3, 4, 5, 6]) await log.put('ana', seq);
      const anew = createLog(log.engine);
      anew.clock.at += 1;
      await anew.fill('ana', 6);
      if ((await log.text('ana', 6)) === '') throw new Error('not written');
    },
    [{ fault: 'altered', seq: 5 }],
  ],
};

describe('the log is checked', () => {
  test('and intact as long as nobody touched it', async () => {
    const log = await anchoredLog();
    expect(await verifyAudit(log.engine)).toStrictEqual({
      intact: true,
      entries: 18,
      strays: 0,
      end: { seq: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      chains: [
        { account: '', entries: 1, faults: [] },
        { account: 'ana', entries: 6, faults: [] },
        { account: 'ben', entries: 6, faults: [] },
        { account: 'cleo', entries: 5, faults: [] },
      ],
    });
  });

  test.each(Object.entries(TAMPERED))(
    'where %s, it is found there alone',
    async (_, [tamper, faults]) => {
      const log = await anchoredLog();
      await tamper(log);
      expect(await faultsOf(log)).toStrictEqual({ ana: faults });
    },
  );

  test.each(['7', 'null', '[null]', '[{"account":"ana","seq":"5","hash":""}]'])(
    'where %s was anchored and given its hash, that is found, and anchors go on',
    async (heads) => {
      const log = await anchoredLog();
      const nonsense = (text: string) => text.replace(/"heads":.*\]/, `"heads":${heads}`);
      await log.put('', 1, rehashed(await log.text('', 1), nonsense));
      expect(await faultsOf(log)).toStrictEqual({ '': [{ fault: 'altered', seq: 1 }] });
      await log.audit.anchor();
      await log.put('ana', 6);
      expect(await faultsOf(log)).toStrictEqual({
        '': [{ fault: 'altered', seq: 1 }],
        ana: [{ fault: 'cut-off', seq: 6 }],
      });
    },
  );

  test('and of an entry that no other hangs on, its place, its version and its beginning', async () => {
    const single = async (change: (text: string) => string) => {
      const log = createLog();
      await log.fill('zoe', 1);
      await log.fill('ana', 1);
      await log.put('zoe', 1, change(await log.text('zoe', 1)));
      return log;
    };
    const altered = { zoe: [{ fault: 'altered', seq: 1 }] };
    const anew = (from: string, to: string) => (text: string) =>
      rehashed(text, (covered) => covered.replace(from, to));
    expect(await faultsOf(await single(anew('zoe-0', 'zoe-1')))).toStrictEqual({});
    for (const [from, to] of [
      ['"account":"zoe"', '"account":"ana"'],
      ['"version":1', '"version":2'],
      ['"previous":""', '"previous":"0"'],
    ] as const) {
      expect(await faultsOf(await single(anew(from, to)))).toStrictEqual(altered);
    }
  });

  test('and a record in no chain is found', async () => {
    const { engine } = await anchoredLog();
    for (const key of [
      'ana',
      'ana/7',
      'ana/9999999999999',
      '%zz/000000000001',
      'a%6ea/000000000001',
    ]) {
      await engine.swap({ kind: 'event', key }, { to: { value: '1', version: key } });
    }
    const { strays, intact } = await verifyAudit(engine);
    expect([strays, intact]).toStrictEqual([5, false]);
  });

  test('whatever is changed, moved or taken of what was anchored is found', async () => {
    const tally = { changed: 0, taken: 0, copied: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('changed', 'taken', 'copied'),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 }),
        fc.nat(),
        async (how, seqs, at) => {
          const log = await anchoredLog();
          for (const seq of new Set(seqs)) {
            const text = await log.text('cleo', seq);
            const where = at % text.length;
            const changed = `${text.slice(0, where)}#${text.slice(where + 1)}`;
            const put = { changed, taken: undefined, copied: await log.text('ben', seq) }[how];
            await log.put('cleo', seq, put);
          }
          expect(Object.keys(await faultsOf(log))).toStrictEqual(['cleo']);
          tally[how as keyof typeof tally] += 1;
        },
      ),
      { numRuns: 60 },
    );
    for (const times of Object.values(tally)) expect(times).toBeGreaterThan(5);
  });
});

describe('an anchor', () => {
  test('is written once for what grew, by whichever process', async () => {
    const log = createLog();
    expect(await log.audit.anchor()).toBe(undefined);
    await log.fill('ana', 2);
    const first = await log.audit.anchor();
    expect(await log.audit.anchor()).toStrictEqual(first);
    const again = createLog(log.engine);
    again.clock.at = log.clock.at;
    expect(await again.audit.anchor()).toStrictEqual(first);
    await log.fill('ben', 1);
    expect(await again.audit.anchor()).toMatchObject({ seq: 2 });
    const { hash } = JSON.parse(await log.text('ben', 1));
    expect(JSON.parse(await log.text('', 2)).event).toStrictEqual({
      type: 'anchored',
      heads: [{ account: 'ben', seq: 1, hash }],
    });
  });

  test('counts where it went furthest, whatever others say', async () => {
    const log = createLog();
    for (let i = 0; i < 2; i++) {
      await log.fill('ana', 2);
      await log.audit.anchor();
    }
    for (const seq of [3, 4]) await log.put('ana', seq);
    expect(await faultsOf(log)).toStrictEqual({ ana: [{ fault: 'cut-off', seq: 4 }] });
  });

  test('reaches chains of any number, and those that grew long ago', async () => {
    const log = createLog();
    for (let i = 0; i < 250; i++) await log.fill(`user-${i}`, 1);
    expect(await log.audit.anchor()).toMatchObject({ seq: 3 });
    await log.fill('ana', 2);
    log.clock.at += 3 * 86_400_000;
    await log.audit.anchor();
    for (const account of ['user-249', 'ana']) await log.put(account, account === 'ana' ? 2 : 1);
    expect(await faultsOf(log)).toStrictEqual({
      ana: [{ fault: 'cut-off', seq: 2 }],
      'user-249': [{ fault: 'cut-off', seq: 1 }],
    });
  });

  test('finds what a late writer, or one whose clock is ahead, wrote before it', async () => {
    const log = createLog();
    const [late, ahead] = [createLog(log.engine), createLog(log.engine)];
    await log.fill('ana', 1);
    await log.audit.anchor();
    late.clock.at = log.clock.at - 20_000;
    ahead.clock.at = log.clock.at + 20_000;
    await late.fill('ben', 2);
    await ahead.fill('cleo', 2);
    await log.audit.anchor();
    await log.put('ben', 2);
    await log.put('cleo', 2);
    expect(Object.keys(await faultsOf(log))).toStrictEqual(['ben', 'cleo']);
  });

  test('without one a cut is not found, and kept elsewhere it finds the gateway’s own', async () => {
    const log = createLog();
    await log.fill('ana', 3);
    await log.put('ana', 3);
    expect(await faultsOf(log)).toStrictEqual({});
    await log.fill('ben', 3);
    const anchor = await log.audit.anchor();
    await log.put('ben', 3);
    await log.put('', 1);
    expect(await faultsOf(log)).toStrictEqual({});
    const { chains, intact } = await verifyAudit(log.engine, {
      anchor: anchor ?? { seq: 0, hash: '' },
    });
    expect(intact).toBe(false);
    expect(chains.find(({ account }) => account === '')).toStrictEqual({
      account: '',
      entries: 0,
      faults: [{ fault: 'cut-off', seq: 1 }],
    });
  });
});
