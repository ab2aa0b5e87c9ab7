import type { Diagnosis, DiagnosisVerdict } from '@driftlock/totp-core';
import { describe, expect, it } from 'vitest';
import { boundsOf, exitOf, sayOffset, sayValid } from '../src/sentences.js';

function diagnosis(verdict: DiagnosisVerdict, more: Partial<Diagnosis> = {}): Diagnosis {
  return { verdict, certainty: 'certain', posterior: 1, evidence: 1, next: 'retry', ...more };
}

const EXITS: Record<DiagnosisVerdict, number> = {
  malformed: 1,
  ok: 0,
  replayed: 3,
  stale: 1,
  future: 1,
  'device-slow': 4,
  'device-fast': 4,
  'verifier-clock': 4,
  'clock-stepped': 4,
  'wrong-parameters': 1,
  unstable: 1,
  'no-match': 1,
};

describe('a diagnosis', () => {
  it.each(Object.entries(EXITS))('%s ends with %i', (verdict, exit) => {
    expect(exitOf(diagnosis(verdict as DiagnosisVerdict))).toBe(exit);
  });

  it('blames a clock only where that is more probable than all else', () => {
    expect(exitOf(diagnosis('device-slow', { posterior: 0.51 }))).toBe(4);
    expect(exitOf(diagnosis('device-slow', { posterior: 0.5 }))).toBe(1);
  });
});

it('a valid code is told with its distance in steps', () => {
  expect([-2, -1, 0, 1, 2].map(sayValid)).toStrictEqual([
    'the code of 2 steps ago',
    'the code of 1 step ago',
    'the code of this step',
    'the code of 1 step ahead',
    'the code of 2 steps ahead',
  ]);
});

it('bounds are told outwards, and around zero begin there', () => {
  expect([
    boundsOf({ min: -270.2, max: -225.7 }),
    boundsOf({ min: 209.5, max: 269.5 }),
    boundsOf({ min: -1, max: 5 }),
  ]).toStrictEqual([
    { least: 225, most: 271, word: 'slow' },
    { least: 209, most: 270, word: 'fast' },
    { least: 0, most: 5, word: 'fast' },
  ]);
});

it('an offset is told to one side, or to both', () => {
  expect([
    sayOffset({ min: -270.2, max: -225.7 }),
    sayOffset({ min: 0, max: 31 }),
    sayOffset({ min: -29.5, max: 30.2 }),
    sayOffset({ min: -72_007, max: -71_947 }),
  ]).toStrictEqual([
    '225 to 271 seconds slow',
    '0 to 31 seconds fast',
    'between 30 seconds slow and 31 seconds fast',
    '71,947 to 72,007 seconds slow',
  ]);
});
