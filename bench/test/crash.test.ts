// A slice of the crash run: three kills of a gateway on a libSQL file, and one of the control.
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { crashes } from '../src/crash/run.js';
import { crashTable, type Measured, verdict } from '../src/crash/table.js';

if (!existsSync(new URL('../dist/crash/server.js', import.meta.url))) {
  throw new Error('these tests kill the built gateway: build first');
}

it('kill -9 undoes nothing that was answered from a libSQL file', async () => {
  const done = await crashes({ subject: 'libsql', kills: 3, seed: 4 });
  expect(done).toMatchObject({ kills: 3, acceptedAgain: 0, accountsLost: 0, decisionsLost: 0 });
  expect(done.counted).toBeGreaterThan(17);
  expect(done.cutOff).toBeGreaterThan(0);
});

it('kill -9 shows an engine that answers before it has written', async () => {
  const done = await crashes({ subject: 'early', kills: 1, seed: 4 });
  expect(done.acceptedAgain).toBeGreaterThan(0);
});

it('is green only where the control is not', () => {
  const none = { kills: 1, counted: 9, acceptedAgain: 0, accounts: 2, accountsLost: 0 };
  const whole = { ...none, decisions: 2, decisionsLost: 0, cutOff: 3 };
  const measured = (libsql: object, early: object): Measured => ({
    seed: 7,
    libsql: { ...whole, ...libsql },
    early: { ...whole, ...early },
  });
  const broken = { acceptedAgain: 1 };
  expect(verdict(measured({}, broken))).toBe('green');
  expect(verdict(measured({}, {}))).toBe('INVALID');
  expect(verdict(measured({ cutOff: 0 }, broken))).toBe('INVALID');
  for (const lost of [broken, { accountsLost: 1 }, { decisionsLost: 1 }]) {
    expect(verdict(measured(lost, broken))).toBe('red');
  }
  expect(crashTable(measured({}, broken))).toBe(
    [
      '| Engine | Kills | Requests cut off | Steps answered | Accepted again | Accounts answered | Lost | Decisions asked for | Lost |',
      '|---|---|---|---|---|---|---|---|---|',
      '| A libSQL file | 1 | 3 | 9 | 0 | 2 | 0 | 2 | 0 |',
      '| Control: answers before it writes | 1 | 3 | 9 | 1 | 2 | 0 | 2 | 0 |',
      '',
      'Verdict: green; seed 7.',
    ].join('\n'),
  );
});
