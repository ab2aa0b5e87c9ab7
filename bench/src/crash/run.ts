/** So many crashes of one file, one after the other. */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Subject, startGateway } from './gateway.js';
import { added, crash, type Round } from './round.js';

export interface Crashes extends Round {
  kills: number;
}

/** Steps answered before a kill. */
const FEWEST = 6;
const MOST = 40;

/** Kills after numbers of answers drawn from `seed`. */
export async function crashes(
  { subject, kills: wanted, seed }: { subject: Subject; kills: number; seed: number },
  report: (done: Crashes) => void = () => {},
): Promise<Crashes> {
  const folder = mkdtempSync(join(tmpdir(), 'driftlock-crash-'));
  const random = mulberry32(seed);
  const start = () => startGateway(join(folder, 'gateway.db'), subject);
  let total: Round | undefined;
  let gateway = await start();
  try {
    for (let kills = 1; ; kills++) {
      const after = FEWEST + Math.floor((MOST - FEWEST) * random());
      const done = await crash(gateway, { after, name: `r${kills}`, restart: start });
      gateway = done.gateway;
      total = total ? added(total, done.round) : done.round;
      report({ kills, ...total });
      if (kills === wanted) return { kills, ...total };
    }
  } finally {
    await gateway.kill();
    await rm(folder, { recursive: true });
  }
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
