// A small part of the drift simulation, seeded, and what becomes of its claims when the figures are worse.
import { describe, expect, it } from 'vitest';
import { createDice } from '../src/diagnose/dice.js';
import { type Cell, errorsOf, LOOKS, simulate } from '../src/simulate/cell.js';
import * as delays from '../src/simulate/delays.js';
import { forecasts } from '../src/simulate/forecasts.js';
import { logins } from '../src/simulate/histories.js';
import { intersection, OTHERS } from '../src/simulate/others.js';
import { ratchet } from '../src/simulate/ratchet.js';
import { libpam, linotp, multiotp, privacyidea } from '../src/simulate/rules.js';
import { after, type Measured, missed } from '../src/simulate/run.js';
import { SCENARIOS, type Scenario } from '../src/simulate/scenarios.js';
import { errorTable, strainedTable } from '../src/simulate/table.js';

const PLAN = { seed: 20261123, trials: 20 };
const walked = ratchet();
const cells = SCENARIOS.map((scenario) => simulate(scenario, PLAN));
const measured: Measured = { ...PLAN, cells, forecasts: [], ratchet: walked };

function named(name: string): Scenario {
  return SCENARIOS.find((scenario) => scenario.name === name)!;
}

/** What was measured, with a figure of one cell changed after 8 logins. */
function worse(name: string, change: object): Measured {
  const look = { ...after(cells, name, 8), ...change };
  const changed = (cell: Cell): Cell => ({
    ...cell,
    looks: cell.looks.map((one) => (one.logins === 8 ? look : one)),
  });
  return { ...measured, cells: cells.map((cell) => (cell.name === name ? changed(cell) : cell)) };
}

describe('the estimates', () => {
  it('hold the truth wherever delays and rates are as allowed', () => {
    for (const { kind, looks, name } of cells) {
      if (kind === 'strained') continue;
      expect(
        looks.map(({ covered }) => covered),
        name,
      ).toStrictEqual([1, 1, 1, 1]);
    }
  });

  it('are near it after eight codes, of a person or a program', () => {
    for (const name of ['B: typing', 'typing', 'lognormal', 'gamma', 'bimodal', 'exponential']) {
      expect(after(cells, name, 8).ours.median, name).toBeLessThan(5);
      expect(after(cells, name, 8).ours.p95, name).toBeLessThan(14);
    }
    expect(after(cells, 'autofill', 8).ours.p95).toBeLessThan(14);
  });

  it('are seldom silently wrong where they are not', () => {
    const wrong = cells.flatMap(({ kind, looks }) =>
      kind === 'strained' ? looks.map((look) => look.wrong) : [],
    );
    expect(wrong.reduce((a, b) => a + b) / wrong.length).toBeLessThan(0.01);
    expect(after(cells, 'delays to 60 s', 4).plainWrong).toBeGreaterThan(0.1);
  });

  it('are the same with the same seed, and others with another', () => {
    const typing = named('typing');
    const small = { seed: 5, trials: 3 };
    expect(simulate(typing, small)).toStrictEqual(simulate(typing, small));
    expect(simulate(typing, small)).not.toStrictEqual(simulate(typing, { ...small, seed: 6 }));
  });

  it('foretell when a clock leaves, and nothing of one that is kept right', () => {
    const [right, , slow, quick] = forecasts({ seed: 3, trials: 12 });
    expect(right!.foretold).toBeLessThan(0.1);
    expect([slow!.foretold, quick!.foretold]).toStrictEqual([1, 1]);
    expect(quick!.error!.median).toBeLessThan(0.25);
  });
});

describe('the attacks', () => {
  it('move ours by nothing from outside, and within limits from the edge', () => {
    const [ours, unlimited] = walked;
    expect([ours!.older, ours!.consecutive]).toStrictEqual([0, 0]);
    expect(ours!.edge.day).toBeLessThanOrEqual(60);
    expect(ours!.edge.all).toBeLessThanOrEqual(300);
    expect(ours!.edge.all).toBeGreaterThan(200);
    expect(unlimited!.edge.day).toBeGreaterThan(1000);
    expect(unlimited!.edge.all).toBeGreaterThan(10_000);
  });

  it('move the others as their rules say', () => {
    expect(walked.slice(2)).toStrictEqual([
      // Six steps each time, 144 times a day, for 30 days.
      { name: 'privacyIDEA', older: 0, consecutive: 3600, edge: { day: 25_920, all: 777_600 } },
      { name: 'LinOTP', older: 0, consecutive: 3600, edge: { day: 25_920, all: 777_600 } },
      { name: 'libpam', older: 0, consecutive: 3600, edge: { day: 0, all: 0 } },
      { name: 'multiOTP', older: 0, consecutive: 3600, edge: { day: 86_400, all: 2_592_000 } },
    ]);
  });
});

describe('the rules of others', () => {
  it('take the offset from the last code, in seconds or in whole steps', () => {
    const [seconds, steps] = [privacyidea(), linotp()];
    for (const rule of [seconds, steps]) rule.login(3_000_017, 100_002);
    expect([seconds.offset(), steps.offset()]).toStrictEqual([43, 60]);
  });

  it('keep it where the code lies beyond the window, or is not newer', () => {
    for (const rule of [privacyidea(), linotp(), multiotp()]) {
      rule.login(3_000_017, 100_002);
      const before = rule.offset();
      rule.login(3_000_047, 100_100);
      rule.login(3_000_047, 100_002);
      expect(rule.offset()).toBe(before);
    }
  });

  it('want three codes in a row to set a skew, and take their mean toward 0', () => {
    const rule = libpam();
    for (const step of [-100, -99, -99]) {
      const before = rule.offset();
      expect(before).toBe(0);
      rule.login(3_000_000 + (step + 100) * 30 + (step === -99 ? 30 : 0), 100_000 + step);
    }
    const slow = libpam();
    slow.login(3_000_000, 99_900);
    slow.login(3_000_030, 99_901);
    slow.login(3_000_060, 99_903);
    expect(slow.offset()).toBe(Math.trunc((-100 - 100 - 99) / 3) * 30);
  });
});

