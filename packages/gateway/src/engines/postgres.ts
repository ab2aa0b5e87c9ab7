/** An engine on Postgres, shared by every gateway that can reach it. */
import { Pool } from 'pg';
import type { Cell, Engine, Listed, Page, Place, Swap } from '../stores/engine.js';
import { StoreError } from '../stores/store-error.js';
import { MIGRATIONS, migrate } from './postgres-schema.js';

/** What is used of `pg`'s Pool. */
export interface PostgresPool {
  query(statement: Statement): Promise<Answer>;
  readonly options: { connectionTimeoutMillis?: number | undefined };
}

interface Statement {
  text: string;
  values?: unknown[];
  query_timeout?: number;
}

interface Answer {
  rows: unknown[];
  rowCount: number | null;
}

export type PostgresOptions =
  /** `postgres://user:password@host/database`; ten connections at most. */
  | { url: string }
  /** A Pool of `pg` whose `connectionTimeoutMillis` is set; whoever made it ends it. */
  | { pool: PostgresPool };

/** Milliseconds until a statement that got no answer, or no connection, rejects. */
const DEADLINE = 5000;
/** "Could not serialize": of two at once under an isolation beyond READ COMMITTED, the loser. */
const LOST_RACE = '40001';

/**
 * Opens an engine on Postgres (tested with 15) and brings its tables up to date.
 *
 * A swap is one statement, and `true` means that its WAL is flushed. One whose connection was lost
 * rejects: it may have been written or not, and a read of the record's version tells. Rejects where
 * the server is a standby or has `fsync` or `synchronous_commit` off, and with `ERR_SCHEMA` where the
 * tables are a later release's.
 *
 * @example
 * const engine = await postgresEngine({ url: process.env.DATABASE_URL });
 */
export async function postgresEngine(options: PostgresOptions): Promise<Engine> {
  const { pool, end } = 'pool' in options ? given(options.pool) : own(options.url);
  let ended: Promise<void> | undefined;

  async function ask(text: string, values: unknown[] = []): Promise<Answer> {
    if (ended) throw new Error('the engine was closed');
    return pool.query({ text, values, query_timeout: DEADLINE });
  }

  async function changes(text: string, values: unknown[]): Promise<number> {
    return (await ask(text, values)).rowCount ?? 0;
  }

  try {
    await check(ask);
    await ask(migrate());
    const { rows } = await ask('SELECT max(version) AS version FROM driftlock_schema');
    const [{ version }] = rows as [{ version: number }];
    if (version > MIGRATIONS.length) {
      throw new StoreError('ERR_SCHEMA', 'the tables are of a later release than this');
    }
  } catch (error) {
    await end();
    throw error;
  }

  return {
    async read({ kind, key }) {
      const text = 'SELECT value, version FROM driftlock_cells WHERE kind = $1 AND key = $2';
      const { rows } = await ask(text, [kind, key]);
      return rows[0] as Cell | undefined;
    },
    async swap(place, change) {
      const [text, values] = statementOf(place, change);
      try {
        return (await changes(text, values)) === 1;
      } catch (error) {
        if ((error as { code?: unknown }).code === LOST_RACE) return false;
        throw error;
      }
    },
    async list({ kind, group, containing = '', after, limit }: Page) {
      // Unnamed, so that it is planned for what is absent. In collation "C" lower() folds ASCII alone.
      const text = `SELECT key, value, version FROM driftlock_cells
        WHERE kind = $1 AND ($2::text IS NULL OR "group" = $2) AND ($3::text IS NULL OR key > $3)
          AND strpos(lower(key), lower($4::text COLLATE "C")) > 0
        ORDER BY key LIMIT $5`;
      const { rows } = await ask(text, [kind, group, after, containing, limit]);
      return rows as Listed[];
    },
    async sweep(now) {
      return changes('DELETE FROM driftlock_cells WHERE until <= $1', [now]);
    },
    async close() {
      ended ??= end();
      await ended;
    },
  };
}

/** The one statement that a swap is. */
function statementOf({ kind, key }: Place, { from, to }: Swap): [string, unknown[]] {
  if (!to) {
    return [
      'DELETE FROM driftlock_cells WHERE kind = $1 AND key = $2 AND version = $3',
      [kind, key, from],
    ];
  }
  const written = [kind, key, to.value, to.version, to.group, to.until];
  if (from === undefined) {
    const text = `INSERT INTO driftlock_cells (kind, key, value, version, "group", until)
      VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`;
    return [text, written];
  }
  const text = `UPDATE driftlock_cells SET value = $3, version = $4, "group" = $5, until = $6
    WHERE kind = $1 AND key = $2 AND version = $7`;
  return [text, [...written, from]];
}

/** Rejects where an acknowledged write could be lost, or a read be of an older copy. */
async function check(ask: (text: string) => Promise<Answer>): Promise<void> {
  const { rows } = await ask(`SELECT pg_is_in_recovery() AS standby,
    current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit`);
  const [{ standby, fsync, commit }] = rows as [
    { standby: boolean; fsync: string; commit: string },
  ];
  if (standby)
    throw new StoreError('ERR_DURABILITY', 'the server is a standby, which may be behind');
  if (fsync === 'off')
    throw new StoreError('ERR_DURABILITY', 'fsync is off: what was written may be lost');
  if (commit === 'off')
    throw new StoreError(
      'ERR_DURABILITY',
      'synchronous_commit is off: what was written may be lost',
    );
}

function own(url: string): { pool: PostgresPool; end: () => Promise<void> } {
  // Before pg sees it, whose complaint could quote it.
  if (!URL.canParse(url)) throw new TypeError('url must be a URL');
  const pool = new Pool({
    connectionString: url,
    connectionTimeoutMillis: DEADLINE,
    keepAlive: true,
  });
  // A connection lost while idle is replaced by the next statement; unheard, it would end the process.
  pool.on('error', () => {});
  return { pool, end: () => pool.end() };
}

function given(pool: PostgresPool): { pool: PostgresPool; end: () => Promise<void> } {
  if (!((pool.options.connectionTimeoutMillis ?? 0) > 0)) {
    throw new TypeError('a pool without connectionTimeoutMillis would wait for ever');
  }
  return { pool, end: async () => {} };
}
