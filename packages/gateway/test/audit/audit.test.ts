import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAudit } from '../../src/audit/audit.js';
import { follow } from '../../src/audit/follow.js';
import { wholeLog } from '../../src/audit/walk.js';
import { libsqlEngine } from '../../src/engines/libsql.js';
import { memoryEngine } from '../../src/engines/memory.js';
import { verifyAudit } from '../../src/index.js';
import type { Engine } from '../../src/stores/engine.js';
import { AT, createLog, sha256 } from './log.js';

const unlock = { type: 'act', act: 'unlock' } as const;

/** How often each method of an engine was called. */
function counted(engine: Engine) {
  const calls = { swap: 0, list: 0, read: 0 };
  const counting: Engine = {
    ...engine,
    swap: (...given) => {
      calls.swap += 1;
      return engine.swap(...given);
    },
    list: (page) => {
      calls.list += 1;
      return engine.list(page);
    },
    read: (place) => {
      calls.read += 1;
      return engine.read(place);
    },
  };
  return { engine: counting, calls };
}

test('an entry hangs on the one before it by the SHA-256 of that one’s text', async () => {
  const { audit, text } = createLog();
  const first = await audit.append('ana', { type: 'latched', id: 'd1' });
  const second = await audit.append('ana', unlock);
  const covered = `{"version":1,"account":"ana","seq":1,"at":${AT},"previous":"","event":{"type":"latched","id":"d1"}}`;
  const hash = sha256(covered);
  expect(await text('ana', 1)).toBe(`${covered.slice(0, -1)},"hash":"${hash}"}`);
  expect(first).toStrictEqual(JSON.parse(await text('ana', 1)));
  const next = `{"version":1,"account":"ana","seq":2,"at":${AT},"previous":"${hash}","event":{"type":"act","act":"unlock"}}`;
  expect(second).toStrictEqual({ ...JSON.parse(next), hash: sha256(next) });
});

test('an event costs one statement, and one more where the chain’s end is not known', async () => {
  const { engine, calls } = counted(memoryEngine());
  const one = createAudit({ engine });
  await one.append('ana', unlock);
  expect(calls).toStrictEqual({ swap: 1, list: 1, read: 0 });
  for (let i = 0; i < 10; i++) await one.append('ana', unlock);
  expect(calls).toStrictEqual({ swap: 11, list: 1, read: 0 });
  await createAudit({ engine }).append('ana', unlock);
  expect(calls).toStrictEqual({ swap: 12, list: 2, read: 0 });
  await one.append('ana', unlock);
  expect(calls).toStrictEqual({ swap: 14, list: 3, read: 0 });
});

test('two processes at once write one chain without a fork', async () => {
  const inner = memoryEngine();
  const later = () => new Promise((resolve) => setImmediate(resolve));
  let refused = 0;
  const slow: Engine = {
    ...inner,
    async swap(place, change) {
      await later();
      const done = await inner.swap(place, change);
      if (!done) refused += 1;
      await later();
      return done;
    },
  };
  const processes = [1, 2, 3].map(() => createAudit({ engine: slow }));
  const written = await Promise.all(
    Array.from({ length: 60 }, (_, n) =>
      processes[n % 3]?.append(n % 2 ? 'ana' : 'ben', { type: 'latched', id: String(n) }),
    ),
  );
  expect(refused).toBeGreaterThan(10);
  const seqs = written.map((entry) => `${entry?.account} ${entry?.seq}`);
  expect(new Set(seqs).size).toBe(60);
  expect(await verifyAudit(inner)).toStrictEqual({
    intact: true,
    entries: 60,
    strays: 0,
    chains: [
      { account: 'ana', entries: 30, faults: [] },
      { account: 'ben', entries: 30, faults: [] },
    ],
  });
});

