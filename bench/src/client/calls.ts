/** Calls one after the other, every client in turn, against one server; in a process of its own. */
import { pathToFileURL } from 'node:url';
import { interleave, median, pairedRatio, type Rounds } from '../speed/measure.js';
import { GOOD } from './server.js';
import { FLOOR, SUBJECTS } from './subjects.js';

/** One client in a cell. */
export interface Measured {
  name: string;
  /** Nanoseconds a call: the median over the rounds. */
  nanoseconds: number;
  /** Of that median to the one of bare fetch. */
  ofFetch: number;
  /** The median of the ratios to bare fetch in the same round. */
  paired: number;
  /** The median of the differences to bare fetch in the same round, nanoseconds. */
  added: number;
}

export interface Plan {
  url: string;
  /** Whether the token is good. */
  good: boolean;
  rounds: number;
  /** Calls of each client before anything counts. */
  warmUp: number;
}

/** Every client must answer rightly first. */
export async function measureCalls({ url, good, rounds, warmUp }: Plan): Promise<Measured[]> {
  const token = good ? GOOD : '7654321';
  const timed = [];
  for (const [name, make] of Object.entries(SUBJECTS)) {
    const verify = await make(url);
    if ((await verify(token)) !== good) throw new Error(`${name} is wrong about a token`);
    timed.push({ name, slow: true as const, run: () => verify(token) });
  }
  for (const { run } of timed) for (let i = 0; i < warmUp; i++) await run();
  return summarize(await interleave(timed, rounds));
}

export function summarize(rounds: Rounds): Measured[] {
  const floor = rounds[FLOOR]!;
  return Object.entries(rounds).map(([name, times]) => ({
    name,
    nanoseconds: Math.round(median(times)),
    ofFetch: median(times) / median(floor),
    paired: pairedRatio(times, floor),
    added: Math.round(median(times.map((time, round) => time - floor[round]!))),
  }));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.once('message', async (plan: Plan) => {
    process.send?.(await measureCalls(plan));
    process.disconnect();
    process.exit();
  });
}
