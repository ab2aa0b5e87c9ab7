/** Rounds of a store's floor, its verifications and an empty route, in turn. */
import { median } from '../speed/measure.js';
import { type Codes, createCodes, nameOf } from './accounts.js';
import type { Answer, Answers, Order } from './far-side.js';
import { type Asked, load, type Plan, type Round } from './load.js';
import { OPERATOR } from './subject.js';
import type { Traces } from './trace.js';

/** What is asked in a round; `unseen` is counted, not timed. */
const CELLS = ['accepted', 'wrong'] as const;
export type CellName = (typeof CELLS)[number];

export interface Cell {
  cell: CellName;
  /** Medians over the rounds. */
  verify: Timed;
  floor: Timed;
  /** The median, over the rounds, of what was answered a second in units of the same round's other. */
  ofFloor: number;
  ofEmpty: number;
}

export interface Timed extends Round {
  /** Microseconds of the gateway's CPU for an answer. */
  cpu: number;
}

/** The far side as its process, or as a test has it. */
export interface Side {
  url: string;
  traces: Traces;
  order(order: Exclude<Order, { open: unknown }>): Promise<Answer>;
}

export const HEADERS = {
  Authorization: `Bearer ${OPERATOR}`,
  'Content-Type': 'application/json',
};

export type What = CellName | `floor ${CellName}` | 'empty';
export type Times = Record<What, Timed[]>;

/** Everything once a round, beginning with the next each time; the first rounds warm up and are not counted. */
export async function measureRounds(
  side: Side,
  plan: Omit<Plan, 'headers'> & { warmUp: number; rounds: number },
): Promise<Times> {
  const times: Times = {
    accepted: [],
    wrong: [],
    'floor accepted': [],
    'floor wrong': [],
    empty: [],
  };
  const codes = createCodes();
  const all = Object.keys(times) as What[];
  for (let round = 0; round < plan.warmUp + plan.rounds; round++) {
    for (let i = 0; i < all.length; i++) {
      const what = all[(i + round) % all.length]!;
      const { at } = (await side.order('rest')) as Answers['rested'];
      const ask = askedFor(what, { side, codes, at });
      const timed = await timedRound(side, { ...plan, headers: HEADERS, ask });
      if (round >= plan.warmUp) times[what].push(timed);
    }
  }
  return times;
}

async function timedRound(side: Side, { ask, ...plan }: Plan & { ask: Asked }): Promise<Timed> {
  const used = async () => ((await side.order('cpu')) as Answers['cpu']).cpu;
  const before = await used();
  const round = await load(ask, plan);
  return { ...round, cpu: ((await used()) - before) / plan.requests };
}

const RIGHT: Record<CellName, string> = {
  accepted: '"accepted":true',
  wrong: '"reason":"mismatch"',
};

function askedFor(
  what: What,
  { side: { url }, codes, at }: { side: Side; codes: Codes; at: number },
): Asked {
  if (what === 'empty') {
    return { url, path: () => '/empty', body: () => undefined, isRight: (body) => body === '' };
  }
  const isFloor = what.startsWith('floor');
  const cell = what.replace('floor ', '') as CellName;
  const typed = cell === 'accepted' ? codes.right : codes.wrong;
  return {
    url,
    path: (n) => (isFloor ? `/floor/${cell}/${nameOf(n)}` : `/v1/accounts/${nameOf(n)}/verify`),
    body: (n) => JSON.stringify({ code: typed(n, at) }),
    isRight: (body) => body.includes(isFloor ? '"reason":"floor"' : RIGHT[cell]),
  };
}

export function cellsOf(times: Times): Cell[] {
  return CELLS.map((cell) => summarize(cell, times));
}

function summarize(cell: CellName, times: Times): Cell {
  const [verify, floor, empty] = [times[cell], times[`floor ${cell}`], times.empty];
  const ratio = (to: Timed[]) => median(verify.map(({ rate }, round) => rate / to[round]!.rate));
  return {
    cell,
    verify: middle(verify),
    floor: middle(floor),
    ofFloor: ratio(floor),
    ofEmpty: ratio(empty),
  };
}

function middle(rounds: Timed[]): Timed {
  const of = (pick: (round: Timed) => number) => median(rounds.map(pick));
  return { rate: of(({ rate }) => rate), p99: of(({ p99 }) => p99), cpu: of(({ cpu }) => cpu) };
}
