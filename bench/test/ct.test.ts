// The constant-time run: its statistics on made-up timings, its classes, and what makes it INVALID.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import type { Case } from '../src/ct/case.js';
import { CASES } from '../src/ct/cases.js';
import { writeCommonJs } from '../src/ct/commonjs.js';
import { randomFrom, sample } from '../src/ct/harness.js';
import { type Question, truncationOf } from '../src/ct/inputs.js';
import { type Counted, GROUPS, whyNotCounted } from '../src/ct/instructions.js';
import { measure } from '../src/ct/measure.js';
import { medianOf, type Samples, strongest, Tally } from '../src/ct/statistics.js';
import { instructionTable, summary, timingTable } from '../src/ct/table.js';
import { judge, type Report, smallestSeen, type Timed } from '../src/ct/verdict.js';
import { ROOT } from '../src/results.js';

const folder = mkdtempSync(join(tmpdir(), 'ct-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Timings about 1,000 ns with a long slow tail, some of them changed by class. */
function timings(seed: number, change: (ns: number, side: number, random: () => number) => number) {
  const random = randomFrom(seed);
  const count = 20_000;
  const classes = Uint8Array.from({ length: count }, () => (random() < 0.5 ? 0 : 1));
  const nanoseconds = Float64Array.from(classes, (side) => {
    const bell = random() + random() + random() + random() - 2;
    const slow = random() < 0.02 ? 5000 * random() : 0;
    return change(1000 + 20 * bell + slow, side, random);
  });
  return { nanoseconds, classes } satisfies Samples;
}

describe("Welch's t", () => {
  // Student's sleep data, of which R says t = -1.8608 (?t.test, two-sample, unequal variances).
  const sleep = [
    [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2],
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
  ];
  const tallyOf = (groups: number[][], more = 0) => {
    const tally = new Tally();
    for (const [side, values] of groups.entries()) {
      for (const value of values) tally.add(side, value + more);
    }
    return tally;
  };

  it('is what R says of sleep', () => {
    expect(tallyOf(sleep).t()).toBeCloseTo(1.8608, 4);
  });

  it('is the same for values far from zero', () => {
    expect(tallyOf(sleep, 1e9).t()).toBeCloseTo(1.8608, 4);
  });

  it('is none of too few values, or of equal ones', () => {
    expect(tallyOf([[1], [2, 3]]).t()).toBe(0);
    expect(
      tallyOf([
        [2, 2],
        [2, 2],
      ]).t(),
    ).toBe(0);
  });
});

describe('the strongest difference', () => {
  it('of one class twice is below 4.5', () => {
    const found = strongest(timings(1, (ns) => ns));
    expect(found.t).toBeLessThan(4.5);
    expect(found.t).toBeGreaterThan(0.5);
    expect(found.median).toBeCloseTo(1000, -1);
  });

  it('of classes two nanoseconds in a thousand apart is plain, and as large as it was made', () => {
    const found = strongest(timings(2, (ns, side) => ns + 2 * side));
    expect(found.t).toBeGreaterThan(10);
    expect(found.difference).toBeGreaterThan(1);
    expect(found.difference).toBeLessThan(3);
    expect(found.tau).toBeCloseTo(found.t / Math.sqrt(20_000), 1);
  });

  it('is seen in a crop where slow samples hide it', () => {
    const samples = timings(3, (ns, side, random) => ns + 4 * side + (random() < 0.3 ? 1e5 : 0));
    const raw = new Tally();
    for (const [i, ns] of samples.nanoseconds.entries()) raw.add(samples.classes[i]!, ns);
    expect(raw.t()).toBeLessThan(4.5);
    expect(strongest(samples)).toMatchObject({ shownBy: expect.stringMatching(/^\d+ %$/) });
    expect(strongest(samples).t).toBeGreaterThan(10);
  });

  it('is seen in the squares where only the spread differs', () => {
    // Now and then much slower, and as often as much faster.
    const widened = timings(4, (_, side, random) => {
      const far = random() < 0.02 ? 300 * side : 0;
      return 1000 + 20 * random() + (random() < 0.5 ? -far : far);
    });
    const raw = new Tally();
    for (const [i, ns] of widened.nanoseconds.entries()) raw.add(widened.classes[i]!, ns);
    expect(raw.t()).toBeLessThan(4.5);
    expect(strongest(widened).shownBy).toBe('squares');
    expect(strongest(widened).t).toBeGreaterThan(10);
  });

  it('leaves out the first ten samples, which are never like the others', () => {
    const warm = timings(5, (ns) => ns);
    const cold = { classes: warm.classes.slice(), nanoseconds: warm.nanoseconds.slice() };
    cold.nanoseconds.fill(1e9, 0, 10);
    expect(strongest(cold)).toStrictEqual(strongest(warm));
  });
});

test('a median is the middle value, or the lower of two', () => {
  expect([medianOf([5, 1, 3]), medianOf([4, 1, 3, 2]), medianOf([7])]).toStrictEqual([3, 2, 7]);
});

describe('the harness', () => {
  it('makes every input once beforehand, and calls with each as often as it should', () => {
    const made: { side: number }[] = [];
    const asked: unknown[] = [];
    const subject = {
      run: (input: unknown) => asked.push(input),
      make(side: 0 | 1) {
        expect(asked).toHaveLength(0);
        made.push({ side });
        return made.at(-1);
      },
    };
    const found = sample(subject, { samples: 40, inner: 3, seed: 1, warmUp: 50 });
    expect(made.map(({ side }) => side)).toStrictEqual([...found.classes]);
    expect(new Set(found.classes).size).toBe(2);
    expect(asked.slice(0, 50)).toStrictEqual(Array.from({ length: 50 }, (_, i) => made[i % 40]));
    const timed = asked.slice(50, 50 + 3 * 40);
    expect(timed.every((input, i) => input === made[Math.floor(i / 3)])).toBe(true);
    expect(found.nanoseconds).toHaveLength(40);
    expect(found.nanoseconds.every((ns) => ns > 0)).toBe(true);
  });

  it('draws other classes for another seed, and the same for the same', () => {
    const subject = { run: () => 0, make: () => 0 };
    const [one, again, other] = [1, 1, 2].map((seed) =>
      sample(subject, { samples: 200, inner: 1, seed, warmUp: 0 }),
    );
    expect(one!.classes).toStrictEqual(again!.classes);
    expect(one!.classes).not.toStrictEqual(other!.classes);
  });

  it('refuses classes that get two verdicts where they must get one', () => {
    const item: Case = {
      name: 'mixed',
      kind: 'equal',
      classes: ['a', 'b'],
      samples: 40,
      inner: 1,
      prepare: () => ({
        run: (side) => (side === 0 ? { valid: true } : { valid: false, reason: 'mismatch' }),
        make: (side) => side,
      }),
    };
    const plan = { samples: 40, inner: 1, seed: 1, warmUp: 0 };
    expect(() => measure(item, plan)).toThrow('mixed: the classes get');
    expect(measure({ ...item, kind: 'apart' }, plan).t).toBeGreaterThanOrEqual(0);
  });
});

describe('the cases', () => {
  it.each(CASES.map((item) => [item.name, item] as const))('%s can be timed', (_, item) => {
    const found = measure(item, { samples: 60, inner: 1, seed: 7, warmUp: 10 });
    expect(found).toMatchObject({ shownBy: expect.any(String), median: expect.any(Number) });
    expect(found.delay === undefined).toBe(item.kind !== 'graded');
  });

  it('differ in nothing but what their classes say', () => {
    const shapes = CASES.filter((item) => item.kind === 'equal').map((item) => {
      const subject = item.prepare();
      const random = randomFrom(1);
      const [zero, one] = [0, 1].map((side) => subject.make(side as 0 | 1, random));
      return [shapeOf(zero), shapeOf(one)];
    });
    expect(shapes.length).toBeGreaterThanOrEqual(18);
    for (const [zero, one] of shapes) expect(zero).toStrictEqual(one);
  });

  it('hold each other apart by what is secret: the RFC’s own offsets and values', () => {
    const pick = (name: string, side: 0 | 1) => {
      const subject = CASES.find((item) => item.name === name)!.prepare();
      const random = randomFrom(1);
      const asked = Array.from({ length: 50 }, () => subject.make(side, random) as Question);
      return asked.map(({ options }) => truncationOf(Math.floor(options.at / 30_000)));
    };
    const offsets = [0, 1].map((side) => pick('accepted: offset', side as 0 | 1));
    expect(offsets.map((all) => [...new Set(all.map(({ offset }) => offset))])).toStrictEqual([
      [0],
      [15],
    ]);
    const values = [0, 1].map((side) => pick('accepted: value', side as 0 | 1));
    expect(Math.max(...values[0]!.map(({ value }) => value))).toBeLessThan(2 ** 28);
    expect(Math.min(...values[1]!.map(({ value }) => value))).toBeGreaterThanOrEqual(7 * 2 ** 28);
    const zeros = [0, 1].map((side) => pick('accepted: zeros', side as 0 | 1));
    expect(Math.max(...zeros[0]!.map(({ value }) => value % 1e6))).toBeLessThan(1e4);
    expect(Math.min(...zeros[1]!.map(({ value }) => value % 1e6))).toBeGreaterThanOrEqual(1e5);
  });

  it('truncate as RFC 4226 appendix D does', () => {
    expect(truncationOf(0)).toStrictEqual({ offset: 0, value: 1_284_755_224 });
    expect(truncationOf(9)).toStrictEqual({ offset: 5, value: 645_520_489 });
  });
});

/** The keys of an input and the types of what they hold, all the way down. */
function shapeOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return `bytes ${value.length}`;
  if (typeof value === 'string') return `string ${value.length}`;
  if (typeof value !== 'object' || value === null) return typeof value;
  if (Array.isArray(value)) return value.map(shapeOf);
  return Object.entries(value).map(([key, held]) => [key, shapeOf(held)]);
}

/** A case of which three runs found this, and not in order. */
function timed(name: string, kind: Timed['kind'], t: number, delay?: number): Timed {
  const one = (other: number) => ({
    t: other,
    shownBy: 'all',
    tau: other / 100,
    difference: 1,
    median: 4000,
    ...(delay === undefined ? {} : { delay }),
  });
  return {
    name,
    kind,
    zero: 'a',
    one: 'b',
    samples: 1,
    inner: 1,
    runs: [one(t + 50), one(t), one(t - 1)],
  };
}

function counts(kind: Counted[number]['kind'], interpreted: number, compiled: number) {
  const count = (least: number) => ({ least, spread: 0 });
  const classes = [0, 1].map((side) => ({
    name: `class ${side}`,
    interpreted: count(2e6 + side * interpreted),
    compiled: count(3e4 + side * compiled),
  }));
  return { kind, name: `the ${kind}`, classes };
}

const COUNTED: Counted = [
  counts('equal', 5, 5),
  counts('secrets', 900, 5),
  counts('control', 9e5, 2e4),
];

const GOOD: Report = {
  timed: [
    timed('codes', 'equal', 4.4),
    timed('verdicts', 'apart', 99),
    timed('nothing', 'null', 2),
    timed('leak', 'control', 10.1),
    timed('graded: 5 ns', 'graded', 3, 5),
    timed('graded: 20 ns', 'graded', 5, 20),
    timed('graded: 50 ns', 'graded', 10.1, 50),
    timed('peer', 'peer', 1),
  ],
  counted: COUNTED,
};

function without(name: string): Report {
  return { ...GOOD, timed: GOOD.timed.filter((item) => item.name !== name) };
}

function but(item: Timed): Report {
  return { ...GOOD, timed: [...without(item.name).timed, item] };
}

const INVALID: [string, Report, string][] = [
  ['a control is silent', but(timed('leak', 'control', 9.9)), 'leak: |t| is 9.9'],
  ['the delay is not noticed', but(timed('graded: 50 ns', 'graded', 9.9, 50)), '|t| is 9.9'],
  ['one class twice differs', but(timed('nothing', 'null', 4.6)), 'nothing: |t| is 4.6'],
  ['no control was run', without('leak'), 'not timed: control'],
  ['no null was run', without('nothing'), 'not timed: null'],
  ['no class was compared', without('codes'), 'not timed: equal'],
  ['no delay was tried', without('graded: 50 ns'), 'not timed: the delay'],
  ['there is no valgrind', { ...GOOD, counted: 'no valgrind' }, 'not counted: no valgrind'],
  [
    'the counts miss the early exit',
    { ...GOOD, counted: [...COUNTED.slice(0, 2), counts('control', 9e5, 999)] },
    'show no early exit',
  ],
  ['no control was counted', { ...GOOD, counted: COUNTED.slice(0, 2) }, 'no early exit'],
];

const TOLD_APART: [string, Report, string][] = [
  ['by time', but(timed('codes', 'equal', 4.5)), 'codes: |t| is 4.5'],
  [
    'interpreted',
    { ...GOOD, counted: [counts('equal', 5.1, 0), ...COUNTED.slice(1)] },
    'the equal, interpreted: 5.1',
  ],
  [
    'compiled',
    { ...GOOD, counted: [counts('equal', 0, 5.1), ...COUNTED.slice(1)] },
    'the equal, compiled: 5.1',
  ],
  [
    'compiled, of two secrets',
    { ...GOOD, counted: [COUNTED[0]!, counts('secrets', 0, 5.1), COUNTED[2]!] },
    'the secrets, compiled: 5.1',
  ],
];

describe('the judgement', () => {
  it('of a run whose controls fired and whose classes did not is neither', () => {
    expect(judge(GOOD)).toStrictEqual({ invalid: [], leaks: [] });
  });

  it.each(INVALID)('is INVALID where %s', (_, report, reason) => {
    expect(judge(report)).toStrictEqual({ invalid: [expect.stringContaining(reason)], leaks: [] });
    expect(summary(report)).toMatch(/^\*\*INVALID\*\*: /);
  });

  it('is INVALID where a |t| is no number', () => {
    expect(judge(but(timed('leak', 'control', Number.NaN))).invalid).toHaveLength(1);
    expect(judge(but(timed('codes', 'equal', Number.NaN))).leaks).toHaveLength(1);
  });

  it.each(TOLD_APART)('names classes told apart %s', (_, report, reason) => {
    expect(judge(report)).toStrictEqual({ invalid: [], leaks: [expect.stringContaining(reason)] });
    expect(summary(report)).toContain('**Told apart**: ');
  });

  it('finds the smallest delay above which all were noticed', () => {
    expect(smallestSeen(GOOD.timed)?.name).toBe('graded: 20 ns');
    const lucky = but(timed('graded: 5 ns', 'graded', 6, 5));
    expect(smallestSeen(lucky.timed)?.name).toBe('graded: 5 ns');
    const gap = { timed: [...lucky.timed, timed('graded: 30 ns', 'graded', 1, 30)] };
    expect(smallestSeen(gap.timed)?.name).toBe('graded: 50 ns');
    expect(smallestSeen([timed('graded: 50 ns', 'graded', 1, 50)])).toBeUndefined();
  });
});

describe('the tables', () => {
  it('say that a good run is valid, its largest t, and the smallest delay', () => {
    expect(summary(GOOD)).toBe(
      [
        'The run is valid: every control fired.',
        'No two classes of one verdict were told apart, by time or by work.',
        'The largest max\\|t\\| between classes of one verdict is 4.4; 4.5 would tell them apart.',
        'The smallest delay noticed is 20 ns, 0.50 % of a call (tau 0.050: 10,000 samples would do).',
      ].join('\n'),
    );
  });

  it('hold every case, and every class that was counted', () => {
    for (const { name } of GOOD.timed) expect(timingTable(GOOD)).toContain(`| ${name} | a | b | `);
    expect(timingTable(GOOD)).toContain('| leak | a | b | 9.1, 10.1, 60.1 |');
    expect(instructionTable(GOOD)).toContain('| **the secrets**: apart by | 900 | 5 |');
    expect(instructionTable(GOOD)).toContain('| class 1 | 2,000,005 | 30,005 |');
    expect(instructionTable({ ...GOOD, counted: 'no valgrind' })).toBe(
      'Instructions were not counted: no valgrind.',
    );
  });
});

describe('counting instructions', () => {
  it('says why it can’t where valgrind is missing', () => {
    const path = process.env.PATH;
    try {
      process.env.PATH = folder;
      const why = ['valgrind is not installed', 'callgrind is used on Linux alone'];
      expect(why).toContain(whyNotCounted());
    } finally {
      process.env.PATH = path;
    }
  });

  it('has every class that its groups name', () => {
    const text = readFileSync(join(ROOT, 'bench/src/ct/counted.cts'), 'utf8');
    const names = GROUPS.flatMap((group) => group.classes);
    expect(names.filter((name) => !text.includes(`  '${name}': () => `))).toStrictEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('runs a package as CommonJS that says what it says as ES modules', () => {
    writeFileSync(
      join(folder, 'inner.mjs'),
      'export const two = 2;\nexport default (n) => n * two;',
    );
    writeFileSync(
      join(folder, 'outer.mjs'),
      `import twice, { two } from './inner.mjs';
       export * from './inner.mjs';
       export const four = twice(two);`,
    );
    mkdirSync(join(folder, 'apart'));
    const written = writeCommonJs(join(folder, 'outer.mjs'), join(folder, 'apart'));
    const loaded = createRequire(import.meta.url)(written);
    expect({ ...loaded }).toStrictEqual({ two: 2, four: 4 });
  });
});
