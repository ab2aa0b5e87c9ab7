import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { within } from '../src/within.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ENDED = new Error('reset');
const WORKS: [string, () => Promise<string>][] = [
  ['answers', async () => 'answer'],
  ['fails', async () => Promise.reject(ENDED)],
];

test.each(WORKS)('of work that %s nothing stays behind', async (_, work) => {
  const { signal } = new AbortController();
  const outcome = within({ timeout: 1000, signal }, work);
  expect([vi.getTimerCount(), getEventListeners(signal, 'abort').length]).toStrictEqual([1, 1]);
  await expect(Promise.allSettled([outcome])).resolves.toStrictEqual(
    await Promise.allSettled([work()]),
  );
  expect([vi.getTimerCount(), getEventListeners(signal, 'abort').length]).toStrictEqual([0, 0]);
});

test('work that heeds nothing ends with its time, or with its caller', async () => {
  const heard: AbortSignal[] = [];
  const endless = (ended: AbortSignal) => {
    heard.push(ended);
    return new Promise<string>(() => {});
  };
  const slow = within({ timeout: 1000, signal: undefined }, endless);
  vi.advanceTimersByTime(1000);
  await expect(slow).rejects.toMatchObject({ name: 'TimeoutError' });
  const caller = new AbortController();
  const left = within({ timeout: 1000, signal: caller.signal }, endless);
  caller.abort(ENDED);
  await expect(left).rejects.toBe(ENDED);
  expect(heard.map(({ aborted }) => aborted)).toStrictEqual([true, true]);
});
