import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { afterAll, describe, expect, test } from 'vitest';
import { libsqlEngine } from '../../src/engines/libsql.js';
import type { Place } from '../../src/stores/engine.js';
import { engineChecks } from '../../src/testing.js';
import { type LibsqlServer, serveLibsql } from './libsql-server.js';

const folder = mkdtempSync(join(tmpdir(), 'driftlock-libsql-'));
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
const fresh = () => `file:${join(folder, `${++files}.db`)}`;
const ANA: Place = { kind: 'ledger', key: 'ana' };

describe('an engine on a libSQL file', () => {
  test.each(engineChecks)('$name', ({ run }) => run(() => libsqlEngine({ url: fresh() })));

  test('holds what was written, after it was closed and opened again', async () => {
    const url = fresh();
    const before = await libsqlEngine({ url });
    await before.swap(ANA, { to: { value: '{"a":1}', version: '1', group: 'g', until: 5 } });
    await before.close();
    const after = await libsqlEngine({ url });
    expect(await after.read(ANA)).toStrictEqual({ value: '{"a":1}', version: '1' });
    expect(await after.sweep(5)).toBe(1);
    await after.close();
  });

  test('is shared: of fifty swaps at once from two handles one is true', async () => {
    const url = fresh();
    const handles = [await libsqlEngine({ url }), await libsqlEngine({ url })];
    const done = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        handles[n % 2]!.swap(ANA, { to: { value: '1', version: String(n) } }),
      ),
    );
    expect(done.filter(Boolean).length).toBe(1);
    expect((await handles[0]!.read(ANA))?.version).toBe(String(done.indexOf(true)));
    await Promise.all(handles.map((handle) => handle.close()));
  });

  test('writes ahead to a log', async () => {
    const url = fresh();
    const engine = await libsqlEngine({ url });
    const client = createClient({ url });
    const { rows } = await client.execute('PRAGMA journal_mode');
    expect(rows[0]?.[0]).toBe('wal');
    client.close();
    await engine.close();
  });

  test('is not opened where its table is a later release’s, and nothing is changed then', async () => {
    const url = fresh();
    await (await libsqlEngine({ url })).close();
    const client = createClient({ url });
    await client.execute('INSERT INTO driftlock_schema VALUES (99)');
    await expect(libsqlEngine({ url })).rejects.toMatchObject({ code: 'ERR_SCHEMA' });
    const { rows } = await client.execute('SELECT count(*) FROM driftlock_schema');
    expect(rows[0]?.[0]).toBe(2);
    client.close();
  });

  test('a migration that breaks off leaves nothing behind, and is done when asked again', async () => {
    const url = fresh();
    const client = createClient({ url });
    // In the way of the last statement of the first migration.
    await client.execute('CREATE TABLE other (until REAL)');
    await client.execute('CREATE INDEX driftlock_until ON other (until)');
    await expect(libsqlEngine({ url })).rejects.toThrow('driftlock_until already exists');
    const { rows } = await client.execute(
      "SELECT name FROM sqlite_master WHERE name LIKE 'driftlock%' ORDER BY name",
    );
    expect(rows.map(({ name }) => name)).toStrictEqual(['driftlock_schema', 'driftlock_until']);
    await client.execute('DROP TABLE other');
    client.close();
    const engine = await libsqlEngine({ url });
    expect(await engine.swap(ANA, { to: { value: '1', version: '1' } })).toBe(true);
    await engine.close();
  });

  test('opened by four at once, it is laid out once', async () => {
    const url = fresh();
    const engines = await Promise.all(Array.from({ length: 4 }, () => libsqlEngine({ url })));
    for (const engine of engines) await engine.close();
  });

  test('a folder that is not there, and a URL of another kind, are refused', async () => {
    const nowhere = `file:${join(folder, 'nowhere', 'x.db')}`;
    await expect(libsqlEngine({ url: nowhere })).rejects.toThrow();
    for (const url of ['driftlock.db', 'postgres://me:pw@host/db', 'wss://host']) {
      const message = 'url must begin with file:, libsql:, https: or http:';
      await expect(libsqlEngine({ url })).rejects.toThrow(message);
    }
  });
});

describe('an engine on a libSQL server', () => {
  const servers: LibsqlServer[] = [];
  afterAll(() => Promise.all(servers.map((server) => server.close())));
  const serve = async () => {
    const server = await serveLibsql(fresh());
    servers.push(server);
    return server;
  };

  test.each(engineChecks)('$name', ({ run }) =>
    run(async () => libsqlEngine({ url: (await serve()).url })),
  );

  test('shows its token, and is laid out once by two at once', async () => {
    const { url, seen } = await serve();
    const engines = await Promise.all([
      libsqlEngine({ url, authToken: 'token-77ab' }),
      libsqlEngine({ url, authToken: 'token-77ab' }),
    ]);
    expect(await engines[0]!.swap(ANA, { to: { value: '1', version: '1' } })).toBe(true);
    expect(await engines[1]!.swap(ANA, { to: { value: '1', version: '2' } })).toBe(false);
    expect(seen.authorization).toBe('Bearer token-77ab');
    await Promise.all(engines.map((engine) => engine.close()));
  });

  test('rejects where the server is gone, or says nothing', async () => {
    const [gone, silent] = [await serve(), await serve()];
    const engines = [
      await libsqlEngine({ url: gone.url }),
      await libsqlEngine({ url: silent.url }),
    ];
    await gone.close();
    servers.splice(servers.indexOf(gone), 1);
    silent.hush();
    const outcomes = await Promise.allSettled([
      ...engines.map((engine) => engine.read(ANA)),
      ...engines.map((engine) => engine.swap(ANA, { to: { value: '1', version: '1' } })),
      libsqlEngine({ url: silent.url }),
    ]);
    expect(outcomes.map(({ status }) => status)).toStrictEqual(Array(5).fill('rejected'));
  });
});
