import { expect, test } from 'vitest';
import { sliceOf } from '../../src/audit/entry.js';
import { eventStream, idOf, instantOf } from '../../src/audit/event-stream.js';
import { type Followed, type FollowOptions, follow } from '../../src/audit/follow.js';
import { memoryEngine } from '../../src/engines/memory.js';
import { AT, createLog, type Log, sha256 } from './log.js';

/** What was told, and a way to wait until `quiet` was told so often again. */
function listen(log: Log, options: Partial<FollowOptions> = {}) {
  const stop = new AbortController();
  const told: Followed[] = [];
  let quiets = 0;
  const following = (async () => {
    const all = { now: () => log.clock.at, signal: stop.signal, pause: 1, ...options };
    for await (const one of follow(log.engine, all)) {
      if (one === 'quiet') quiets += 1;
      else told.push(one);
    }
  })();
  return {
    names: () =>
      told.map((one) => (typeof one === 'object' && 'entry' in one ? nameOf(one.entry) : one)),
    /** Long enough for a thorough look to have begun and ended. */
    async looked(): Promise<void> {
      const until = quiets + 11;
      while (quiets < until) await new Promise((resolve) => setTimeout(resolve, 1));
    },
    async end(): Promise<void> {
      stop.abort();
      await following;
    },
  };
}

function nameOf({ account, seq }: { account: string; seq: number }): string {
  return `${account} ${seq}`;
}

test('whoever listens hears what comes, not what was', async () => {
  const log = createLog();
  await log.fill('ana', 2);
  const { names, looked, end } = listen(log);
  await looked();
  await log.fill('ana', 1);
  await log.fill('ben', 1);
  await looked();
  expect(names()).toStrictEqual(['ana 3', 'ben 1']);
  await end();
});

test('every process’s entries are heard, once each, though one is late and one ahead', async () => {
  const log = createLog();
  log.clock.at += 100_000;
  const { names, looked, end } = listen(log);
  await looked();
  const [late, ahead] = [createLog(log.engine), createLog(log.engine)];
  late.clock.at = log.clock.at - 25_000;
  ahead.clock.at = log.clock.at + 25_000;
  await late.fill('ben', 1);
  await ahead.fill('cleo', 1);
  await looked();
  expect(names()).toStrictEqual(['ben 1', 'cleo 1']);
  for (let i = 0; i < 6; i++) {
    log.clock.at += 10_000;
    await looked();
  }
  expect(names()).toStrictEqual(['ben 1', 'cleo 1']);
  await end();
});

test('an entry that comes while its slice of time ends is heard', async () => {
  const log = createLog();
  const { names, looked, end } = listen(log);
  await looked();
  log.clock.at += 8999;
  await log.fill('ana', 1);
  log.clock.at += 35_000;
  await looked();
  expect(names()).toStrictEqual(['ana 1']);
  await end();
});

test('a listener that slept, whatever it looks at first, hears nothing twice', async () => {
  for (let looks = 0; looks < 5; looks++) {
    const log = createLog();
    const stop = new AbortController();
    const { signal } = stop;
    const told = follow(log.engine, { now: () => log.clock.at, signal, pause: 1, since: AT });
    const names: string[] = [];
    const look = async (): Promise<void> => {
      for (;;) {
        const { value } = await told.next();
        if (typeof value !== 'object' || !('entry' in value)) return;
        names.push(nameOf(value.entry));
      }
    };
    await log.fill('ana', 1);
    for (let i = 0; i <= looks; i++) await look();
    log.clock.at += 60_000;
    for (let i = 0; i < 6; i++) await look();
    expect([looks, names]).toStrictEqual([looks, ['ana 1']]);
    stop.abort();
  }
});

test('whoever comes again hears what they missed, in order of time, and a little again', async () => {
  const log = createLog();
  await log.fill('ana', 1);
  log.clock.at += 100_000;
  await log.fill('ben', 2);
  const since = log.clock.at;
  for (let i = 0; i < 20; i++) {
    log.clock.at += 7000;
    await log.fill(i % 2 ? 'cleo' : 'dan', 1);
  }
  const { names, looked, end } = listen(log, { since });
  await looked();
  const missed = Array.from({ length: 20 }, (_, i) => `${i % 2 ? 'cleo' : 'dan'} ${1 + (i >> 1)}`);
  expect(names()).toStrictEqual(['ben 1', 'ben 2', ...missed]);
  await end();
});

