/** What an engine must show beside what cells do: lists in order, sweeping, an end. */
import { type Check, runChecks, same } from '@driftlock/verifier/testing';
import { cellsChecks, ODD_KEYS } from './cells-checks.js';
import type { Engine, Marks, Page, Place } from './engine.js';

export type EngineCheck = Check<Engine>;

const AT = 1_800_000_000_000;

/** Its key is its value and version, too. */
async function put(engine: Engine, place: Place, marks: Marks = {}): Promise<void> {
  const value = JSON.stringify(place.key);
  const done = await engine.swap(place, { to: { value, version: place.key, ...marks } });
  same(`${place.key} written`, done, true);
}

async function putAll(engine: Engine, keys: string[], marks: Marks = {}): Promise<void> {
  for (const key of keys) await put(engine, { kind: 'account', key }, marks);
}

async function keys(engine: Engine, page: Partial<Page> = {}): Promise<string[]> {
  const listed = await engine.list({ kind: 'account', limit: 1000, ...page });
  return listed.map(({ key }) => key);
}

const ownChecks: EngineCheck[] = [
  {
    name: 'records are listed in the order of their keys’ UTF-8 bytes, and as they are read',
    async run(factory) {
      const engine = await factory();
      const inOrder = [
        '0',
        '10',
        '9',
        'Ana',
        'Zoe',
        '_',
        'ana',
        'ben',
        '\u00e9',
        '\ufffd',
        '\u{1f511}',
      ];
      same('of none', await keys(engine), []);
      await putAll(engine, [...inOrder].reverse());
      same('the order', await keys(engine), inOrder);
      const [first] = await engine.list({ kind: 'account', limit: 1 });
      same('the first', first, { key: '0', value: '"0"', version: '0' });
    },
  },
  {
    name: 'pages of any size hold every record once, though one is removed between them',
    async run(factory) {
      const engine = await factory();
      await putAll(engine, ODD_KEYS);
      const whole = await keys(engine);
      same('the whole', [...whole].sort(), [...ODD_KEYS].sort());
      for (const limit of [1, 3, 7]) {
        const seen: string[] = [];
        for (const _ of ODD_KEYS) {
          const after = seen.at(-1);
          const page = await keys(engine, { limit, ...(after === undefined ? {} : { after }) });
          seen.push(...page);
        }
        same(`pages of ${limit}`, seen, whole);
      }
      const [, gone = '', ...left] = whole;
      await engine.swap({ kind: 'account', key: gone }, { from: gone });
      same('after one that is gone', await keys(engine, { after: gone }), left);
    },
  },
  {
    name: 'a list holds what was just written, and no more what was just removed',
    async run(factory) {
      const engine = await factory();
      const place: Place = { kind: 'account', key: 'ana' };
      await put(engine, place);
      await engine.swap(place, { from: 'ana', to: { value: '2', version: 'two' } });
      const listed = await engine.list({ kind: 'account', limit: 10 });
      same('replaced', listed, [{ key: 'ana', value: '2', version: 'two' }]);
      await engine.swap(place, { from: 'two' });
      same('removed', await keys(engine), []);
    },
  },
  {
    name: 'a group lists its own records, those that were moved there included',
    async run(factory) {
      const engine = await factory();
      await putAll(engine, ['ana', 'ben'], { group: 'open' });
      await putAll(engine, ['cleo'], { group: 'Open' });
      await putAll(engine, ['dan']);
      await put(engine, { kind: 'outbox', key: 'eve' }, { group: 'open' });
      same('open', await keys(engine, { group: 'open' }), ['ana', 'ben']);
      same('none such', await keys(engine, { group: 'op%' }), []);
      const moved = { value: '1', version: '2', group: 'done' };
      await engine.swap({ kind: 'account', key: 'ana' }, { from: 'ana', to: moved });
      await engine.swap(
        { kind: 'account', key: 'ben' },
        { from: 'ben', to: { ...moved, group: "it's" } },
      );
      same('open still', await keys(engine, { group: 'open' }), []);
      same('done', await keys(engine, { group: 'done' }), ['ana']);
      same('quoted', await keys(engine, { group: "it's", containing: 'B', limit: 1 }), ['ben']);
      await engine.swap(
        { kind: 'account', key: 'ana' },
        { from: '2', to: { value: '1', version: '3' } },
      );
      same('left', await keys(engine, { group: 'done' }), []);
      same('all', await keys(engine), ['ana', 'ben', 'cleo', 'dan']);
    },
  },
  {
    name: 'a text in a key is found as it is, ASCII letters in any case',
    async run(factory) {
      const engine = await factory();
      await putAll(engine, [
        'Ana_1',
        'anaX1',
        'b%n',
        'bxn',
        '\u00c9va',
        'back\\slash',
        '[a]',
        '\u212a',
      ]);
      const find = (containing: string) => keys(engine, { containing });
      same('any case', await find('NA'), ['Ana_1', 'anaX1']);
      same('underscore', await find('a_1'), ['Ana_1']);
      same('per cent', await find('%'), ['b%n']);
      same('backslash', await find('\\'), ['back\\slash']);
      same('brackets', await find('[A'), ['[a]']);
      same('quote', await find("'"), []);
      same('beyond ASCII', await find('\u00c9'), ['\u00c9va']);
      same('another case beyond ASCII', await find('\u00e9'), []);
      same('what folds to ASCII elsewhere', await find('k'), ['back\\slash']);
      same('nothing', (await find('')).length, 8);
      const page = { containing: 'a', after: 'Ana_1', limit: 2 };
      same('a page of them', await keys(engine, page), ['[a]', 'anaX1']);
    },
  },
  {
    name: 'sweeping removes what is kept until then, and nothing else',
    async run(factory) {
      const engine = await factory();
      await putAll(engine, ['before'], { until: AT - 1, group: 'g' });
      await putAll(engine, ['now', 'renewed', 'kept'], { until: AT });
      await putAll(engine, ['later'], { until: AT + 1, group: 'g' });
      await putAll(engine, ['always']);
      await put(engine, { kind: 'decision', key: 'now' }, { until: AT });
      const [renewed, kept]: Place[] = [
        { kind: 'account', key: 'renewed' },
        { kind: 'account', key: 'kept' },
      ];
      const to = { value: '1', version: '2' };
      await engine.swap(renewed!, { from: 'renewed', to: { ...to, until: AT + 1 } });
      await engine.swap(kept!, { from: 'kept', to });
      same(
        'not swept yet',
        (await engine.read({ kind: 'account', key: 'before' }))?.version,
        'before',
      );
      same('swept', await engine.sweep(AT), 3);
      same('left', await keys(engine), ['always', 'kept', 'later', 'renewed']);
      same('left of the group', await keys(engine, { group: 'g' }), ['later']);
      same('the decision', await engine.read({ kind: 'decision', key: 'now' }), undefined);
      same('swept again', await engine.sweep(AT), 0);
      same('swept later', await engine.sweep(AT + 1), 2);
    },
  },
  {
    name: 'a closed engine rejects whatever it is asked',
    async run(factory) {
      const engine = await factory();
      const place: Place = { kind: 'account', key: 'ana' };
      await put(engine, place);
      await engine.close();
      const asked: Record<string, () => Promise<unknown>> = {
        read: () => engine.read(place),
        swap: () => engine.swap(place, { from: 'ana', to: { value: '1', version: '2' } }),
        list: () => engine.list({ kind: 'account', limit: 1 }),
        sweep: () => engine.sweep(AT),
      };
      for (const [name, ask] of Object.entries(asked)) {
        same(
          name,
          await ask().then(
            () => 'answered',
            () => 'rejected',
          ),
          'rejected',
        );
      }
    },
  },
];

/** Every check of the kit, to be registered one by one in a test runner; each closes its engine. */
export const engineChecks: EngineCheck[] = [...cellsChecks, ...ownChecks].map(({ name, run }) => ({
  name,
  async run(factory) {
    const made: Engine[] = [];
    try {
      await run(async () => {
        const engine = await factory();
        made.push(engine);
        return engine;
      });
    } finally {
      await Promise.all(made.map((engine) => engine.close()));
    }
  },
}));

/**
 * Runs the whole kit; `factory` makes a fresh, empty engine each time. Rejects with an AggregateError
 * that names every check that failed.
 *
 * @example
 * await testEngine(() => memoryEngine());
 */
export async function testEngine(factory: () => Engine | Promise<Engine>): Promise<void> {
  await runChecks(engineChecks, factory);
}
