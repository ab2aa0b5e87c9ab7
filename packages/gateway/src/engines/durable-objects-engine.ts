/** An engine as one Durable Object: what has to be listed is kept in one place. */
import type { Cell, Engine, Listed, Page, Place, Swap } from '../stores/engine.js';
import {
  answer,
  call,
  DEADLINE,
  type ObjectNamespace,
  type ObjectState,
} from './durable-objects-call.js';

type Sql = ObjectState['storage']['sql'];

/** SQLite compares text as UTF-8 bytes, and its lower() folds ASCII alone. */
const TABLE = `CREATE TABLE IF NOT EXISTS cells (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    version TEXT NOT NULL,
    "group" TEXT,
    until REAL,
    PRIMARY KEY (kind, key)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS groups ON cells (kind, "group", key) WHERE "group" IS NOT NULL;
  CREATE INDEX IF NOT EXISTS ends ON cells (until) WHERE until IS NOT NULL;`;

/** Records of an engine as a Durable Object with SQLite; export it from your Worker and bind it. */
export class EngineObject {
  readonly #sql: Sql;

  constructor({ storage: { sql } }: ObjectState) {
    sql.exec(TABLE);
    this.#sql = sql;
  }

  /** Called by `durableObjectEngine` alone. */
  fetch(request: Request): Promise<Response> {
    const sql = this.#sql;
    return answer(request, {
      read: ({ kind, key }: Place) =>
        sql
          .exec('SELECT value, version FROM cells WHERE kind = ? AND key = ?', kind, key)
          .toArray()[0],
      swap: (place: Place, change: Swap) => swap(sql, place, change),
      list: (page: Page) => list(sql, page),
      sweep: (now: number) =>
        sql.exec('DELETE FROM cells WHERE until <= ? RETURNING 1', now).toArray().length,
    });
  }
}

/** How many rows a statement changed is what it returns of them. */
function swap(sql: Sql, { kind, key }: Place, { from, to }: Swap): boolean {
  const { value, version, group = null, until = null } = to ?? {};
  const changed = !to
    ? sql.exec(
        'DELETE FROM cells WHERE kind = ? AND key = ? AND version = ? RETURNING 1',
        ...[kind, key, from ?? null],
      )
    : from === undefined
      ? sql.exec(
          `INSERT INTO cells (kind, key, value, version, "group", until) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING RETURNING 1`,
          ...[kind, key, value, version, group, until],
        )
      : sql.exec(
          `UPDATE cells SET value = ?, version = ?, "group" = ?, until = ?
            WHERE kind = ? AND key = ? AND version = ? RETURNING 1`,
          ...[value, version, group, until, kind, key, from],
        );
  return changed.toArray().length === 1;
}

function list(sql: Sql, { kind, group, containing = '', after, limit }: Page): unknown[] {
  const wanted: [string, unknown][] = [['kind = ?', kind]];
  if (group !== undefined) wanted.push(['"group" = ?', group]);
  if (after !== undefined) wanted.push(['key > ?', after]);
  if (containing !== '') wanted.push(['instr(lower(key), lower(?)) > 0', containing]);
  const where = wanted.map(([condition]) => condition).join(' AND ');
  const text = `SELECT key, value, version FROM cells WHERE ${where} ORDER BY key LIMIT ?`;
  return sql.exec(text, ...wanted.map(([, value]) => value), limit).toArray();
}

/**
 * The engine in one object of a namespace of {@link EngineObject}, for accounts and what else is listed; the
 * ledger is better off with {@link durableObjectLedger}. One object is one thread in one place: about a
 * thousand calls a second and ten gigabytes, by Cloudflare's word, and far users wait for the way there.
 *
 * @example
 * const stores = { ...storesOver(durableObjectEngine(env.ENGINE), { seal }), ledger };
 */
export function durableObjectEngine(
  namespace: ObjectNamespace,
  {
    name = 'driftlock',
    deadline = DEADLINE,
  }: {
    /** Another name is another engine. @default 'driftlock' */
    name?: string;
    /** Milliseconds until a call that got no answer rejects. @default 5000 */
    deadline?: number;
  } = {},
): Engine {
  let closed = false;

  async function ask<Result>(method: keyof Engine, ...args: unknown[]): Promise<Result> {
    if (closed) throw new Error('the engine was closed');
    return (await call(namespace, { name, method, args, deadline })) as Result;
  }

  return {
    read: (place) => ask<Cell | undefined>('read', place),
    swap: (place, change) => ask<boolean>('swap', place, change),
    list: (page) => ask<Listed[]>('list', page),
    sweep: (now) => ask<number>('sweep', now),
    async close() {
      closed = true;
    },
  };
}
