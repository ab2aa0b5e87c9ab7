/** An engine on libSQL: a file of this machine's, or a server. */
import { type Client, createClient, type InArgs, type ResultSet } from '@libsql/client';
import type { Cell, Engine, Listed, Page, Place, Swap } from '../stores/engine.js';
import { StoreError } from '../stores/store-error.js';
import { MIGRATIONS } from './libsql-schema.js';

export interface LibsqlOptions {
  /** `file:driftlock.db`, or `libsql://`, `https://` or `http://` and a server. */
  url: string;
  authToken?: string;
}

/** Milliseconds until a server that gave no answer, or a file that others hold locked, rejects. */
const DEADLINE = 5000;

/**
 * Opens an engine on libSQL and brings its table up to date.
 *
 * A swap is one statement, and `true` means that it is on the disk: the file's log is flushed with
 * every write. Several processes of one machine may share a file. Rejects with `ERR_SCHEMA` where the
 * table is a later release's, and where the file can't be opened so.
 *
 * @example
 * const engine = await libsqlEngine({ url: 'file:driftlock.db' });
 */
export async function libsqlEngine({ url, authToken }: LibsqlOptions): Promise<Engine> {
  const client = connect(url, authToken);
  let closed = false;

  async function ask(sql: string, args: InArgs = []): Promise<ResultSet> {
    if (closed) throw new Error('the engine was closed');
    return client.execute({ sql, args });
  }

  try {
    if (client.protocol === 'file') await makeDurable(client);
    await migrate(client);
  } catch (error) {
    client.close();
    throw error;
  }

  return {
    async read({ kind, key }) {
      const sql = 'SELECT value, version FROM driftlock_cells WHERE kind = ? AND key = ?';
      const { rows } = await ask(sql, [kind, key]);
      const [row] = rows as unknown as Cell[];
      return row && { value: row.value, version: row.version };
    },
    async swap(place, change) {
      const { rowsAffected } = await ask(...statementOf(place, change));
      return rowsAffected === 1;
    },
    async list(page) {
      const { rows } = await ask(...listOf(page));
      return (rows as unknown as Listed[]).map(({ key, value, version }) => ({
        key,
        value,
        version,
      }));
    },
    async sweep(now) {
      const { rowsAffected } = await ask('DELETE FROM driftlock_cells WHERE until <= ?', [now]);
      return rowsAffected;
    },
    async close() {
      if (!closed) client.close();
      closed = true;
    },
  };
}

/** The one statement that a swap is. */
function statementOf({ kind, key }: Place, { from, to }: Swap): [string, InArgs] {
  if (!to) {
    const sql = 'DELETE FROM driftlock_cells WHERE kind = ? AND key = ? AND version = ?';
    return [sql, [kind, key, from ?? null]];
  }
  const { value, version, group = null, until = null } = to;
  if (from === undefined) {
    const sql = `INSERT INTO driftlock_cells (kind, key, value, version, "group", until)
      VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;
    return [sql, [kind, key, value, version, group, until]];
  }
  const sql = `UPDATE driftlock_cells SET value = ?, version = ?, "group" = ?, until = ?
    WHERE kind = ? AND key = ? AND version = ?`;
  return [sql, [value, version, group, until, kind, key, from]];
}

function listOf({ kind, group, containing, after, limit }: Page): [string, InArgs] {
  const conditions: [string, string | undefined][] = [
    ['kind = ?', kind],
    ['"group" = ?', group],
    // Folds ASCII alone, and knows no patterns.
    ['instr(lower(key), lower(?)) > 0', containing || undefined],
    ['key > ?', after],
  ];
  const asked = conditions.filter(([, value]) => value !== undefined);
  const sql = `SELECT key, value, version FROM driftlock_cells
    WHERE ${asked.map(([condition]) => condition).join(' AND ')} ORDER BY key LIMIT ?`;
  return [sql, [...asked.map(([, value]) => value as string), limit]];
}

function connect(url: string, authToken: string | undefined): Client {
  // Checked here, because a complaint from elsewhere could quote it.
  const scheme = /^(file|libsql|https|http):/.exec(url)?.[1];
  if (!scheme) throw new TypeError('url must begin with file:, libsql:, https: or http:');
  return createClient({
    url,
    ...(authToken === undefined ? {} : { authToken }),
    // One connection keeps what is set on it; what SQLite does is synchronous anyway.
    ...(scheme === 'file' ? { concurrency: 1, timeout: DEADLINE } : { fetch: inTime }),
  });
}

function inTime(request: Request): Promise<Response> {
  return fetch(request, { signal: AbortSignal.timeout(DEADLINE) });
}

/** Rejects where an acknowledged write could be lost with the machine's power. */
async function makeDurable(client: Client): Promise<void> {
  for (const [pragma, wanted] of [
    ['journal_mode', 'wal'],
    ['synchronous', 2],
    ['busy_timeout', DEADLINE],
  ] as const) {
    await client.execute(`PRAGMA ${pragma} = ${wanted}`);
    const { rows } = await client.execute(`PRAGMA ${pragma}`);
    if (rows[0]?.[0] !== wanted)
      throw new StoreError('ERR_DURABILITY', `the file can't be used with ${pragma} ${wanted}`);
  }
}

async function migrate(client: Client): Promise<void> {
  await client.execute('CREATE TABLE IF NOT EXISTS driftlock_schema (version INTEGER PRIMARY KEY)');
  for (;;) {
    const version = await versionOf(client);
    if (version > MIGRATIONS.length) {
      throw new StoreError('ERR_SCHEMA', 'the table is of a later release than this');
    }
    const steps = MIGRATIONS[version];
    if (!steps) return;
    const note = { sql: 'INSERT INTO driftlock_schema VALUES (?)', args: [version + 1] };
    try {
      await client.batch([note, ...steps], 'write');
    } catch (error) {
      // Another may have been faster: then it is done.
      if ((await versionOf(client)) === version) throw error;
    }
  }
}

async function versionOf(client: Client): Promise<number> {
  const { rows } = await client.execute('SELECT max(version) FROM driftlock_schema');
  return Number(rows[0]?.[0] ?? 0);
}