test('a file that two handles share holds one chain, whole and in order of time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'driftlock-audit-'));
  const url = `file:${join(folder, 'log.db')}`;
  const handles = [await libsqlEngine({ url }), await libsqlEngine({ url })];
  const logs = handles.map((engine) => createAudit({ engine, now: () => AT }));
  await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      logs[n % 2]?.append('ana', { type: 'latched', id: String(n) }),
    ),
  );
  const anchor = await logs[0]?.anchor();
  const [engine] = handles as [Engine];
  const { intact, entries } = await verifyAudit(engine, anchor ? { anchor } : {});
  expect([anchor?.seq, intact, entries]).toStrictEqual([1, true, 41]);
  const stop = new AbortController();
  const told: number[] = [];
  const following = follow(engine, { now: () => AT, since: AT, signal: stop.signal });
  for await (const one of following) {
    if (typeof one !== 'object' || !('entry' in one)) break;
    if (one.entry.account === 'ana') told.push(one.entry.seq);
  }
  expect(told).toStrictEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  await Promise.all(handles.map((handle) => handle.close()));
  rmSync(folder, { recursive: true });
});

test('an event whose reply was lost is written once', async () => {
  const inner = memoryEngine();
  let lose = 1;
  const losing: Engine = {
    ...inner,
    async swap(place, change) {
      const done = await inner.swap(place, change);
      if (lose-- > 0) throw new Error('connection reset');
      return done;
    },
  };
  const audit = createAudit({ engine: losing });
  expect((await audit.append('ana', unlock)).seq).toBe(1);
  expect((await audit.append('ana', unlock)).seq).toBe(2);
  expect((await verifyAudit(inner)).entries).toBe(2);
});

test('an event that can’t be written is refused, and how many are missing is said later', async () => {
  const inner = memoryEngine();
  const state = { down: false, own: true };
  const engine: Engine = {
    ...inner,
    async swap(place, change) {
      if (state.down || (place.key.startsWith('/') && !state.own)) throw new Error('no connection');
      return inner.swap(place, change);
    },
  };
  const audit = createAudit({ engine, now: () => AT });
  await audit.append('ana', unlock);
  state.down = true;
  for (const account of ['ana', 'ana', 'ben']) {
    await expect(audit.append(account, unlock)).rejects.toThrow('no connection');
  }
  Object.assign(state, { down: false, own: false });
  expect((await audit.append('ana', unlock)).seq).toBe(2);
  expect((await inner.list({ kind: 'event', limit: 9 })).length).toBe(2);
  state.own = true;
  expect((await audit.append('ana', unlock)).seq).toBe(3);
  const own = [];
  for await (const { key, value } of wholeLog(inner)) if (key.startsWith('/')) own.push(value);
  expect(own.map((value) => JSON.parse(value).event)).toStrictEqual([{ type: 'lost', events: 3 }]);
  expect((await verifyAudit(inner)).intact).toBe(true);
});

test('a log of one process’s own keeps as many entries as it is told', async () => {
  const engine = memoryEngine();
  const audit = createAudit({ engine, keep: 3 });
  for (let i = 0; i < 5; i++) await audit.append(i % 2 ? 'ana' : 'ben', unlock);
  const kept = await engine.list({ kind: 'event', limit: 9 });
  expect(
    kept.map(({ value }) => JSON.parse(value)).map(({ account, seq }) => [account, seq]),
  ).toStrictEqual([
    ['ana', 2],
    ['ben', 3],
    ['ben', 2],
  ]);
});

test('no account’s chain is taken for another’s, whatever they are called', async () => {
  const engine = memoryEngine();
  const names = [
    'ana',
    'ana.x',
    'ana-1',
    'ana0',
    'ana/',
    '/ana',
    'ana%2F',
    'ana+b',
    'é',
    '__proto__',
    '',
  ];
  for (const round of [1, 2]) {
    // Another process each time, which looks for the ends of the chains.
    const audit = createAudit({ engine });
    for (const name of names) {
      expect(await audit.append(name, unlock)).toMatchObject({ account: name, seq: round });
    }
  }
  const { chains, intact } = await verifyAudit(engine);
  expect(intact).toBe(true);
  expect(new Set(chains.map(({ account }) => account))).toStrictEqual(new Set(names));
});

test('nothing is written after an end that can’t be read', async () => {
  const { engine, put } = createLog();
  await put('ana', 1, '[]');
  await expect(createAudit({ engine }).append('ana', unlock)).rejects.toThrow('damaged');
});
