/** One seeded history of a device whose tabs die, and what was lost, accepted twice or let in. */
import type { Policy } from '@driftlock/verifier';
import { dice } from '../drain/dice.js';
import { Mortal, type Step } from './mortal.js';
import { close, createWorld, type Tab, type World } from './world.js';

export type Subject = 'ours' | 'removes-first' | 'forgets-steps';

/** What came of one run, or of many. */
export interface Counted {
  /** Tabs that died in the middle of something, by what they were doing and where in it. */
  deaths: Record<Doing, Record<Step, number>>;
  /** Acceptances that somebody was told of. */
  told: number;
  confirmed: number;
  /** Told acceptances of a right code that the gateway denied afterwards. */
  contradicted: number;
  /** Told acceptances that neither the gateway heard of nor the device knows any more. */
  lost: number;
  /** Told acceptances of a code that had been told accepted. */
  twice: number;
  /** Told acceptances of a code that was never right. */
  open: number;
  /** What the device took for a second use of its steps, and the gateway for more than was leased. */
  alarms: number;
  /** Digits that are still there when nothing is open any more. */
  digits: number;
}

/** Draining settles as well. */
export type Doing = 'opening' | 'typing' | 'draining';

interface History {
  world: World;
  doing: Doing;
  /** By decision: the code, and where it stood when it was told. */
  told: Map<string, { code: string; at: number; standing: string | undefined }>;
  twice: number;
  open: number;
}

const MODES: Policy['mode'][] = ['local-first', 'authority-first', 'offline'];
const DEATHS = 3;
/** Most lives are shorter than this many steps. */
const LONGEST = 250;
const ACTS = 16;

export async function crashRun(subject: Subject, seed: number): Promise<Counted> {
  const random = dice(seed);
  const world = await createWorld(random);
  const history: History = { world, doing: 'opening', told: new Map(), twice: 0, open: 0 };
  const mode = MODES[Math.floor(random() * MODES.length)] ?? 'offline';
  const deaths = noDeaths();
  for (let n = 0; n < DEATHS; n++) {
    const life = new Mortal(1 + Math.floor(random() * LONGEST));
    await Promise.race([live(history, { life, mode, subject }), life.died]);
    if (life.diedAt) deaths[history.doing][life.diedAt] += 1;
    if (subject === 'forgets-steps') await forgetSteps(world, mode);
  }
  return { deaths, ...(await outcome(history, mode)) };
}

type Living = { life: Mortal; mode: Policy['mode']; subject: Subject };

async function live(history: History, { life, mode, subject }: Living): Promise<void> {
  const { world } = history;
  history.doing = 'opening';
  const tab = await world.open(life, mode, subject === 'removes-first' ? subject : undefined);
  for (let n = 0; n < ACTS && !life.dead; n++) await act(history, tab);
  if (!life.dead) await close(tab);
}

async function act(history: History, tab: Tab): Promise<void> {
  const { world } = history;
  const drawn = world.random();
  if (drawn < 0.3) await type(history, tab, world.code());
  else if (drawn < 0.42) await typeAgain(history, tab);
  else if (drawn < 0.46) await typeWrong(history, tab);
  else if (drawn < 0.6) world.time.now += 30_000;
  else if (drawn < 0.7) world.time.now += 91_000;
  else if (drawn < 0.8) world.line = (['up', 'down', 'lossy'] as const)[drawLine(world)] ?? 'up';
  else {
    history.doing = 'draining';
    await tab.sync.now();
  }
}

export function noDeaths(): Counted['deaths'] {
  const none = () => ({ record: 0, commit: 0, request: 0, answer: 0 });
  return { opening: none(), typing: none(), draining: none() };
}

function drawLine({ random }: World): number {
  return Math.floor(random() * 3);
}

async function type(history: History, tab: Tab, code: string): Promise<void> {
  const at = history.world.time.now;
  history.doing = 'typing';
  const { id, accepted, standing } = await tab.type(code);
  // Nobody is there to be told.
  if (!accepted || tab.life.dead) return;
  const before = [...history.told.values()];
  // One code of a million comes again by chance; not within minutes.
  if (before.some((one) => one.code === code && at - one.at < 300_000)) history.twice += 1;
  history.told.set(id, { code, at, standing });
}

/** A code that somebody was told accepted, typed once more. */
async function typeAgain(history: History, tab: Tab): Promise<void> {
  const last = [...history.told.values()].at(-1);
  if (last) await type(history, tab, last.code);
}

async function typeWrong(history: History, tab: Tab): Promise<void> {
  const right = history.world.code();
  const code = String((Number(right) + 500_001) % 1_000_000).padStart(6, '0');
  history.doing = 'typing';
  const { accepted } = await tab.type(code);
  if (accepted && !tab.life.dead) history.open += 1;
}

/** The network is back for good, and nobody dies any more. */
async function outcome(
  { world, told, twice, open }: History,
  mode: Policy['mode'],
): Promise<Omit<Counted, 'deaths'>> {
  world.line = 'up';
  const tab = await world.open(new Mortal(), mode);
  for (let n = 0; n < 6; n++) {
    world.time.now += 91_000;
    await tab.sync.now();
  }
  const rows = await tab.store.read(['outbox', 'evidence'], async ({ outbox, evidence }) => ({
    outbox: await outbox.toArray(),
    evidence: new Set(await evidence.toCollection().primaryKeys()),
  }));
  await close(tab);
  const settlements = new Map(rows.outbox.map(({ row }) => [row.id, row.settlement]));
  const settledAs = (how: string) => [...told.keys()].filter((id) => settlements.get(id) === how);
  const confirmed = settledAs('confirmed');
  const contradicted = settledAs('contradicted');
  // What stood confirmed when it was told, the gateway had said itself.
  const heard = world.heard.map(({ id }) => id);
  const known = new Set([...confirmed, ...contradicted, ...heard, ...rows.evidence]);
  const lost = [...told].filter(([id, { standing }]) => standing !== 'confirmed' && !known.has(id));
  return {
    told: told.size,
    confirmed: confirmed.length,
    contradicted: contradicted.length,
    lost: lost.length,
    ...{ twice, open, alarms: world.alarms.length },
    digits: rows.outbox.filter(({ row }) => row.code !== undefined).length,
  };
}

/** A device that does not remember what it used: by now each of its codes is good again. */
async function forgetSteps(world: World, mode: Policy['mode']): Promise<void> {
  const tab = await world.open(new Mortal(), mode);
  await tab.store.write(['ledger'], async ({ ledger }) => {
    await ledger.toCollection().modify((state) => {
      state.last = {};
      state.asking = [];
      state.ahead = [];
    });
  });
  await close(tab);
}

/** So many runs, one after the other. */
export async function crashRuns(
  subject: Subject,
  { runs, seed }: { runs: number; seed: number },
): Promise<Counted> {
  const sum = await crashRun(subject, seed);
  for (let n = 1; n < runs; n++) add(sum, await crashRun(subject, seed + n));
  return sum;
}

function add(sum: Counted, { deaths, ...counts }: Counted): void {
  for (const doing of Object.keys(deaths) as Doing[]) {
    for (const step of Object.keys(deaths[doing]) as Step[]) {
      sum.deaths[doing][step] += deaths[doing][step];
    }
  }
  for (const name of Object.keys(counts) as (keyof typeof counts)[]) sum[name] += counts[name];
}
