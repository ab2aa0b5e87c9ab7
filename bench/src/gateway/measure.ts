/** One store: the gateway on it in a process of its own, its rounds, then what accounts cost. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median } from '../speed/measure.js';
import type { Answer, Answers, Order } from './far-side.js';
import { type Cell, cellsOf, HEADERS, measureRounds, type Side } from './rounds.js';
import type { Statement } from './statements.js';
import { START, type StoreName } from './store.js';
import type { Traces } from './trace.js';

/** Searches through all accounts. */
const SEARCHES = 5;

export interface StoreResults {
  store: StoreName;
  /** Rounds before those that are counted. */
  warmUp: number;
  rounds: number;
  requests: number;
  connections: number;
  /** What each sends, by the kind of record: a list with commas. */
  statements: Record<keyof Traces, string>;
  /** Rows written, those of indexes among them. */
  rows: Record<keyof Traces, number>;
  /** Bytes of JSON in the records that stay behind. */
  left: Record<keyof Traces, number>;
  cells: Cell[];
  /**
   * Bytes that the process occupies more, for so many accounts with a ledger each; and milliseconds
   * of a search through them that finds nobody.
   */
  accounts: { count: number; bytes: number; search: number };
}

export interface StorePlan {
  store: StoreName;
  warmUp: number;
  rounds: number;
  requests: number;
  connections: number;
  /** For the memory that they take. */
  accounts: number;
}

/** Starts what the store needs and ends it; rejects where that is not installed. */
export async function measureStore(plan: StorePlan): Promise<StoreResults> {
  const started = await START[plan.store]();
  const child = fork(fileURLToPath(new URL('server.js', import.meta.url)), {
    execArgv: ['--expose-gc'],
  });
  try {
    const opening = await asked(child, { open: { store: started.store, url: started.url } });
    const { url, traces } = opening as Answers['opened'];
    return await measureSide({ url, traces, order: (order) => asked(child, order) }, plan);
  } finally {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    await started.stop();
  }
}

export async function measureSide(side: Side, plan: StorePlan): Promise<StoreResults> {
  const { store, warmUp, rounds, requests, connections, accounts: count } = plan;
  await side.order({ create: [0, requests] });
  const cells = cellsOf(await measureRounds(side, plan));
  const before = await resident(side);
  await side.order({ create: [requests, requests + count] });
  await side.order({ use: [requests, requests + count] });
  const bytes = (await resident(side)) - before;
  const each = <Of>(of: (statements: Statement[]) => Of) => {
    const { accepted, wrong, unseen } = side.traces;
    return { accepted: of(accepted), wrong: of(wrong), unseen: of(unseen) };
  };
  return {
    ...{ store, warmUp, rounds, requests, connections },
    statements: each((statements) => statements.map(wordOf).join(', ')),
    rows: each(rowsOf),
    left: each(bytesOf),
    cells,
    accounts: { count, bytes, search: await searched(side) },
  };
}

async function searched({ url }: Side): Promise<number> {
  const times: number[] = [];
  for (let search = 0; search < SEARCHES; search++) {
    const begun = performance.now();
    const asked = await fetch(`${url}/v1/accounts?query=nobody`, { headers: HEADERS });
    if ((await asked.text()) !== '{"accounts":[]}') throw new Error('a search found somebody');
    times.push(performance.now() - begun);
  }
  return median(times);
}

async function resident(side: Side): Promise<number> {
  return ((await side.order('memory')) as Answers['memory']).resident;
}

function wordOf(statement: Statement): string {
  const { kind } = statement.does === 'list' ? statement.page : statement.place;
  return `${statement.does} ${kind}`;
}

function rowsOf(statements: Statement[]): number {
  const written = statements.map((one) =>
    'marks' in one ? 1 + Object.values(one.marks).filter((mark) => mark !== undefined).length : 0,
  );
  return written.reduce((sum, rows) => sum + rows, 0);
}

function bytesOf(statements: Statement[]): number {
  const inserted = statements.filter(({ does }) => does === 'insert');
  return inserted.reduce((sum, one) => sum + ('value' in one ? one.value.length : 0), 0);
}

async function asked(child: ChildProcess, order: Order): Promise<Answer> {
  const ended = new AbortController();
  const { signal } = ended;
  child.send(order);
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([answer]) => answer as Answer),
      once(child, 'exit', { signal }).then(() => {
        throw new Error('the gateway ended by itself');
      }),
    ]);
  } finally {
    ended.abort();
  }
}
