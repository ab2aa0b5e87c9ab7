/** What cells must show: one winner whatever the interleaving, and every byte back as it was. */
import { type Check, runChecks, same } from '@driftlock/verifier/testing';
import type { Cells, Place } from './engine.js';

export type CellsCheck = Check<Cells>;

const ANA: Place = { kind: 'ledger', key: 'ana' };
const cell = (version: string, value = `{"by":"${version}"}`) => ({ value, version });
const many = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Keys that something on the way to a disk might take for another, or for more than a key. */
export const ODD_KEYS: string[] = [
  'ana',
  'Ana',
  ' ana',
  'ana ',
  'an_',
  'an%',
  "ana'--",
  '"ana"',
  'ana\\',
  'ana\n',
  'ana:ledger',
  'ana/../ben',
  '{ana}',
  '$1',
  '?',
  '__proto__',
  'constructor',
  '0',
  '00',
  '1e3',
  'null',
  '\u00e9',
  'e\u0301',
  '\u540d\u524d',
  '\u{1f511}',
  'a'.repeat(200),
];

/** Every check of the kit, to be registered one by one in a test runner. */
export const cellsChecks: CellsCheck[] = [
  {
    name: 'a record is there once it was written, and not before',
    async run(factory) {
      const cells = await factory();
      same('before', await cells.read(ANA), undefined);
      same('written', await cells.swap(ANA, { to: cell('1') }), true);
      same('after', await cells.read(ANA), cell('1'));
    },
  },
  {
    name: 'a record is written anew only where there is none',
    async run(factory) {
      const cells = await factory();
      await cells.swap(ANA, { to: cell('1') });
      same('a second', await cells.swap(ANA, { to: cell('2') }), false);
      same('the record', await cells.read(ANA), cell('1'));
    },
  },
  {
    name: 'a record is replaced only by who knows its version',
    async run(factory) {
      const cells = await factory();
      same('of nothing', await cells.swap(ANA, { from: '1', to: cell('2') }), false);
      same('still nothing', await cells.read(ANA), undefined);
      await cells.swap(ANA, { to: cell('1') });
      same('the version', await cells.swap(ANA, { from: '1', to: cell('2') }), true);
      same('an older one', await cells.swap(ANA, { from: '1', to: cell('3') }), false);
      same('one that never was', await cells.swap(ANA, { from: '9', to: cell('3') }), false);
      same('the record', await cells.read(ANA), cell('2'));
    },
  },
  {
    name: 'a record is removed only by who knows its version, and may be written anew then',
    async run(factory) {
      const cells = await factory();
      same('of nothing', await cells.swap(ANA, { from: '1' }), false);
      await cells.swap(ANA, { to: cell('1') });
      same('another version', await cells.swap(ANA, { from: '0' }), false);
      same('still there', await cells.read(ANA), cell('1'));
      same('its version', await cells.swap(ANA, { from: '1' }), true);
      same('gone', await cells.read(ANA), undefined);
      same('twice', await cells.swap(ANA, { from: '1' }), false);
      same('over the old one', await cells.swap(ANA, { from: '1', to: cell('2') }), false);
      same('anew', await cells.swap(ANA, { to: cell('3') }), true);
      same('the record', await cells.read(ANA), cell('3'));
    },
  },
  {
    name: 'of fifty swaps at once from one version exactly one is true, and it is what is stored',
    async run(factory) {
      const cells = await factory();
      let from: string | undefined;
      for (const round of many(5)) {
        const swaps = many(50).map((n) => {
          const to = cell(`${round}-${n}`);
          return cells.swap(ANA, from === undefined ? { to } : { from, to });
        });
        const done = await Promise.all(swaps);
        same('winners', done.filter(Boolean).length, 1);
        from = `${round}-${done.indexOf(true)}`;
        same('the record', await cells.read(ANA), cell(from));
      }
      const removals = await Promise.all(many(50).map(() => cells.swap(ANA, { from: from ?? '' })));
      same('removals', removals.filter(Boolean).length, 1);
    },
  },
  {
    name: 'twenty writers that read, add one and swap lose none of their additions',
    async run(factory) {
      const cells = await factory();
      await Promise.all(many(20).map((writer) => addOne(cells, `w${writer}`)));
      const stored = await cells.read(ANA);
      same('the sum', stored?.value, '20');
    },
  },
  {
    name: 'no two places are one, however alike their keys or kinds',
    async run(factory) {
      const cells = await factory();
      const places: Place[] = [
        ...ODD_KEYS.map((key) => ({ kind: 'ledger' as const, key })),
        { kind: 'account', key: 'ana' },
        { kind: 'decision', key: 'ana' },
      ];
      for (const [n, place] of places.entries()) {
        same(JSON.stringify(place), await cells.swap(place, { to: cell(`v${n}`) }), true);
      }
      for (const [n, place] of places.entries()) {
        same(JSON.stringify(place), await cells.read(place), cell(`v${n}`));
      }
    },
  },
  {
    name: 'a value comes back letter for letter, short or long',
    async run(factory) {
      const cells = await factory();
      const values = [
        '{"b":1,  "a":1.0, "b":2}',
        '"\\u0000 \\ud800"',
        'null',
        '007',
        `"${"'\u00e9\u540d\u{1f511}\\\\%".repeat(8000)}"`,
      ];
      let from: string | undefined;
      for (const [n, value] of values.entries()) {
        const to = cell(`v${n}`, value);
        same('written', await cells.swap(ANA, from === undefined ? { to } : { from, to }), true);
        if ((await cells.read(ANA))?.value !== value) throw new Error(`value ${n} was changed`);
        from = to.version;
      }
    },
  },
];

async function addOne(cells: Cells, writer: string): Promise<void> {
  for (const attempt of many(1000)) {
    const before = await cells.read(ANA);
    const to = { value: String(Number(before?.value ?? 0) + 1), version: `${writer}-${attempt}` };
    if (await cells.swap(ANA, before ? { from: before.version, to } : { to })) return;
  }
  throw new Error('a writer never came through');
}

/** Runs the whole kit; rejects with an AggregateError that names every check that failed. */
export async function testCells(factory: () => Cells | Promise<Cells>): Promise<void> {
  await runChecks(cellsChecks, factory);
}
