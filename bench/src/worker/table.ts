/** The Worker run in words. */
import type { WorkerResults } from './measure.js';

/** Bytes that the bundle is to stay under. */
export const BUDGET = 120_000;

export function workerTable({ gzip, rounds, coldStart, warm }: WorkerResults): string {
  const rows = [
    ['bundle, minified and gzipped', `${(gzip / 1000).toFixed(1)} kB`, `≤ ${BUDGET / 1000} kB`],
    ['first answer, from the start of workerd', `${coldStart.toFixed(2)} ×`, 'an empty Worker’s'],
    ['second answer', `${warm.toFixed(2)} ×`, 'an empty Worker’s'],
  ];
  const line = (parts: string[]): string => `| ${parts.join(' | ')} |`;
  const head = [`median of ${rounds}`, '', ''];
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
