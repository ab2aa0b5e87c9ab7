/** What a migration came to: a table for people, and a line for each person for a spreadsheet. */
import { wrapped } from '../wrapped.js';
import type { Entry } from './journal.js';
import { isMoved, OUTCOMES, type Outcome } from './outcome.js';
import type { Person } from './people.js';

export interface Reported {
  people: readonly Person[];
  entries: ReadonlyMap<string, Entry>;
  to: string;
}

const NOT_YET = 'not-yet';

export function summaryOf({ people, entries, to }: Reported): string {
  const counts = new Map<Outcome | typeof NOT_YET, number>();
  for (const { user } of people) {
    const outcome = entries.get(user)?.outcome ?? NOT_YET;
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  const names = (Object.keys(OUTCOMES) as Outcome[]).filter((name) => counts.has(name));
  const rows = names.map((name) => rowOf(name, counts.get(name) ?? 0, OUTCOMES[name]));
  const open = counts.get(NOT_YET) ?? 0;
  if (open > 0) rows.push(rowOf('not yet', open, 'no answer came: run this again'));
  const moved = names.filter(isMoved).reduce((sum, name) => sum + (counts.get(name) ?? 0), 0);
  return `${moved} of ${people.length} are at ${to}\n\n${rows.join('')}`;
}

function rowOf(name: string, count: number, meaning: string): string {
  const [first = '', ...more] = wrapped(meaning, 54);
  const lines = [`  ${name.padEnd(13)}${String(count).padStart(7)}  ${first}`];
  for (const line of more) lines.push(`${' '.repeat(24)}${line}`);
  return `${lines.join('\n')}\n`;
}

/** By the account's name at its destination. Names and ids can't begin a formula, nor hold a comma or a quote. */
export function linesOf({ people, entries }: Reported): string {
  const lines = people.map(({ user, account }) => {
    const entry = entries.get(user) ?? { account, outcome: NOT_YET };
    return `${user},${entry.account},${entry.outcome}`;
  });
  return `${['authyId,account,outcome', ...lines].join('\n')}\n`;
}
