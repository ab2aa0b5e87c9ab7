// A slice of the control: a line that only Node runs does not go unnoticed.
import { expect, test } from 'vitest';
import { controlOf, runControl, shownBy } from '../dist/host/control.js';

test("Node's own way to a module, in totp-core, is red in workerd and on the edge", async () => {
  const control = controlOf('totp-core');
  const outcomes = await runControl(control, ['node', 'workerd', 'edge-light']);
  expect(shownBy(control, outcomes)).toStrictEqual({
    room: 'totp-core',
    line: control.line,
    red: ['workerd', 'edge-light'],
    green: ['node'],
  });
  const failures = outcomes.flatMap(({ results }) =>
    results.flatMap(({ error }) => (error === undefined ? [] : [error])),
  );
  expect(failures.length).toBeGreaterThan(2);
  for (const error of failures) expect(error).toMatch(/process/);
});
