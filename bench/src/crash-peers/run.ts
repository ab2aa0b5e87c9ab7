/** One seeded history of a device whose tabs die: told rows that are lost, taken twice, out of order. */
import { Mortal, type Step } from '../crash-browser/mortal.js';
import { dice } from '../drain/dice.js';
import type { Device, Tab } from './device.js';
import { ours } from './ours.js';
import { type Act, type Life, planOf } from './plan.js';
import { tanstack } from './tanstack.js';
import { workbox } from './workbox.js';

export const SUBJECTS = {
  ours: (random: () => number) => ours(random),
  workbox: (random: () => number) => workbox(random, 'as it comes'),
  'workbox-checked': (random: () => number) => workbox(random, 'checks answers'),
  tanstack: (random: () => number) => tanstack(random, 'paused'),
  'tanstack-saved': (random: () => number) => tanstack(random, 'saved'),
  'removes-first': (random: () => number) => ours(random, 'removes-first'),
};

export type Subject = keyof typeof SUBJECTS;

/** Keeping one more meanwhile counts as draining. */
export type Doing = 'opening' | 'keeping' | 'draining';

/** Where in it; `alive` where nobody died. */
export type Where = Step | 'alive';

export interface Counted {
  /** Tabs that died in the middle of something, by what they were doing and where in it. */
  deaths: Record<Doing, Record<Where, number>>;
  /** Rows that the user was told are safe. */
  told: number;
  /** Rows that the user was told are not. */
  refused: number;
  /** Of those told, the ones that the server never got and that are gone, by what undid them. */
  lost: Record<Doing, Record<Where, number>>;
  /** Of those told, the ones that still wait though the network was back for good. */
  stuck: number;
  /** Rows that the server was told of more than once. */
  again: number;
  /** Rows that the server took for news more than once. */
  twice: number;
  /** Told rows that arrived after one that was told later. */
  late: number;
}

interface History {
  device: Device;
  told: string[];
  refused: number;
  /** What undid the rows that are neither on the device nor at the server. */
  gone: Map<string, { doing: Doing; where: Where }>;
  doing: Doing;
}

/** What each act of a life took: `marks[n]` are the steps until the end of act `n`. */
type Marks = number[];

/** Where its tabs die is drawn over the steps that they take undisturbed: a first go counts these. */
export async function peerRun(subject: Subject, seed: number): Promise<Counted> {
  const { marks } = await historyOf(subject, { seed, rehearsed: [] });
  const { counted } = await historyOf(subject, { seed, rehearsed: marks });
  return counted;
}

async function historyOf(
  subject: Subject,
  { seed, rehearsed }: { seed: number; rehearsed: readonly Marks[] },
): Promise<{ marks: Marks[]; counted: Counted }> {
  const device = await SUBJECTS[subject](dice(seed));
  device.line = 'up';
  const history: History = { device, told: [], refused: 0, gone: new Map(), doing: 'opening' };
  const deaths = nowhere();
  const marks: Marks[] = [];
  for (const [n, plan] of planOf(seed).entries()) {
    const life = new Mortal(stepOf(plan, rehearsed[n]));
    const mark: Marks = [];
    marks.push(mark);
    await Promise.race([live(history, { life, plan, mark }), life.died]);
    if (life.diedAt) deaths[history.doing][life.diedAt] += 1;
    await look(history, { where: life.diedAt ?? 'alive' });
  }
  return { marks, counted: { deaths, ...(await outcome(history)) } };
}

/** None where it is not known yet how long it lives. */
function stepOf({ dies }: Life, marks: Marks | undefined): number | undefined {
  if (marks === undefined) return undefined;
  const begins = marks[dies.act - 1] ?? 0;
  return begins + 1 + Math.floor(dies.share * ((marks[dies.act] ?? begins) - begins));
}

