/** The gateway run in words. */
import type { StoreResults } from './measure.js';
import type { Cell, CellName } from './rounds.js';
import type { StoreName } from './store.js';

export interface GatewayResults {
  stores: StoreResults[];
}

const NAMES: Record<StoreName, string> = {
  memory: 'memory',
  libsql: 'libSQL file',
  postgres: 'Postgres',
  redis: 'Redis and a libSQL file',
};

const TYPED: Record<CellName | 'unseen', string> = {
  accepted: 'accepted',
  wrong: 'wrong',
  unseen: 'accepted, the account’s first in this process',
};

/** Least share of its floor that a verification is to have. */
const AIMED: Record<StoreName, number> = { memory: 0.5, libsql: 0.75, postgres: 0.75, redis: 0.75 };

/** What a verification costs on each store, in units of the floor and of an empty route. */
export function costTable({ stores }: GatewayResults): string {
  const rows = stores.flatMap(({ store, statements, cells }) =>
    cells.map(({ cell, verify, floor, ofFloor, ofEmpty }: Cell) => [
      NAMES[store],
      TYPED[cell],
      String(listOf(statements[cell]).length),
      `${ofFloor.toFixed(2)}${ofFloor < AIMED[store] ? ', missed' : ''}`,
      `≥ ${AIMED[store].toFixed(2)}`,
      ofEmpty.toFixed(3),
      `${count(verify.rate)}`,
      `${milliseconds(verify.p99)} (${milliseconds(floor.p99)})`,
      `${count(verify.cpu)} (${count(floor.cpu)})`,
    ]),
  );
  const head = [
    ...['', 'code', 'statements', 'of the floor', 'aimed at', 'of an empty route', 'a second'],
    ...['p99 in ms (floor)', 'CPU in µs (floor)'],
  ];
  return tableOf(head, rows);
}

/** Which statements those are; the same on every store, so the first speaks for all. */
export function statementTable({ stores }: GatewayResults): string {
  const [any] = stores;
  const typed = Object.keys(TYPED) as (CellName | 'unseen')[];
  const rows = typed.map((one) => {
    const sent = listOf(any?.statements[one]);
    const ledger = sent.filter(isOfLedger).length;
    const rest = String(sent.length - ledger);
    return [
      TYPED[one],
      String(sent.length),
      String(ledger),
      rest,
      inWords(sent),
      String(any?.left[one]),
    ];
  });
  const head = ['code', 'statements', 'of the ledger', 'of the rest', 'which', 'bytes left behind'];
  return tableOf(head, rows);
}

/** Dollars a million of Durable Objects' calls and rows written, by Cloudflare's price list of November 2026. */
const PRICES = { call: 0.15, row: 1 };
/** Calls a second that one object answers, by Cloudflare's word. */
const OBJECT = 1000;

/** What the same statements come to as Durable Objects: the ledger an object of each account, the rest one. */
export function objectsTable({ stores }: GatewayResults): string {
  const [any] = stores;
  const rows = (['accepted', 'wrong'] as const).map((typed) => {
    const sent = listOf(any?.statements[typed]);
    const own = sent.filter(isOfLedger).length;
    const written = any?.rows[typed] ?? 0;
    const dollars = sent.length * PRICES.call + written * PRICES.row;
    const most = Math.floor(OBJECT / (sent.length - own));
    const parts = [own, sent.length - own, written, dollars.toFixed(2), most];
    return [TYPED[typed], ...parts.map(String)];
  });
  const head = [
    ...['code', 'calls of the account’s object', 'calls of the one for the rest', 'rows written'],
    ...['US$ a million', 'a second at most'],
  ];
  return tableOf(head, rows);
}

/** What accounts take of a gateway's memory, measured and multiplied, and what it is to look through them. */
export function accountTable({ stores }: GatewayResults): string {
  const rows = stores.map(({ store, accounts, cells }) => {
    const accepted = cells.find(({ cell }) => cell === 'accepted');
    const meanwhile = ((accepted?.verify.rate ?? 0) * accounts.search) / 1000;
    const megabytes = accounts.bytes / 1e6;
    // The others remember 10,000 of them, however many there are.
    const times = (factor: number): string =>
      store === 'memory' ? count(megabytes * factor) : 'bounded';
    const name = [NAMES[store], count(accounts.count), count(megabytes)];
    return [...name, times(10), times(1000), meanwhile.toFixed(1)];
  });
  const head = [
    '',
    'accounts',
    'MB',
    'ten times',
    'a thousand times',
    'a search, in verifications',
  ];
  return tableOf(head, rows);
}

function listOf(statements = ''): string[] {
  return statements.split(', ');
}

function isOfLedger(statement: string): boolean {
  return statement.endsWith(' ledger');
}

function inWords(statements: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const one of statements) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].map(([one, times]) => (times > 1 ? `${times} × ${one}` : one)).join(', ');
}

function tableOf(head: string[], rows: string[][]): string {
  const line = (parts: string[]): string => `| ${parts.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const count = (number: number): string => Math.round(number).toLocaleString('en');
const milliseconds = (time: number): string => time.toFixed(time < 10 ? 1 : 0);
