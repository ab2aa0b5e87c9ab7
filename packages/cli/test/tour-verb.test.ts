import { expect, it } from 'vitest';
import { driftlock } from './terminal.js';

it('driftlock tour plays six scenes and ends with 0, within 80 columns and 40 lines', async () => {
  const { status, out, err } = await driftlock(['tour']);
  expect([status, err]).toStrictEqual([0, '']);
  expect(out.match(/^ {2}✓ [a-f] {2}\S/gm)).toHaveLength(6);
  expect(out).toMatch(/\nAll 6 scenes held, in \d+\.\d s\.\n$/);
  const lines = out.trimEnd().split('\n');
  expect(lines.filter((line) => [...line].length > 80)).toStrictEqual([]);
  expect(lines.length).toBeLessThanOrEqual(40);
});
