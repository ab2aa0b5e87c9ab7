import { expect, test } from 'vitest';
import { inProcess } from './in-process.js';

test('driftlock bench counts what a verification costs beside its HMACs', async () => {
  const { status, out } = await inProcess(['bench', '--rounds', '2', '--json']);
  expect(status).toBe(0);
  const number = expect.any(Number);
  expect(JSON.parse(out)).toStrictEqual({
    rounds: 2,
    measured: [
      { window: 'three steps', steps: 3, ofHmacs: number, perSecond: number },
      { window: 'an hour each way', steps: 241, ofHmacs: number, perSecond: number },
    ],
  });
});

test.each(['0', '1001', 'x'])('rounds of %s are refused', async (rounds) => {
  const { status, err } = await inProcess(['bench', '--rounds', rounds]);
  expect(status).toBe(2);
  expect(err).toMatch(/--rounds takes 1 to 1000/);
});
