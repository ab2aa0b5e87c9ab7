import { expect, test } from 'vitest';
import { endRun, NO_ATTEMPTS, returnAttempt, takeAttempt } from '../src/attempts.js';

const limits = { limit: 5, per: 900, lock: 100 };
const AT = 1_800_000_000_000;

/** Fails as soon as it may, over and over, and tells what each attempt had to wait, in seconds. */
function waits(times: number): number[] {
  let attempts = NO_ATTEMPTS;
  let at = AT;
  return Array.from({ length: times }, () => {
    const before = at;
    at = Math.max(at, attempts.waitUntil);
    const taken = takeAttempt(attempts, { at, limits });
    if (!taken.taken) throw new Error(`refused: ${taken.reason}`);
    attempts = taken.attempts;
    return (at - before) / 1000;
  });
}

test('five attempts are free, then waits double from 30 s to an hour', () => {
  expect(waits(14)).toStrictEqual([0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
});

test('the hundred-and-first consecutive failure is locked out for good', () => {
  let attempts = NO_ATTEMPTS;
  let at = AT;
  for (let failures = 0; failures < 100; failures++) {
    at = Math.max(at, attempts.waitUntil);
    attempts = takeAttempt(attempts, { at, limits }).attempts;
  }
  const taken = takeAttempt(attempts, { at: at + 1e12, limits });
  expect(taken).toStrictEqual({ attempts, taken: false, reason: 'locked' });
});

test('quiet for as long as attempts are counted, an account starts over, but its run goes on', () => {
  let attempts = NO_ATTEMPTS;
  for (let n = 0; n < 5; n++) attempts = takeAttempt(attempts, { at: AT, limits }).attempts;
  const later = attempts.waitUntil + limits.per * 1000;
  attempts = takeAttempt(attempts, { at: later, limits }).attempts;
  expect(attempts).toStrictEqual({
    recent: [{ attempt: 6, at: later }],
    next: 7,
    failures: 6,
    doublings: 0,
    waitUntil: 0,
  });
});

test('a clock that goes back makes nobody wait less, nor longer than the longest wait', () => {
  let attempts = NO_ATTEMPTS;
  for (let n = 0; n < 5; n++) attempts = takeAttempt(attempts, { at: AT, limits }).attempts;
  expect(takeAttempt(attempts, { at: AT - 3_600_000, limits })).toMatchObject({
    taken: false,
    retryAfter: 3600,
    attempts: { waitUntil: AT },
  });
});

test('an attempt returned twice is returned once', () => {
  const first = takeAttempt(NO_ATTEMPTS, { at: AT, limits }).attempts;
  const second = takeAttempt(first, { at: AT, limits }).attempts;
  const returned = returnAttempt(second, 1);
  expect(returnAttempt(returned, 1)).toBe(returned);
  expect(returned.failures).toBe(1);
});

test('an acceptance forgives what came before it', () => {
  let attempts = NO_ATTEMPTS;
  for (let n = 0; n < 5; n++) attempts = takeAttempt(attempts, { at: AT, limits }).attempts;
  expect(endRun(attempts, 5)).toStrictEqual({
    recent: [],
    next: 6,
    failures: 0,
    doublings: 0,
    waitUntil: 0,
  });
});

test('attempts counted by a clock that was a year ahead are not counted by one that is right', () => {
  let attempts = NO_ATTEMPTS;
  const ahead = AT + 365 * 86_400_000;
  for (let n = 0; n < 5; n++) attempts = takeAttempt(attempts, { at: ahead, limits }).attempts;
  attempts = takeAttempt(attempts, { at: AT, limits }).attempts;
  attempts = takeAttempt(attempts, { at: AT + 3_600_000, limits }).attempts;
  expect(attempts.recent).toStrictEqual([{ attempt: 6, at: AT + 3_600_000 }]);
});
