// The mutation run: what it makes of a report, and what makes it fail.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { editsOf } from '../src/mutate/bits.js';
import { EQUIVALENT } from '../src/mutate/equivalent.js';
import { BITS, CONTROL, HELD, REPORTED } from '../src/mutate/files.js';
import {
  faultsIn,
  type Measured,
  type Mutant,
  type Report,
  tooLow,
  triedIn,
} from '../src/mutate/score.js';
import { tryStryker } from '../src/mutate/stryker.js';
import { equivalentTable, scoreTable } from '../src/mutate/table.js';
import { ROOT } from '../src/results.js';

const VERIFY = 'packages/totp-core/src/verify.ts';

function mutant(status: string, [line, column, length]: [number, number, number]): Mutant {
  const [start, end] = [
    { line, column },
    { line, column: column + length },
  ];
  return { status, location: { start, end }, replacement: 'true' };
}

/** The held files at one score, and a control that ended as it must. */
function report(statuses: string[], ends = ['Survived', 'Killed', 'NoCoverage']): Report {
  const source = 'const a = b | c;\n';
  const mutants = statuses.map((status) => mutant(status, [1, 11, 5]));
  const control = '// Survived: x\nx\n// Killed: y\n\ny\n// NoCoverage: z\nz\n';
  const lines = [2, 5, 7];
  return {
    files: {
      ...Object.fromEntries(HELD.map(({ file }) => [file, { source, mutants }])),
      [CONTROL.file]: {
        source: control,
        mutants: ends.map((status, i) => mutant(status, [lines[i]!, 1, 1])),
      },
    },
  };
}

/** A run of which every file came to that, operators on bits included. */
function measured(statuses: string[], ends?: string[]): Measured {
  const all = report(statuses, ends);
  const bits = BITS.map(({ file }) => [file, all.files[file]!]);
  return {
    faults: faultsIn(all),
    stryker: triedIn(all),
    bits: triedIn({ files: Object.fromEntries(bits) }),
  };
}

const NINE = Array<string>(9).fill('Killed');
const ALL = [...HELD.map(({ file }) => file), ...BITS.map(({ file }) => `${file}, bits`)];

describe('the score of a file', () => {
  it('counts every mutant, whatever became of it', () => {
    const statuses = [...NINE, 'Timeout', 'Survived', 'NoCoverage', 'RuntimeError', 'Ignored'];
    const { scores, unnoticed } = triedIn(report(statuses));
    expect(scores).toHaveLength(HELD.length);
    expect(scores.find(({ file }) => file === VERIFY)).toStrictEqual({
      file: VERIFY,
      mutants: 14,
      killed: 9,
      timedOut: 1,
      survived: 1,
      notCovered: 1,
    });
    const where = 'const a = b | c;';
    const one = { file: VERIFY, line: 1, where, code: 'b | c', replacement: 'true' };
    expect(unnoticed.filter(({ file }) => file === VERIFY)).toStrictEqual([one, one, one, one]);
  });

  it('is enough at 90 per cent, and too low below', () => {
    const { stryker } = measured([...NINE, 'Survived']);
    const { bits } = measured(NINE);
    expect(tooLow({ faults: [], stryker, bits })).toStrictEqual([]);
    expect(tooLow(measured([...NINE, 'Survived', 'NoCoverage']))).toStrictEqual(ALL);
    expect(tooLow(measured([]))).toStrictEqual(ALL);
  });

  it('allows of bits what is known to be equivalent, and nothing else', () => {
    const { stryker, bits } = measured(NINE);
    const [known] = EQUIVALENT.filter(({ file }) => file === VERIFY);
    const replacement = [known!.replacement].flat()[0]!;
    const one = { ...known!, line: 1, replacement };
    const run = (unnoticed: (typeof one)[]): string[] =>
      tooLow({ faults: [], stryker, bits: { ...bits, unnoticed } });
    expect(run([one])).toStrictEqual([]);
    expect(run([one, { ...one, replacement: 'x' }])).toStrictEqual([`${VERIFY}, bits`]);
  });

  it('is too low where a held file was left out', () => {
    const all = measured(NINE);
    const scores = all.stryker.scores.filter(({ file }) => file !== VERIFY);
    expect(tooLow({ ...all, stryker: { scores, unnoticed: [] } })).toStrictEqual([VERIFY]);
    expect(tooLow({ ...all, bits: { scores: [], unnoticed: [] } })).toStrictEqual(
      BITS.map(({ file }) => `${file}, bits`),
    );
  });
});

