/** The run of cut-off pages and workers as a table, and what it shows. */
import type { Place } from './round.js';
import type { Crashes } from './run.js';

/** What the run stores. */
export interface Measured {
  seed: number;
  chromium: string;
  outbox: Record<Place, Crashes>;
  removing: Record<Place, Crashes>;
}

const PLACES: Record<Place, string> = {
  page: 'a page',
  worker: 'a dedicated worker',
  'service-worker': 'a service worker',
};

const EACH = Object.keys(PLACES) as Place[];

/** `INVALID` where a control lost nothing, or nothing was cut off at work: then it shows nothing. */
export function verdict({ outbox, removing }: Measured): 'green' | 'red' | 'INVALID' {
  const shown = EACH.every((place) => {
    const { phases, told } = outbox[place];
    const { verifying, asking, settling } = phases;
    return removing[place].lost > 0 && told > 0 && verifying && asking && settling;
  });
  if (!shown) return 'INVALID';
  return EACH.every((place) => broken(outbox[place]) === 0) ? 'green' : 'red';
}

function broken(of: Crashes): number {
  return of.lost + of.acceptedAgain + of.failedOpen + of.untold + of.digitsKept + of.askedTwice;
}

export function crashPageTable(measured: Measured): string {
  const rows = EACH.flatMap((place) => [
    [`The outbox in ${PLACES[place]}`, measured.outbox[place]] as const,
    [`Control in ${PLACES[place]}: removes before it sends`, measured.removing[place]] as const,
  ]);
  return [
    '| Subject | Ended | verifying, asking, settling, done | Told | Lost | Accepted again | Failed open | Without evidence | Digits kept | Asked twice |',
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
