/** The enqueue run as a table, and whether it meets its aim. */
import type { Enqueued } from './run.js';

export interface Measured {
  engines: Enqueued[];
}

/** The least share of the floor's speed. */
const AIM = 0.7;

export function verdict({ engines }: Measured): 'met' | 'missed' {
  return engines.every(({ share }) => share.median >= AIM) ? 'met' : 'missed';
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

export function enqueueTable(measured: Measured): string {
  return [
    '| Engine | Rounds | Of the floor’s speed | Middle half of the rounds | The floor |',
    '|---|---:|---:|---:|---:|',
    ...measured.engines.map(
      ({ engine, version, plan, share, floor }) =>
        `| ${engine} ${version} | ${plan.rounds} of ${plan.adds} | ${percent(share.median)} | ${percent(share.low)} to ${percent(share.high)} | ${floor.toFixed(2)} ms |`,
    ),
    '',
    `Aim: ${percent(AIM)} in each engine; ${verdict(measured)}.`,
  ].join('\n');
}
