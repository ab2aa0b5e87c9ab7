// A slice of the witness run: four answers that came anyway are enough to know a clock to a second.
import { expect, it } from 'vitest';
import { simulate } from '../src/witness/simulate.js';
import { witnessTable } from '../src/witness/table.js';

it('four probes of 100 ms leave at most a second in 95 of 100 clocks, and never lose the truth', () => {
  const cell = simulate({ roundTrip: 100, probes: 4, trials: 1000 }, 1);
  expect(cell).toMatchObject({ trials: 1000, covered: 1000 });
  expect(cell.p95).toBeLessThanOrEqual(1);
  expect(cell.median).toBeLessThan(cell.p95);
  expect(cell.median).toBeGreaterThan(0.1);
});

it('one probe leaves a second and its round trip, and more probes leave less', () => {
  const [one, few, many] = [1, 4, 64].map((probes) =>
    simulate({ roundTrip: 300, probes, trials: 200 }, 2),
  );
  expect(one).toMatchObject({ covered: 200 });
  expect(one!.median).toBeGreaterThan(1.24);
  expect(one!.median).toBeLessThan(1.36);
  expect(few!.median).toBeLessThan(one!.median / 1.5);
  expect(many!.median).toBeLessThan(few!.median / 2);
});

it('the same seed makes the same clocks', () => {
  const cell = (seed: number) => simulate({ roundTrip: 20, probes: 2, trials: 50 }, seed);
  expect(cell(3)).toStrictEqual(cell(3));
  expect(cell(4)).not.toStrictEqual(cell(3));
});

it('is a table of medians and 95th percentiles', () => {
  const cell = { roundTrip: 20, probes: 1, trials: 10, median: 1.024, p95: 1.031, covered: 9 };
  const cells = [cell, { ...cell, probes: 4, median: 0.4, p95: 0.7, covered: 10 }];
  expect(witnessTable({ seed: 7, cells })).toBe(
    [
      '| Round trip | 1 probe | 4 probes |',
      '|---|---|---|',
      '| 20 ms | 1.02 / 1.03 | 0.40 / 0.70 |',
      '',
      'The true offset lay inside in 19 of 20 trials; seed 7.',
    ].join('\n'),
  );
});
