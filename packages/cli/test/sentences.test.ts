import type { Diagnosis, DiagnosisVerdict } from '@driftlock/totp-core';
import { describe, expect, it } from 'vitest';
import { boundsOf, exitOf, sayDiagnosis, sayMore, sayValid } from '../src/sentences.js';

function diagnosis(verdict: DiagnosisVerdict, more: Partial<Diagnosis> = {}): Diagnosis {
  return { verdict, certainty: 'certain', posterior: 1, evidence: 1, next: 'retry', ...more };
}

const SAID: Record<DiagnosisVerdict, [string, number]> = {
  malformed: ['a code is 6 digits and nothing else', 1],
  ok: ['this is the right code', 0],
  replayed: ['this code was used before', 3],
  stale: ['this is an old code, typed too late', 1],
  future: ['this is a code noted in advance', 1],
  'device-slow': ['the phone is wrong', 4],
  'device-fast': ['the phone is wrong', 4],
  'verifier-clock': ['the clock of this machine is wrong', 4],
  'clock-stepped': ['the clock of this machine was set or turned back', 4],
  'wrong-parameters': ['the code is right under another algorithm, digit count or period', 1],
  unstable: ['the codes of this secret do not agree on a clock', 1],
  'no-match': ['this is not a code of this secret', 1],
};

describe('a diagnosis', () => {
  it.each(Object.entries(SAID))('%s is a sentence and an exit code', (verdict, [said, exit]) => {
    const one = diagnosis(verdict as DiagnosisVerdict);
    expect([sayDiagnosis(one, 6), exitOf(one)]).toStrictEqual([said, exit]);
  });

  it.each([
    [{ min: -90, max: -30 }, 'slow', 'about 60 seconds slow (30 to 90 seconds)'],
    [{ min: -270.2, max: -225.7 }, 'slow', 'about 4 minutes slow (225 to 271 seconds)'],
    [{ min: 209.5, max: 269.5 }, 'fast', 'about 4 minutes fast (209 to 270 seconds)'],
    [{ min: 7200, max: 7200 }, 'fast', 'about 2 h fast (7200 to 7200 seconds)'],
    [{ min: -19_829, max: -19_769 }, 'slow', 'about 5 h 30 min slow (19769 to 19829 seconds)'],
  ])('of %j says how far the clock is off, rounded outwards', (offset, word, said) => {
    const one = diagnosis(word === 'slow' ? 'device-slow' : 'device-fast', { offset });
    expect(sayDiagnosis(one, 6)).toBe(`the phone is ${said}`);
  });

  it('names a time zone', () => {
    expect(sayMore(diagnosis('device-fast', { looksLike: { minutes: 345 } }))[0]).toBe(
      'as if a time zone were set wrong: 5 h 45 min ahead',
    );
  });

  it('blames a clock only where that is more probable than all else', () => {
    expect(exitOf(diagnosis('device-slow', { posterior: 0.51 }))).toBe(4);
    expect(exitOf(diagnosis('device-slow', { posterior: 0.5 }))).toBe(1);
  });

  it('is never said to be beyond doubt', () => {
    expect(sayMore(diagnosis('no-match'))).toStrictEqual([
      'probability: more than 99.9%',
      'next: type the code again',
    ]);
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

it('bounds around zero begin at zero', () => {
  expect(boundsOf({ min: -1, max: 5 })).toStrictEqual({ least: 0, most: 5, word: 'fast' });
});
