/** The gateway run's own parts, and a slice of it; it times nothing that anybody relies on. */
import { memoryEngine } from '@driftlock/gateway';
import { afterEach, describe, expect, test } from 'vitest';
import { createCodes, nameOf, QUIET } from '../src/gateway/accounts.js';
import { type FarSide, obey, startFarSide } from '../src/gateway/far-side.js';
import { load } from '../src/gateway/load.js';
import { measureSide } from '../src/gateway/measure.js';
import { HEADERS } from '../src/gateway/rounds.js';
import { createReplay, type Statement, tracedEngine } from '../src/gateway/statements.js';
import { START, type StoreName } from '../src/gateway/store.js';
import { accountTable, costTable, objectsTable, statementTable } from '../src/gateway/table.js';
import { ifInstalled } from '../src/race/servers/process.js';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function open(store: StoreName): Promise<FarSide | undefined> {
  const started = await ifInstalled(START[store]);
  if (!started) return undefined;
  ends.push(started.stop);
  const side = await startFarSide({ store, url: started.url });
  ends.push(side.close);
  return side;
}

const WORDS = {
  accepted:
    'read account, update ledger, update ledger, update account, insert event, insert event, insert decision',
  wrong: 'read account, update ledger, insert event, insert decision',
  unseen:
    'read account, read ledger, update ledger, update ledger, list event, update account, insert event, insert event, insert decision',
};

const sorted = (words: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(words).map(([typed, list]) => [typed, list.split(', ').toSorted()]),
  );

describe.each(['memory', 'libsql', 'postgres', 'redis'] as const)('a slice over %s', (store) => {
  test('has every code judged rightly, and sends the statements that are told', async ({
    skip,
  }) => {
    const side = await open(store);
    if (!side) return skip(`${store} is not installed`);
    const size = { requests: 64, connections: 32, warmUp: 1, rounds: 1, accounts: 10 };
    const order = (given: Parameters<typeof obey>[1]) => obey(side, given);
    const { statements, rows, left, cells, ...rest } = await measureSide(
      { url: side.url, traces: side.traces, order },
      { store, ...size },
    );
    expect(sorted(statements)).toStrictEqual(sorted(WORDS));
    expect(rows).toStrictEqual({ accepted: 10, wrong: 6, unseen: 10 });
    expect(left.accepted).toBeGreaterThan(left.wrong);
    expect(cells.map(({ cell }) => cell)).toStrictEqual(['accepted', 'wrong']);
    expect(rest).toMatchObject({ store, requests: 64, connections: 32, accounts: { count: 10 } });
  }, 120_000);
});

test('an answer that is not the right one stops the run', async () => {
  const side = (await open('memory'))!;
  await side.create([0, 32]);
  const { right } = createCodes();
  const at = side.rest();
  const ask = {
    url: side.url,
    path: (n: number) => `/v1/accounts/${nameOf(n)}/verify`,
    body: (n: number) => JSON.stringify({ code: n === 7 ? '000000' : right(n, at) }),
    isRight: (body: string) => body.includes('"accepted":true'),
  };
  const plan = { requests: 32, connections: 32, headers: HEADERS };
  await expect(load(ask, plan)).rejects.toThrow('1 of 32 answers were wrong');
});

test('a wrong code is of no step around, and attempts are forgotten until the next', () => {
  const { right, wrong } = createCodes();
  for (let account = 0; account < 200; account++) {
    const near = [-2, -1, 0, 1, 2].map((n) => right(account, 1e12 + n * 30_000));
    expect(near).not.toContain(wrong(account, 1e12));
  }
  expect(QUIET).toBeGreaterThan(900_000);
});