describe('the simulator', () => {
  it('makes codes that are neither early nor later than allowed', () => {
    const dice = createDice(11);
    for (const name of ['typing', 'autofill', 'bimodal', 'exponential']) {
      for (const { at, step, offset } of logins(named(name), 32, dice)) {
        const lag = at / 1000 + offset - step * 30;
        expect(lag).toBeGreaterThanOrEqual(-0.5);
        expect(lag).toBeLessThanOrEqual(60.5);
      }
    }
  });

  it('sets a clock once, after the fifth login', () => {
    const scenario = { ...named('set by up to 10 minutes'), ppm: 0 };
    const offsets = logins(scenario, 12, createDice(2)).map(({ offset }) => offset);
    expect(new Set(offsets.slice(0, 5)).size).toBe(1);
    expect(new Set(offsets.slice(5)).size).toBe(1);
    expect(Math.abs(offsets[4]! - offsets[5]!)).toBeGreaterThan(1);
  });

  it('delays codes as each law says', () => {
    const dice = createDice(4);
    const median = (law: delays.Delay): number =>
      errorsOf(Array.from({ length: 4000 }, () => law(dice))).median;
    expect(median(delays.person)).toBeCloseTo(11.5, 0);
    expect(median(delays.program)).toBeCloseTo(1, 0);
    expect(median(delays.lognormal)).toBeCloseTo(9, 0);
    expect(median(delays.exponential)).toBeCloseTo(2 + 6 * Math.LN2, 0);
    expect(median(delays.gamma)).toBeCloseTo(9.18, 0);
    expect(median(delays.dawdler)).toBeCloseTo(31.5, -1);
  });

  it('gives the others the very same codes', () => {
    const scenario = named('A: autofill');
    const login = { at: 3_000_017_000, step: 100_002, offset: 50 };
    // 100,002 steps of 30 s are 43 s more than it was: [43 - 0.25, 73 + 3 + 0.25].
    expect(intersection([login], scenario)).toStrictEqual({ min: 42.75, max: 76.25 });
    expect(OTHERS.midpoint!([login], scenario)).toBe(59.5);
    expect(OTHERS.privacyIDEA!([login], scenario)).toBe(43);
    expect(OTHERS.LinOTP!([login], scenario)).toBe(60);
    expect(OTHERS.libpam!([login], scenario)).toBeUndefined();
    const later = { ...login, at: login.at + 60_000 };
    expect(OTHERS.libpam!([login, login, later], scenario)).toBe(30);
    expect(intersection([login, { ...login, step: 100_010 }], scenario)).toBeUndefined();
  });
});

describe('the claims', () => {
  it('hold, as far as so few trials can tell', () => {
    const unsure = /p95|median|covered or unstable/;
    expect(missed(measured).filter((claim) => !unsure.test(claim))).toStrictEqual([]);
  });

  it('fail with the figure they are about', () => {
    const missing = (changed: Measured, claim: string): boolean => missed(changed).includes(claim);
    const far = { ours: { median: 3.6, p95: 12.1 } };
    expect(missing(worse('typing', far), 'typing: median ≤ 3.5 s after 8')).toBe(true);
    expect(missing(worse('B: typing', far), 'B: typing: p95 ≤ 8 s after 8')).toBe(true);
    expect(missing(worse('autofill', far), 'autofill: p95 ≤ 12 s after 8')).toBe(true);
    expect(missing(worse('gamma', far), 'gamma: p95 ≤ 12 s after 8')).toBe(true);
    const near = { ours: { median: 0.1, p95: 0.2 } };
    expect(missing(worse('typing', near), 'typing: p95 falls from 8 to 32')).toBe(true);
    const uncovered = worse('typing', { covered: 0.998 });
    expect(missing(uncovered, 'typing: covered ≥ 99.9 %')).toBe(true);
    const silent = worse('all of it', { wrong: 0.011 });
    expect(missing(silent, 'all of it: covered or unstable ≥ 99 %')).toBe(true);
    const [ours, unlimited, ...others] = walked;
    const loose = { ...ours!, older: 1, edge: { day: 61, all: 301 } };
    const strict = { ...unlimited!, edge: { day: 60, all: 300 } };
    expect(missed({ ...measured, ratchet: [loose, strict, ...others] })).toEqual(
      expect.arrayContaining([
        'codes from outside the window move nothing',
        'the edge moves ≤ 2 steps a day',
        'the edge moves ≤ 10 steps in all',
        'control: without limits more a day',
        'control: without limits more in all',
      ]),
    );
  });

  it('stand in tables of every scenario, at every look', () => {
    const lines = [errorTable(measured), strainedTable(measured)].map((table) => table.split('\n'));
    const strained = SCENARIOS.filter(({ kind }) => kind === 'strained').length;
    expect(lines.map(({ length }) => length - 2)).toStrictEqual([
      SCENARIOS.length - strained,
      strained,
    ]);
    expect(lines[0]![0]!.split('|')).toHaveLength(LOOKS.length + 3);
  });
});
