import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ledgerChecks } from '@driftlock/verifier/testing';
import { Pool } from 'pg';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { startPostgres } from '../../../../bench/src/race/servers/postgres.js';
import { ifInstalled } from '../../../../bench/src/race/servers/process.js';
import { postgresEngine } from '../../src/engines/postgres.js';
import type { Engine, Place } from '../../src/stores/engine.js';
import { ledgerOverCells } from '../../src/stores/ledger.js';
import { cellsChecks, engineChecks } from '../../src/testing.js';
import { cellsInTurns, checksOfTwoLedgers, ledgersInTurns } from './in-turns.js';
import { startProxy } from './proxy.js';

const ANA: Place = { kind: 'ledger', key: 'ana' };
const cell = (version: string) => ({ value: '1', version });

const server = await ifInstalled(() => startPostgres());
const { url = '' } = server ?? {};
const admin = new Pool({ connectionString: url, connectionTimeoutMillis: 5000 });
admin.on('error', () => {});
const opened: Engine[] = [];
let schemas = 0;

afterEach(async () => {
  await Promise.all(opened.splice(0).map((engine) => engine.close()));
});
afterAll(async () => {
  await admin.end();
  await server?.stop();
});

/** The same server, with settings of the session. */
function urlWith(settings: Record<string, string>, base = url): string {
  const flags = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  return `${base}?options=${encodeURIComponent(flags.join(' '))}`;
}

/** A schema of its own stands for a database of its own. */
async function emptySchema(): Promise<string> {
  const schema = `s${++schemas}`;
  await admin.query(`CREATE SCHEMA ${schema}`);
  return schema;
}

async function open(options: Parameters<typeof postgresEngine>[0]): Promise<Engine> {
  const engine = await postgresEngine(options);
  opened.push(engine);
  return engine;
}

async function openEmpty(settings: Record<string, string> = {}): Promise<Engine> {
  return open({ url: urlWith({ search_path: await emptySchema(), ...settings }) });
}

/** Two engines on one database. */
async function openTwo(settings: Record<string, string> = {}): Promise<[Engine, Engine]> {
  const there = urlWith({ search_path: await emptySchema(), ...settings });
  return Promise.all([open({ url: there }), open({ url: there })]);
}

describe.skipIf(!server)('the Postgres engine', () => {
  test.each(engineChecks)('$name', ({ run }) => run(() => openEmpty()));

  describe.each(['read committed', 'serializable'])('two of them, %s', (isolation) => {
    const escaped = isolation.replace(' ', '\\ ');
    test.each(cellsChecks)('$name', ({ run }) =>
      run(async () => cellsInTurns(await openTwo({ default_transaction_isolation: escaped }))),
    );
  });

  test.each(ledgerChecks)('a ledger: $name', ({ run }) =>
    run(async () => ledgerOverCells(await openEmpty())),
  );

  test.each(checksOfTwoLedgers)('two ledgers: $name', ({ run }) =>
    run(async () => ledgersInTurns(await openTwo())),
  );

  test('takes a pool, and leaves its end to whoever made it', async () => {
    const search = await emptySchema();
    const pool = new Pool({
      connectionString: urlWith({ search_path: search }),
      connectionTimeoutMillis: 5000,
    });
    const engine = await postgresEngine({ pool });
    await engine.swap(ANA, { to: cell('1') });
    await engine.close();
    await expect(engine.read(ANA)).rejects.toThrow('closed');
    const { rows } = await pool.query('SELECT key FROM driftlock_cells');
    await pool.end();
    expect(rows).toStrictEqual([{ key: 'ana' }]);
  });

  test('refuses a pool that would wait for ever, and a URL that is none, without quoting it', async () => {
    const pool = new Pool({ connectionString: url });
    await expect(postgresEngine({ pool })).rejects.toThrow(/connectionTimeoutMillis/);
    await pool.end();
    const error: Error = await postgresEngine({ url: 'postgres://ana:hush@[host/base' }).catch(
      (e) => e,
    );
    expect(error).toBeInstanceOf(TypeError);
    expect(JSON.stringify([error, error.message, error.stack])).not.toContain('hush');
  });
});

describe.skipIf(!server)('its tables', () => {
  test('are made once by several that open at once, and found by those that open later', async () => {
    const there = urlWith({ search_path: await emptySchema() });
    const [first] = await Promise.all(Array.from({ length: 5 }, () => open({ url: there })));
    await first?.swap(ANA, { to: cell('1') });
    const later = await open({ url: there });
    expect(await later.read(ANA)).toStrictEqual(cell('1'));
  });

  test('are used by a role that may create nothing', async () => {
    const schema = await emptySchema();
    await open({ url: urlWith({ search_path: schema }) });
    await admin.query(`CREATE ROLE clerk LOGIN;
      GRANT USAGE ON SCHEMA ${schema} TO clerk;
      GRANT SELECT ON ${schema}.driftlock_schema TO clerk;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ${schema}.driftlock_cells TO clerk`);
    const clerk = url.replace('driftlock@', 'clerk@');
    const engine = await open({ url: urlWith({ search_path: schema }, clerk) });
    expect(await engine.swap(ANA, { to: cell('1') })).toBe(true);
  });

  test('of a later version are left alone', async () => {
    const schema = await emptySchema();
    const there = urlWith({ search_path: schema });
    await open({ url: there });
    await admin.query(`INSERT INTO ${schema}.driftlock_schema VALUES (99)`);
    await expect(postgresEngine({ url: there })).rejects.toMatchObject({ code: 'ERR_SCHEMA' });
  });
});

