// A small part of the diagnosis run, seeded, and what becomes of it when the diagnosis is worse.
import { createHmac } from 'node:crypto';
import { diagnose } from '@driftlock/totp-core';
import { afterAll, describe, expect, it } from 'vitest';
import { CLOCKS } from '../../packages/totp-core/src/prior.js';
import { codeOf, USUAL } from '../src/diagnose/authenticator.js';
import { createDice } from '../src/diagnose/dice.js';
import { MIXES } from '../src/diagnose/mixes.js';
import { isTold, type Measured, type Plan, simulate } from '../src/diagnose/run.js';
import { BINS, type Row } from '../src/diagnose/tally.js';
import { miscount, mistype } from '../src/diagnose/typos.js';

const PLAN: Plan = { seed: 20261123, wide: 20, near: 100, blind: 100, known: 12 };

/** Of all failures that two codes tell, the share that was told right. */
function told(rows: readonly Row[]): number {
  const of = rows.filter(isTold);
  const right = of.reduce((sum, row) => sum + row.second.right, 0);
  return right / of.reduce((sum, row) => sum + row.trials, 0);
}

function named(rows: readonly Row[], name: string): Row {
  return rows.find((row) => row.name === name)!;
}

function share(rows: readonly Row[], name: string, verdict: string): number {
  const { second, trials } = named(rows, name);
  return (second.verdicts[verdict] ?? 0) / trials;
}

/** How far posteriors are from what is true. */
function miscalibrated({ reliability }: Measured): number {
  return reliability['as declared, 5 minutes searched']!.error;
}

describe('the diagnosis of simulated failures', () => {
  const measured = simulate(PLAN);

  it('is right with two codes wherever two codes can tell', () => {
    for (const rows of [measured.wide, measured.near, measured.known]) {
      expect(told(rows)).toBeGreaterThan(0.985);
    }
    for (const row of measured.near.filter(isTold)) {
      expect(row.second.right / row.trials, row.name).toBeGreaterThan(0.97);
    }
  });

  it('is the same with the same seed, and another with another', () => {
    const small = { seed: 5, wide: 1, near: 2, blind: 2, known: 1 };
    expect(simulate(small)).toStrictEqual(simulate(small));
    expect(simulate(small)).not.toStrictEqual(simulate({ ...small, seed: 6 }));
  });

  it('is as probable as it says', () => {
    expect(miscalibrated(measured)).toBeLessThan(0.03);
  });

  it('is not misled by one code of two that was mistyped', () => {
    const { near } = measured;
    expect(named(near, 'wrong clock, second code mistyped').second.right).toBeGreaterThan(96);
    expect(share(near, 'wrong clock, first code mistyped', 'stale')).toBeLessThan(0.15);
    expect(share(near, 'wrong clock, first code mistyped', 'no-match')).toBe(0);
  });
});

describe('a worse diagnosis', () => {
  const PART: Plan = { ...PLAN, wide: 0, known: 0 };

  it('that forgets the code before falls where one code does not tell', () => {
    const forgetful = simulate({
      ...PART,
      ask: (key, code, { estimate: _, ...options }) => diagnose(key, code, options),
    });
    expect(named(forgetful.near, 'slow clock').second.right / PART.near).toBeLessThan(0.95);
  });

  it('that is always sure is not as probable as it says', () => {
    const sure = simulate({
      ...PART,
      ask: (...asked) => ({ ...diagnose(...asked), posterior: 0.999 }),
    });
    expect(miscalibrated(sure)).toBeGreaterThan(0.03);
  });

  describe('with another prior', () => {
    const declared = { ...CLOCKS };
    afterAll(() => void Object.assign(CLOCKS, declared));

    it('is wrong more often, and not as probable as it says', () => {
      Object.assign(CLOCKS, { right: 0.01, free: 0.81 });
      const broken = simulate(PART);
      expect(named(broken.near, 'late code').first.right / PART.near).toBeLessThan(0.5);
      expect(miscalibrated(broken)).toBeGreaterThan(0.03);
    });
  });
});

describe('the simulator', () => {
  it('makes the codes of RFC 6238, appendix B', () => {
    const secret = Buffer.from('12345678901234567890');
    expect(codeOf(secret, { ...USUAL, digits: 8 }, 1)).toBe('94287082');
    expect(codeOf(secret, { ...USUAL, digits: 8 }, 37_037_036)).toBe('07081804');
    // Section 5.3 of RFC 4226 on the whole HMAC, made here once more.
    const mac = createHmac('sha1', secret).update(Buffer.alloc(8)).digest();
    const word = mac.readUInt32BE(mac[19]! & 15) & 0x7fffffff;
    expect(codeOf(secret, USUAL, 0)).toBe(String(word % 1e6));
  });

  it('mistypes a code into another of as many digits, or miscounts them', () => {
    const dice = createDice(1);
    for (let i = 0; i < 1000; i++) {
      const code = String(dice.integer(0, 999_999)).padStart(6, '0');
      const wrong = mistype(code, dice);
      expect(wrong).toMatch(/^\d{6}$/);
      expect(wrong).not.toBe(code);
      expect(miscount(code, dice)).toMatch(/^\d{5}$|^\d{7}$/);
    }
  });

  it('tallies every trial once, and bins every probability', () => {
    const { near } = simulate({ seed: 9, wide: 0, near: 5, blind: 0, known: 0 });
    for (const { first, second, trials } of near) {
      for (const { verdicts, bins } of [first, second]) {
        expect(Object.values(verdicts).reduce((a, b) => a + b)).toBe(trials);
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(trials);
        expect(bins).toHaveLength(BINS.length);
      }
    }
  });

  it('has mixes of failures that there are', () => {
    const { near } = simulate({ seed: 9, wide: 0, near: 0, blind: 0, known: 0 });
    const names = near.map(({ name }) => name);
    for (const mix of Object.values(MIXES)) {
      expect(Object.keys(mix).filter((name) => !names.includes(name))).toStrictEqual([]);
    }
  });
});
