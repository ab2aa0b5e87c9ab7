import { describe, expect, test } from 'vitest';
import { memoryEngine } from '../../src/engines/memory.js';
import type { Engine, Listed } from '../../src/stores/engine.js';
import { cellsChecks, engineChecks, testCells, testEngine } from '../../src/testing.js';

describe('the memory engine', () => {
  test.each(engineChecks)('$name', ({ run }) => run(() => memoryEngine()));

  test('keeps the newest of what may be swept, by group, and all that may not', async () => {
    const engine = memoryEngine({ keep: 2 });
    const put = (key: string, marks: { group?: string; until?: number }) =>
      engine.swap({ kind: 'decision', key }, { to: { value: '1', version: key, ...marks } });
    for (const key of ['a', 'b', 'c']) await put(key, {});
    for (const key of ['d', 'e', 'f']) await put(key, { until: 1 });
    for (const key of ['g', 'h', 'i']) await put(key, { until: 1, group: 'yes' });
    const listed = await engine.list({ kind: 'decision', limit: 99 });
    expect(listed.map(({ key }) => key)).toStrictEqual(['a', 'b', 'c', 'h', 'i']);
  });

  test('keeps no more of them for all that must stay, or was put again', async () => {
    const engine = memoryEngine({ keep: 2 });
    let version = 0;
    const put = async (key: string, until?: number) => {
      const place = { kind: 'decision', key } as const;
      const from = (await engine.read(place))?.version;
      const to = { value: '1', version: String(++version), ...(until ? { until } : {}) };
      await engine.swap(place, { ...(from ? { from } : {}), to });
      return (await engine.list({ kind: 'decision', limit: 99 })).map((record) => record.key);
    };
    for (const key of ['a', 'b', 'c']) await put(key);
    expect(await put('d', 1)).toStrictEqual(['a', 'b', 'c']);
    expect(await put('e', 1)).toStrictEqual(['a', 'b', 'c']);
    await put('b');
    // Now it may go, and is the oldest that may.
    expect(await put('b', 1)).toStrictEqual(['a', 'c']);
    expect(await put('f', 1)).toStrictEqual(['a', 'c']);
    await put('a', 1);
    expect(await put('g', 1)).toStrictEqual(['c', 'g']);
    expect(await put('h', 1)).toStrictEqual(['c', 'h']);
  });
});

const later = () => new Promise((resolve) => setImmediate(resolve));

