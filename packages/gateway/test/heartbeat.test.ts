import { expect, test } from 'vitest';
import { startHeartbeat } from '../src/heartbeat.js';

/** A beat that the test ends. */
function stage() {
  const begun: ((open: number) => void)[] = [];
  const waiting: (() => void)[] = [];
  let beating = 0;
  let most = 0;
  return {
    async beat(): Promise<number> {
      most = Math.max(most, ++beating);
      const open = await new Promise<number>((resolve) => {
        begun.push(resolve);
        waiting.shift()?.();
      });
      beating--;
      return open;
    },
    /** Ends the next beat, once it begins, with so many still open. */
    async end(open: number): Promise<void> {
      if (begun.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      begun.shift()?.(open);
    },
    /** How many beats there ever were at once. */
    get most() {
      return most;
    },
  };
}

const later = () => new Promise((resolve) => setTimeout(resolve, 20));

test('it beats until nothing is open, and again when woken', async () => {
  const { beat, end } = stage();
  let beats = 0;
  const heart = startHeartbeat(
    async () => {
      beats++;
      return beat();
    },
    { pause: 1 },
  );
  heart.wake();
  await end(2);
  await end(1);
  await end(0);
  await later();
  expect(beats).toBe(3);
  heart.wake();
  await end(0);
  expect(beats).toBe(4);
  await heart.stop();
});

test('woken in the middle of a beat it beats once more, never two at a time', async () => {
  const theatre = stage();
  let beats = 0;
  const middle: Promise<void>[] = [];
  const heart = startHeartbeat(
    async () => {
      if (++beats === 1) {
        heart.wake();
        heart.wake();
        middle.push(later().then(() => theatre.end(0)));
      }
      return theatre.beat();
    },
    { pause: 1 },
  );
  heart.wake();
  while (middle.length === 0) await later();
  await Promise.all(middle);
  await theatre.end(0);
  await later();
  expect({ beats, most: theatre.most }).toStrictEqual({ beats: 2, most: 1 });
  await heart.stop();
});

test('a beat that fails is followed by another', async () => {
  let beats = 0;
  const again = new Promise<void>((resolve) => {
    const heart = startHeartbeat(
      async () => {
        if (++beats === 1) throw new Error('outbox');
        resolve();
        return 0;
      },
      { pause: 1 },
    );
    heart.wake();
  });
  await again;
  expect(beats).toBe(2);
});

test('stopping waits for the beat under way, aborts it, and lets no other begin', async () => {
  const seen: string[] = [];
  let begun = () => {};
  const beating = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const heart = startHeartbeat(
    (signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          seen.push('ended');
          resolve(1);
        });
        begun();
      }),
    { pause: 1 },
  );
  heart.wake();
  await beating;
  await heart.stop();
  heart.wake();
  seen.push('stopped');
  await later();
  expect(seen).toStrictEqual(['ended', 'stopped']);
});

test('with nothing open it looks again after a while, for what another process left', async () => {
  const { beat, end } = stage();
  let beats = 0;
  const heart = startHeartbeat(
    async () => {
      beats++;
      return beat();
    },
    { pause: 1, idle: 40 },
  );
  await later();
  expect(beats).toBe(0);
  heart.wake();
  await end(0);
  await end(0);
  await end(1);
  await end(0);
  await heart.stop();
  const stopped = beats;
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect([stopped, beats]).toStrictEqual([4, 4]);
});

test('woken while it looks only now and then, it does not wait that long', async () => {
  const { beat, end } = stage();
  const heart = startHeartbeat(beat, { pause: 1, idle: 2 ** 30 });
  heart.wake();
  await end(0);
  await later();
  heart.wake();
  await end(0);
  await heart.stop();
});
