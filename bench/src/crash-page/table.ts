/** The run of cut-off pages as a table, and what it shows. */
import type { Crashes } from './run.js';

/** What the run stores. */
export interface Measured {
  seed: number;
  chromium: string;
  outbox: Crashes;
  removing: Crashes;
}

/** `INVALID` where the control lost nothing, or no page was cut off at work: then it shows nothing. */
export function verdict({ outbox, removing }: Measured): 'green' | 'red' | 'INVALID' {
  const { verifying, asking, settling } = outbox.phases;
  if (removing.lost === 0 || outbox.told === 0 || !(verifying && asking && settling)) {
    return 'INVALID';
  }
  return broken(outbox) === 0 ? 'green' : 'red';
}

function broken(of: Crashes): number {
  return of.lost + of.acceptedAgain + of.failedOpen + of.untold + of.digitsKept + of.askedTwice;
}

export function crashPageTable(measured: Measured): string {
  const rows = [
    ['The outbox', measured.outbox],
    ['Control: removes before it sends', measured.removing],
  ] as const;
  return [
    '| Subject | Pages ended | verifying, asking, settling, done | Told | Lost | Accepted again | Failed open | Without evidence | Digits kept | Asked twice |',
    '|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...rows.map(([name, of]) => {
      const { verifying, asking, settling, done } = of.phases;
      const counts = [of.told, of.lost, of.acceptedAgain, of.failedOpen, of.untold, of.digitsKept];
      const cells = [`${verifying}, ${asking}, ${settling}, ${done}`, ...counts, of.askedTwice];
      return `| ${[name, of.rounds, ...cells].join(' | ')} |`;
    }),
    '',
    `Verdict: ${verdict(measured)}; Chromium ${measured.chromium}, seed ${measured.seed}.`,
  ].join('\n');
}