test('a slice of more entries than a page is told whole', async () => {
  const log = createLog();
  for (let i = 0; i < 1200; i++)
    await log.audit.append(`user-${i % 7}`, { type: 'lost', events: i });
  const { names, looked, end } = listen(log, { since: AT });
  await looked();
  expect(new Set(names()).size).toBe(1200);
  expect(names().length).toBe(1200);
  await end();
});

test('more than a day is not caught up with, and that is said; a time to come is now', async () => {
  const log = createLog();
  log.clock.at += 3 * 86_400_000;
  await log.fill('ana', 1);
  const { names, looked, end } = listen(log, { since: AT });
  await looked();
  const until = log.clock.at - 86_400_000;
  expect(names()).toStrictEqual([{ missed: { from: AT, until } }, 'ana 1']);
  await end();
  const early = listen(log, { since: log.clock.at * 2 });
  await early.looked();
  await log.fill('ana', 1);
  await early.looked();
  expect(early.names()).toContain('ana 2');
  await early.end();
});

test('what is written while the clock is set back is heard, and after it, too', async () => {
  const log = createLog();
  log.clock.at += 100_000;
  const { names, looked, end } = listen(log);
  await looked();
  log.clock.at -= 3_600_000;
  await log.fill('ana', 2);
  await looked();
  expect(names()).toStrictEqual(['ana 1', 'ana 2']);
  log.clock.at += 3_600_000;
  await log.fill('ana', 1);
  await looked();
  expect(names().at(-1)).toBe('ana 3');
  await end();
});

test('nonsense that was given its hash is passed over, and what comes is heard', async () => {
  const log = createLog();
  const { names, looked, end } = listen(log);
  await looked();
  const covered = JSON.stringify({ version: 1, account: '\ud800', seq: 1, at: log.clock.at });
  const value = `${covered.slice(0, -1)},"hash":"${sha256(covered)}"}`;
  const group = String(sliceOf(log.clock.at));
  const to = { value, version: '1', group };
  await log.engine.swap({ kind: 'event', key: 'ana/999999999998' }, { to });
  await log.fill('ben', 1);
  await looked();
  expect(names()).toStrictEqual(['ben 1']);
  await end();
});

test('an id tells when its entry was written, and nothing else is an id', () => {
  const entry = { version: 1, account: 'ana/ü', seq: 7, at: AT, previous: '', hash: '' } as const;
  const id = idOf({ ...entry, event: { type: 'lost', events: 1 } });
  expect(id).toBe('1800000000000-7-ana%2F%C3%BC');
  expect(instantOf(id)).toBe(AT);
  expect(instantOf(idOf({ ...entry, account: '', event: { type: 'lost', events: 1 } }))).toBe(AT);
  for (const other of ['', '7', '7-7', 'x-1-ana', '1-1-a b', '1-1-a\n', `${'9'.repeat(16)}-1-a`]) {
    expect(instantOf(other)).toBe(undefined);
  }
});

test('the stream looks only when it is read, and no more once it is let go', async () => {
  const inner = memoryEngine();
  let lists = 0;
  const engine = {
    ...inner,
    list: (page: Parameters<typeof inner.list>[0]) => {
      lists += 1;
      return inner.list(page);
    },
  };
  const stream = eventStream(engine, { now: () => AT, since: AT, pause: 1 });
  const later = () => new Promise((resolve) => setTimeout(resolve, 30));
  await later();
  expect(lists).toBe(0);
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  const read = async () => decoder.decode((await reader.read()).value);
  expect(await read()).toBe('retry: 2000\n\n');
  expect(lists).toBe(0);
  expect(await read()).toBe(':\n\n');
  expect(lists).toBeGreaterThan(0);
  await later();
  const asked = lists;
  await later();
  expect(lists).toBe(asked);
  const reading = reader.read();
  await reader.cancel();
  expect((await reading).done).toBe(true);
  await later();
  const afterwards = lists;
  await later();
  expect(lists).toBe(afterwards);
});

test('an engine that does not answer ends the stream in peace', async () => {
  const engine = memoryEngine();
  const reader = eventStream(engine, { now: () => AT, pause: 1 }).getReader();
  await reader.read();
  await engine.close();
  expect(await reader.read()).toStrictEqual({ value: undefined, done: true });
});