describe('the floor', () => {
  const marks = { group: 'g' };
  const written = { where: 'rest', place: { kind: 'ledger', key: 'ana' }, value: '{}', marks };
  const trace: Statement[] = [
    { where: 'rest', does: 'read', place: { kind: 'account', key: 'ana' } },
    { ...written, where: 'rest', does: 'update', place: { kind: 'ledger', key: 'ana' } },
    { ...written, where: 'rest', does: 'insert', place: { kind: 'event', key: 'ana/1' } },
    { ...written, where: 'rest', does: 'insert', place: { kind: 'decision', key: 'x' } },
    { where: 'rest', does: 'list', page: { kind: 'event', limit: 1 } },
  ];

  test('sends the same statements, changing what is its own', async () => {
    const log: Statement[] = [];
    const engine = tracedEngine(memoryEngine(), log);
    const replay = createReplay({ rest: engine, ledger: engine });
    for (let again = 0; again < 3; again++) await replay(trace, 'ben');
    const does = (statements: Statement[]) => statements.map((one) => one.does);
    const first = ['read', 'insert', 'insert', 'insert', 'list'];
    expect(does(log)).toStrictEqual([...first, ...does(trace), ...does(trace)]);
    expect(await engine.list({ kind: 'event', limit: 9 })).toHaveLength(3);
    expect(await engine.list({ kind: 'ledger', limit: 9 })).toHaveLength(1);
  });

  test('notices a statement that did nothing', async () => {
    const engine = { ...memoryEngine(), swap: async () => false };
    const replay = createReplay({ rest: engine, ledger: engine });
    await expect(replay(trace, 'ben')).rejects.toThrow('did nothing');
  });
});

describe('the tables', () => {
  const timed = { rate: 1000, p99: 12.34, cpu: 250.4 };
  const cell = (ofFloor: number) => ({
    verify: timed,
    floor: { ...timed, cpu: 99.6 },
    ofFloor,
    ofEmpty: 0.1234,
  });
  const of = (store: StoreName, ofFloor: number) => ({
    ...{ store, warmUp: 1, rounds: 1, requests: 64, connections: 32, statements: WORDS },
    rows: { accepted: 10, wrong: 6, unseen: 10 },
    left: { accepted: 900, wrong: 400, unseen: 901 },
    cells: [
      { cell: 'accepted' as const, ...cell(ofFloor) },
      { cell: 'wrong' as const, ...cell(0.9) },
    ],
    accounts: { count: 50_000, bytes: 40e6, search: 12 },
  });
  const results = { stores: [of('memory', 0.5), of('libsql', 0.7449)] };

  test('say what a verification costs, and what was missed', () => {
    expect(costTable(results).split('\n').slice(2)).toStrictEqual([
      '| memory | accepted | 7 | 0.50 | ≥ 0.50 | 0.123 | 1,000 | 12 (12) | 250 (100) |',
      '| memory | wrong | 4 | 0.90 | ≥ 0.50 | 0.123 | 1,000 | 12 (12) | 250 (100) |',
      '| libSQL file | accepted | 7 | 0.74, missed | ≥ 0.75 | 0.123 | 1,000 | 12 (12) | 250 (100) |',
      '| libSQL file | wrong | 4 | 0.90 | ≥ 0.75 | 0.123 | 1,000 | 12 (12) | 250 (100) |',
    ]);
  });

  test('say which statements those are', () => {
    expect(statementTable(results).split('\n').slice(2)).toStrictEqual([
      '| accepted | 7 | 2 | 5 | read account, 2 × update ledger, update account, 2 × insert event, insert decision | 900 |',
      '| wrong | 4 | 1 | 3 | read account, update ledger, insert event, insert decision | 400 |',
      '| accepted, the account’s first in this process | 9 | 3 | 6 | read account, read ledger, 2 × update ledger, list event, update account, 2 × insert event, insert decision | 901 |',
    ]);
  });

  test('say what Durable Objects would cost', () => {
    expect(objectsTable(results).split('\n').slice(2)).toStrictEqual([
      '| accepted | 2 | 5 | 10 | 11.05 | 200 |',
      '| wrong | 1 | 3 | 6 | 6.60 | 333 |',
    ]);
  });

  test('say what accounts take', () => {
    expect(accountTable(results).split('\n').slice(2)).toStrictEqual([
      '| memory | 50,000 | 40 | 400 | 40,000 | 12.0 |',
      '| libSQL file | 50,000 | 40 | bounded | bounded | 12.0 |',
    ]);
  });
});