async function live(
  history: History,
  { life, plan, mark }: { life: Mortal; plan: Life; mark: Marks },
): Promise<void> {
  history.doing = 'opening';
  const tab = await history.device.open(life);
  for (const act of plan.acts) {
    mark.push(life.steps);
    if (life.dead) return;
    await look(history, { where: 'alive', tab });
    await perform(history, { life, tab, act });
  }
  mark.push(life.steps);
  if (!life.dead) await tab.close();
}

async function perform(
  history: History,
  { life, tab, act }: { life: Mortal; tab: Tab; act: Act },
): Promise<void> {
  const keep = async () => {
    const id = await tab.keep();
    // Nobody is there to be told.
    if (life.dead) return;
    if (id === undefined) history.refused += 1;
    else history.told.push(id);
  };
  history.doing = act === 'keep' ? 'keeping' : 'draining';
  if (act === 'keep') return keep();
  if (act === 'both') return void (await Promise.all([tab.drain(), keep()]));
  if (act !== 'drain') history.device.line = act;
  await tab.drain();
}

/** Writes down what undid the rows that are nowhere since. */
async function look(
  { device, told, gone, doing }: History,
  { where, tab }: { where: Where; tab?: Tab },
): Promise<void> {
  const there = new Set([
    ...device.arrived.map(({ id }) => id),
    ...(await device.kept()),
    ...(tab?.remembered?.() ?? []),
  ]);
  for (const id of told) {
    if (there.has(id)) gone.delete(id);
    else if (!gone.has(id)) gone.set(id, { doing, where });
  }
}

/** The network is back for good, and nobody dies any more. */
async function outcome(history: History): Promise<Omit<Counted, 'deaths'>> {
  const { device, told, gone } = history;
  device.line = 'up';
  const tab = await device.open(new Mortal());
  for (let n = 0; n < 6; n++) await tab.drain();
  await tab.close();
  await look(history, { where: 'alive' });
  const lost = nowhere();
  for (const { doing, where } of gone.values()) lost[doing][where] += 1;
  const { arrived } = device;
  const first = told.map((id) => arrived.findIndex((one) => one.id === id));
  const came = first.filter((at) => at >= 0);
  return {
    ...{ told: told.length, refused: history.refused, lost },
    stuck: told.length - came.length - gone.size,
    again: moreThanOnce(arrived),
    twice: moreThanOnce(arrived.filter(({ took }) => took)),
    late: came.filter((at, n) => came.slice(n + 1).some((later) => later < at)).length,
  };
}

function moreThanOnce(rows: readonly { id: string }[]): number {
  const times = new Map<string, number>();
  for (const { id } of rows) times.set(id, (times.get(id) ?? 0) + 1);
  return [...times.values()].filter((count) => count > 1).length;
}

export function nowhere(): Record<Doing, Record<Where, number>> {
  const none = () => ({ record: 0, commit: 0, request: 0, answer: 0, alive: 0 });
  return { opening: none(), keeping: none(), draining: none() };
}

/** So many runs, one after the other. */
export async function peerRuns(
  subject: Subject,
  { runs, seed }: { runs: number; seed: number },
): Promise<Counted> {
  const sum: Counted = {
    ...{ deaths: nowhere(), told: 0, refused: 0, lost: nowhere() },
    ...{ stuck: 0, again: 0, twice: 0, late: 0 },
  };
  for (let n = 0; n < runs; n++) {
    const { deaths, lost, ...counts } = await peerRun(subject, seed + n);
    addUp(sum.deaths, deaths);
    addUp(sum.lost, lost);
    for (const name of Object.keys(counts) as (keyof typeof counts)[]) sum[name] += counts[name];
  }
  return sum;
}

function addUp(sum: Counted['deaths'], more: Counted['deaths']): void {
  for (const doing of Object.keys(more) as Doing[]) {
    for (const where of Object.keys(more[doing]) as Where[]) {
      sum[doing][where] += more[doing][where];
    }
  }
}