describe('the control', () => {
  it('makes a run invalid where everything is killed, or nothing', () => {
    expect(measured(NINE).faults).toStrictEqual([]);
    expect(measured(NINE, ['Killed', 'Killed', 'Killed']).faults).toStrictEqual([
      'line 2: Killed and not Survived',
      'line 7: Killed and not NoCoverage',
    ]);
    expect(measured(NINE, ['Survived', 'Survived', 'NoCoverage']).faults).toStrictEqual([
      'line 5: Survived and not Killed',
    ]);
    expect(scoreTable(measured(NINE, ['Killed']))).toContain('INVALID');
  });

  it('makes a run invalid where it was not mutated, or not all of it', () => {
    const { [CONTROL.file]: _, ...files } = report(NINE).files;
    expect(faultsIn({ files })).toStrictEqual(['the control was not mutated']);
    expect(measured(NINE, ['Survived', 'Killed']).faults).toStrictEqual([
      'no control mutant is to end as NoCoverage',
    ]);
  });
});

describe('mutants of bits and numbers', () => {
  const mutantsOf = (source: string): string[] =>
    editsOf(source).map(
      ({ start, end, text }) => source.slice(0, start) + text + source.slice(end),
    );

  it('are one other operator each, and numbers one more and one less', () => {
    expect(mutantsOf('a & b;')).toStrictEqual(['a | b;']);
    expect(mutantsOf('a |= ~(b >>> c);')).toStrictEqual([
      'a &= ~(b >>> c);',
      'a |= (b >>> c);',
      'a |= ~(b >> c);',
    ]);
    expect(mutantsOf('f(0, 1_000);')).toStrictEqual(['f(1, 1_000);', 'f(0, 1001);', 'f(0, 999);']);
  });

  it('leave types, texts and comments alone', () => {
    expect(mutantsOf("let a: 6 | 7 | 'x' = 'a & 5'; // 5 | 6\nf<1 | 2>(b || c);")).toStrictEqual(
      [],
    );
  });

  it('are there for every file that is held to them', () => {
    for (const { file } of BITS) {
      expect(editsOf(readFileSync(join(ROOT, file), 'utf8')).length, file).toBeGreaterThan(50);
    }
  });
});

describe('the tables', () => {
  it('have a row for each file, and for each mutant that is explained', () => {
    const score = { mutants: 3, killed: 1, timedOut: 1, survived: 1, notCovered: 0 };
    const [known] = EQUIVALENT;
    const { file, where, code } = known!;
    const replacement = [known!.replacement].flat()[0]!;
    const unnoticed = { line: 7, where: `x ${where} y`, code, replacement };
    const run: Measured = {
      faults: [],
      stryker: {
        scores: [
          { file: 'packages/totp-core/src/uri.ts', ...score },
          { file, ...score },
        ],
        unnoticed: [
          { file, ...unnoticed },
          { file, ...unnoticed, replacement: 'another' },
          { file: 'packages/totp-core/src/uri.ts', ...unnoticed },
        ],
      },
      bits: { scores: [{ file: VERIFY, ...score, mutants: 2 }], unnoticed: [] },
    };
    const name = file.split('/').at(-1);
    expect(scoreTable(run)).toBe(
      [
        'The run is valid: every control mutant ended as it must.',
        '',
        '| | mutants | killed | timed out | survived | not covered | equivalent | score |',
        '| --- | --: | --: | --: | --: | --: | --: | --: |',
        `| ${name} | 3 | 1 | 1 | 1 | 0 | 1 | **66.6** |`,
        '| verify.ts, bits | 2 | 1 | 1 | 1 | 0 | 0 | **100.0** |',
        '| uri.ts | 3 | 1 | 1 | 1 | 0 | 0 | 66.6 |',
        '',
        'In bold: held at 90 or more; of bits, nothing may survive that is not equivalent.',
      ].join('\n'),
    );
    expect(equivalentTable(run).split('\n')).toStrictEqual([
      '| | in | mutant | why it is the same |',
      '| --- | --- | --- | --- |',
      expect.stringContaining(`| ${name} | \``),
    ]);
    expect(equivalentTable(run)).toContain(known!.why);
  });
});

describe('what is mutated', () => {
  const targets = [...HELD, ...REPORTED, CONTROL];
  it.each(targets.flatMap(({ file, tests }) => [file, ...tests]))('%s is there', (file) => {
    expect(existsSync(join(ROOT, file))).toBe(true);
  });

  it('holds what was said to be equivalent', () => {
    const gone = EQUIVALENT.filter(({ file, where, code }) => {
      const source = readFileSync(join(ROOT, file), 'utf8');
      return !source.includes(code) || !source.includes(where);
    });
    expect(gone).toStrictEqual([]);
  });
});

describe('Stryker', () => {
  it('tries a small file, and the control ends as it must', () => {
    const report = tryStryker({
      file: 'packages/totp-core/src/import-key.ts',
      tests: ['packages/totp-core/test/key.test.ts'],
    });
    expect(faultsIn(report)).toStrictEqual([]);
    expect(triedIn(report).scores).toMatchObject([
      { file: 'packages/totp-core/src/import-key.ts', killed: expect.toSatisfy((n) => n > 0) },
    ]);
  });
});
