import { expect, it } from 'vitest';
import { isSlow, quote, say, sayClock, sayDate, sayTime } from '../../src/tour/words.js';

it('a decision is said as it stands', () => {
  const local = { accepted: true, by: 'local', standing: 'provisional' } as const;
  expect([
    say(local),
    say({ ...local, settlement: 'contradicted' }),
    say({ ...local, by: 'authority', standing: 'confirmed' }),
    say({ accepted: false, reason: 'replayed' }),
    say({ accepted: false }),
    say({}),
  ]).toStrictEqual([
    'accepted locally, provisional',
    'accepted locally, contradicted',
    'accepted by the authority, confirmed',
    'not accepted: replayed',
    'not accepted: no reason given',
    'no decision',
  ]);
});

it('a clock is blamed only by a refusal that says how much', () => {
  const slow = {
    verdict: 'device-slow',
    certainty: 'certain',
    offset: { min: -241.2, max: -210.7 },
    posterior: 1,
    evidence: 2,
    next: 'fixClock',
  } as const;
  const refused = { accepted: false, reason: 'mismatch' } as const;
  expect([
    sayClock({ ...refused, diagnosis: slow }),
    sayClock({ ...refused, diagnosis: { ...slow, certainty: 'suspected' } }),
    sayClock({ ...refused, diagnosis: { ...slow, verdict: 'no-match' } }),
    sayClock(refused),
    sayClock({ accepted: true, by: 'authority', standing: 'confirmed' }),
  ]).toStrictEqual([
    'slow, by between 210 and 242 seconds',
    'probably slow',
    'not accepted: mismatch, no-match',
    'not accepted: mismatch, no diagnosis',
    'accepted by the authority, confirmed, no diagnosis',
  ]);
  expect([
    isSlow({ ...refused, diagnosis: slow }),
    isSlow({ ...refused, reason: 'replayed', diagnosis: slow }),
    isSlow({ accepted: true, diagnosis: slow }),
    isSlow(refused),
  ]).toStrictEqual([true, false, false, false]);
});

it('times, dates and silence have words', () => {
  expect([sayTime(0.2), sayTime(12.4), sayTime(994), sayTime(995), sayTime(1234)]).toStrictEqual([
    '1 ms',
    '12 ms',
    '994 ms',
    '1.0 s',
    '1.2 s',
  ]);
  expect([sayDate(0), sayDate(Number.NaN)]).toStrictEqual(['1970-01-01 00:00 UTC', 'no date']);
  expect([quote('User is suspended.'), quote(undefined)]).toStrictEqual([
    '"User is suspended."',
    'nothing',
  ]);
});