/** Each is an engine with one fault, and the check that finds it. */
const BROKEN: Record<string, { fault(engine: Engine): Partial<Engine>; found: RegExp }> = {
  'reads, lets others by, then writes': {
    fault: (engine) => ({
      async swap(place, change) {
        const before = await engine.read(place);
        await later();
        if (before?.version !== change.from) return false;
        const now = await engine.read(place);
        return engine.swap(place, { ...change, ...(now ? { from: now.version } : {}) });
      },
    }),
    found: /of fifty swaps at once/,
  },
  'answers before it has written': {
    fault: (engine) => ({
      async swap(place, change) {
        void later()
          .then(() => engine.swap(place, change))
          .catch(() => {});
        return (await engine.read(place))?.version === change.from;
      },
    }),
    found: /a record is there once it was written/,
  },
  'reads a copy that is older': {
    fault: (engine) => {
      const seen = new Map<string, Awaited<ReturnType<Engine['read']>>>();
      return {
        async read(place) {
          const key = JSON.stringify(place);
          if (!seen.has(key)) seen.set(key, await engine.read(place));
          return seen.get(key);
        },
      };
    },
    found: /a record is there once it was written/,
  },
  'replaces whatever is there': {
    fault: (engine) => ({
      async swap(place, { from, to }) {
        const now = await engine.read(place);
        if (!now || !from) return engine.swap(place, { ...(to ? { to } : {}) });
        return engine.swap(place, { from: now.version, ...(to ? { to } : {}) });
      },
    }),
    found: /only by who knows its version/,
  },
  'removes whatever is there': {
    fault: (engine) => ({
      async swap(place, change) {
        const now = await engine.read(place);
        if (change.to || !now) return engine.swap(place, change);
        return engine.swap(place, { from: now.version });
      },
    }),
    found: /a record is removed only/,
  },
  'folds the case of keys': {
    fault: (engine) => ({
      read: (place) => engine.read({ ...place, key: place.key.toLowerCase() }),
      swap: (place, change) => engine.swap({ ...place, key: place.key.toLowerCase() }, change),
    }),
    found: /no two places are one/,
  },
  'has one namespace for all kinds': {
    fault: (engine) => ({
      read: ({ key }) => engine.read({ kind: 'ledger', key }),
      swap: ({ key }, change) => engine.swap({ kind: 'ledger', key }, change),
    }),
    found: /no two places are one/,
  },
  'keeps JSON and not its text': {
    fault: (engine) => ({
      swap: (place, { to, ...change }) => {
        const { value = 'null', ...rest } = to ?? { version: '' };
        const parsed = value.startsWith('0') ? value : JSON.stringify(JSON.parse(value));
        return engine.swap(place, to ? { ...change, to: { ...rest, value: parsed } } : change);
      },
    }),
    found: /letter for letter/,
  },
  'lists by UTF-16': {
    fault: (engine) => ({
      async list({ limit, ...page }) {
        const all = await engine.list({ ...page, limit: 1000 });
        return all.sort(({ key: a }, { key: b }) => (a < b ? -1 : 1)).slice(0, limit);
      },
    }),
    found: /order of their keys/,
  },
  'pages by counting': {
    fault: (engine) => ({
      async list({ after, limit, ...page }) {
        const all = await engine.list({ ...page, limit: 1000 });
        const from = all.findIndex(({ key }) => key === after) + 1;
        return all.slice(from, from + limit);
      },
    }),
    found: /pages of any size/,
  },
  'takes a text for a pattern': {
    fault: (engine) => ({
      async list({ containing = '', limit, ...page }) {
        const like = containing
          .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
          .replaceAll('%', '.*')
          .replaceAll('_', '.');
        const all = await engine.list({ ...page, limit: 1000 });
        return all.filter(({ key }) => new RegExp(like, 'i').test(key)).slice(0, limit);
      },
    }),
    found: /a text in a key is found/,
  },
  'folds letters beyond ASCII': {
    fault: (engine) => ({
      async list({ containing = '', limit, ...page }) {
        const all = await engine.list({ ...page, limit: 1000 });
        const holds = ({ key }: Listed) => key.toLowerCase().includes(containing.toLowerCase());
        return all.filter(holds).slice(0, limit);
      },
    }),
    found: /a text in a key is found/,
  },
  'knows no groups': {
    fault: (engine) => ({ list: ({ group: _, ...page }) => engine.list(page) }),
    found: /a group lists its own/,
  },
  'never moves between groups': {
    fault: (engine) => {
      const groups = new Map<string, string | undefined>();
      return {
        swap(place, { to, ...change }) {
          if (!to) return engine.swap(place, change);
          const key = JSON.stringify(place);
          if (!groups.has(key)) groups.set(key, to.group);
          const { group: _, ...rest } = to;
          const group = groups.get(key);
          return engine.swap(place, { ...change, to: group ? { ...rest, group } : rest });
        },
      };
    },
    found: /a group lists its own/,
  },
  'sweeps only what is well past': {
    fault: (engine) => ({ sweep: (now) => engine.sweep(now - 1) }),
    found: /sweeping removes/,
  },
  'goes on after its end': { fault: () => ({ close: async () => {} }), found: /a closed engine/ },
};

describe('the kit', () => {
  test('passes whole on what passes check by check', async () => {
    await testEngine(() => memoryEngine());
    await testCells(() => memoryEngine());
    expect(engineChecks.length).toBe(cellsChecks.length + 7);
  });

  test.each(Object.entries(BROKEN))('catches an engine that %s', async (_, { fault, found }) => {
    const broken = () => {
      const engine = memoryEngine();
      return { ...engine, ...fault(engine) };
    };
    await expect(testEngine(broken)).rejects.toThrow(found);
  });
});