describe.skipIf(!server)('a connection that is lost', () => {
  test('rejects the swap whose reply was lost, though the record was written', async () => {
    const schema = await emptySchema();
    const direct = await open({ url: urlWith({ search_path: schema }) });
    const proxy = await startProxy(new URL(url));
    const far = await open({ url: urlWith({ search_path: schema }, proxy.url) });
    proxy.loseReplies();
    await expect(far.swap(ANA, { to: cell('mine') })).rejects.toThrow();
    await expect.poll(() => direct.read(ANA)).toStrictEqual(cell('mine'));
    proxy.carryOn();
    expect(await far.read(ANA)).toStrictEqual(cell('mine'));
    await proxy.close();
  });

  test('rejects the swap that the server ended, and nothing was written', async () => {
    const schema = await emptySchema();
    const engine = await open({ url: urlWith({ search_path: schema }) });
    await engine.swap(ANA, { to: cell('1') });
    const holder = await admin.connect();
    await holder.query(`BEGIN; SELECT FROM ${schema}.driftlock_cells FOR UPDATE`);
    const swap = engine.swap(ANA, { from: '1', to: cell('2') });
    const ended = expect(swap).rejects.toThrow();
    const waiting = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'`;
    await expect.poll(async () => (await admin.query(waiting)).rowCount).toBe(1);
    await ended;
    await holder.query('ROLLBACK');
    holder.release();
    expect(await engine.read(ANA)).toStrictEqual(cell('1'));
  });

  test('is replaced where it was idle', async () => {
    const engine = await openEmpty();
    await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE pid <> pg_backend_pid() AND usename = 'driftlock'`);
    await expect.poll(() => engine.read(ANA).catch(() => 'not yet')).toBeUndefined();
  });

  test('rejects within seconds where no answer comes, and goes on once one does', async () => {
    const schema = await emptySchema();
    const proxy = await startProxy(new URL(url));
    const engine = await open({ url: urlWith({ search_path: schema }, proxy.url) });
    proxy.stall();
    const [read, swap] = [engine.read(ANA), engine.swap(ANA, { to: cell('1') })];
    await Promise.all([expect(read).rejects.toThrow(), expect(swap).rejects.toThrow()]);
    proxy.carryOn();
    expect(await engine.swap({ ...ANA, key: 'ben' }, { to: cell('1') })).toBe(true);
    await proxy.close();
  });
});

describe.skipIf(!server)('a server that could lose what it acknowledged', () => {
  test('is refused with synchronous_commit off', async () => {
    await expect(openEmpty({ synchronous_commit: 'off' })).rejects.toThrow('synchronous_commit');
  });

  test('is refused with fsync off', async () => {
    const set = async (value: string) => {
      await admin.query(`ALTER SYSTEM SET fsync = ${value}`);
      await admin.query('SELECT pg_reload_conf()');
      await expect.poll(async () => (await admin.query('SHOW fsync')).rows[0].fsync).toBe(value);
    };
    await set('off');
    await expect(openEmpty()).rejects.toThrow('fsync is off');
    await set('on');
  });

  test('keeps every acknowledged swap when it ends at once, and no other is half there', async () => {
    const engine = await openEmpty();
    const said = new Map<string, boolean | 'rejected'>();
    const writing = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; n < 100_000; n++) {
        const key = `${writer}-${n}`;
        const done = await engine.swap({ kind: 'ledger', key }, { to: cell(key) }).catch(() => 'x');
        said.set(key, done === 'x' ? 'rejected' : done === true);
        if (done === 'x') return;
      }
    });
    await expect.poll(() => said.size).toBeGreaterThan(200);
    await server?.crash();
    await Promise.all(writing);
    const listed = await engine.list({ kind: 'ledger', limit: 1_000_000 });
    const there = new Map(listed.map(({ key, value, version }) => [key, { value, version }]));
    const lost = [...said].filter(([key, outcome]) => outcome === true && !there.has(key));
    expect(lost).toStrictEqual([]);
    expect([...said.values()]).not.toContain(false);
    for (const [key, found] of there) expect(found).toStrictEqual(cell(key));
  });

  test('is refused as a standby, which may be behind', async () => {
    const { rows } = await admin.query('SHOW data_directory');
    writeFileSync(join(rows[0].data_directory, 'standby.signal'), '');
    await server?.crash();
    await expect(open({ url })).rejects.toThrow('standby');
  });
});
