/** The horizon run in words. */
import type { HorizonResults } from './measure.js';

/**
 * Hashes a second of one graphics card of 2022 (RTX 4090) at 600,000 iterations: "1.5 GPUs" that each
 * make fewer than 10,000, by https://tobtu.com/minimum-password-settings/.
 */
const CARD = { iterations: 600_000, perSecond: 15_000 };

export function horizonTable(measured: HorizonResults): string {
  const { iterations, hours, hashes, codes, seconds } = measured;
  const card = codes / (CARD.perSecond * (CARD.iterations / iterations));
  const rows = [
    ['a pack', `${hours} h of 30 s codes`, count(hashes), time(hashes * seconds), '1'],
    [
      'one code of it',
      'all of 6 digits tried',
      count(codes),
      time(codes * seconds),
      count(codes / hashes),
    ],
    ['the same', 'on one graphics card of 2022', count(codes), time(card), ''],
  ];
  const line = (parts: string[]): string => `| ${parts.join(' | ')} |`;
  const head = [`${count(iterations)} iterations`, '', 'hashes', 'on one core', 'of a pack'];
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function count(number: number): string {
  return Math.round(number).toLocaleString('en');
}

function time(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(0)} s`;
  return seconds < 6000 ? `${(seconds / 60).toFixed(0)} min` : `${(seconds / 3600).toFixed(0)} h`;
}
