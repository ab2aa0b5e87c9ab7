/** The crash run as a table, and what it shows. */
import type { Crashes } from './run.js';

/** What the run stores. */
export interface Measured {
  seed: number;
  libsql: Crashes;
  early: Crashes;
}

/** `INVALID` where the control lost nothing, or no kill cut anything off: then it shows nothing. */
export function verdict({ libsql, early }: Measured): 'green' | 'red' | 'INVALID' {
  if (early.acceptedAgain === 0 || libsql.cutOff === 0 || libsql.counted === 0) return 'INVALID';
  return lost(libsql) === 0 ? 'green' : 'red';
}

function lost({ acceptedAgain, accountsLost, decisionsLost }: Crashes): number {
  return acceptedAgain + accountsLost + decisionsLost;
}

export function crashTable(measured: Measured): string {
  const rows = [
    ['A libSQL file', measured.libsql],
    ['Control: answers before it writes', measured.early],
  ] as const;
  return [
    '| Engine | Kills | Requests cut off | Steps answered | Accepted again | Accounts answered | Lost | Decisions asked for | Lost |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows.map(([name, of]) => {
      const { kills, cutOff, counted, acceptedAgain, accounts, accountsLost } = of;
      const counts = [kills, cutOff, counted, acceptedAgain, accounts, accountsLost];
      return `| ${[name, ...counts, of.decisions, of.decisionsLost].join(' | ')} |`;
    }),
    '',
    `Verdict: ${verdict(measured)}; seed ${measured.seed}.`,
  ].join('\n');
}
