import { ledgerChecks } from '@driftlock/verifier/testing';
import { createClient } from '@redis/client';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { ifInstalled } from '../../../../bench/src/race/servers/process.js';
import { startRedis } from '../../../../bench/src/race/servers/redis.js';
import { type RedisCells, type RedisOptions, redisCells } from '../../src/engines/redis.js';
import type { Cells, Place } from '../../src/stores/engine.js';
import { ledgerOverCells } from '../../src/stores/ledger.js';
import { cellsChecks } from '../../src/testing.js';
import { cellsInTurns, checksOfTwoLedgers, ledgersInTurns } from './in-turns.js';
import { startProxy } from './proxy.js';

const ANA: Place = { kind: 'ledger', key: 'ana' };
const cell = (version: string) => ({ value: '1', version });

const server = await ifInstalled(() => startRedis());
const { url = '' } = server ?? {};
const admin = createClient({ url, RESP: 3 });
admin.on('error', () => {});
if (server) await admin.connect();
const opened: RedisCells[] = [];
let prefixes = 0;

afterEach(async () => {
  await Promise.all(opened.splice(0).map((cells) => cells.close()));
});
afterAll(async () => {
  admin.destroy();
  await server?.stop();
});

async function open(options: Partial<RedisOptions> = {}): Promise<RedisCells> {
  const cells = await redisCells({ url, ...options } as RedisOptions);
  opened.push(cells);
  return cells;
}

/** A prefix of its own stands for a server of its own. */
const emptyPrefix = () => `p${++prefixes}:`;

async function openTwo(): Promise<[Cells, Cells]> {
  const prefix = emptyPrefix();
  return Promise.all([open({ prefix }), open({ prefix })]);
}

/** Runs with a setting of the server changed. */
async function having(settings: Record<string, string>, run: () => Promise<void>): Promise<void> {
  const before = await admin.configGet(Object.keys(settings));
  await admin.configSet(settings);
  try {
    await run();
  } finally {
    await admin.configSet({ ...before });
  }
}

describe.skipIf(!server)('cells on Redis', () => {
  test.each(cellsChecks)('$name', ({ run }) => run(() => open({ prefix: emptyPrefix() })));

  test.each(cellsChecks)('two of them: $name', ({ run }) =>
    run(async () => cellsInTurns(await openTwo())),
  );

  test.each(ledgerChecks)('a ledger: $name', ({ run }) =>
    run(async () => ledgerOverCells(await open({ prefix: emptyPrefix() }))),
  );

  test.each(checksOfTwoLedgers)('two ledgers: $name', ({ run }) =>
    run(async () => ledgersInTurns(await openTwo())),
  );

  test('take a client, and leave its end to whoever made it', async () => {
    const prefix = emptyPrefix();
    const cells = await redisCells({ client: admin, prefix });
    expect(await cells.swap(ANA, { to: cell('1') })).toBe(true);
    await cells.close();
    await cells.close();
    await expect(cells.read(ANA)).rejects.toThrow('closed');
    await expect(cells.swap(ANA, { from: '1' })).rejects.toThrow('closed');
    expect(await admin.hGetAll(`${prefix}ledger:ana`)).toEqual({ value: '1', version: '1' });
  });

  test('of another prefix are others', async () => {
    const [a, b] = [await open({ prefix: emptyPrefix() }), await open({ prefix: emptyPrefix() })];
    await a.swap(ANA, { to: cell('1') });
    expect(await b.read(ANA)).toBeUndefined();
  });

  test('swap though the server forgot the script', async () => {
    const cells = await open({ prefix: emptyPrefix() });
    await admin.scriptFlush();
    const both = [cells.swap(ANA, { to: cell('1') }), cells.swap(ANA, { to: cell('2') })];
    expect(await Promise.all(both)).toStrictEqual([true, false]);
  });

  test('have no time to live, whatever they are marked with', async () => {
    const prefix = emptyPrefix();
    const cells = await open({ prefix });
    await cells.swap(ANA, { to: { ...cell('1'), until: 1, group: 'g' } });
    expect(await admin.ttl(`${prefix}ledger:ana`)).toBe(-1);
    expect(await cells.read(ANA)).toStrictEqual(cell('1'));
  });

  test('reject what is no record of theirs', async () => {
    const prefix = emptyPrefix();
    const cells = await open({ prefix });
    await admin.hSet(`${prefix}ledger:ana`, 'version', '1');
    await expect(cells.read(ANA)).rejects.toThrow('damaged');
    await admin.set(`${prefix}ledger:ben`, '{}');
    await expect(cells.read({ kind: 'ledger', key: 'ben' })).rejects.toThrow();
    await expect(cells.swap({ kind: 'ledger', key: 'ben' }, { to: cell('1') })).rejects.toThrow();
  });

  test('refuse a URL that is none, without quoting it', async () => {
    const error: Error = await redisCells({ url: 'redis://ana:hush@[host' }).catch((e) => e);
    expect(error).toBeInstanceOf(TypeError);
    expect(JSON.stringify([error, error.message, error.stack])).not.toContain('hush');
  });

  test('reject where nobody listens', async () => {
    const proxy = await startProxy(new URL(url));
    await proxy.close();
    await expect(redisCells({ url: proxy.url })).rejects.toThrow('in time');
  });
});

describe.skipIf(!server)('a connection to Redis that is lost', () => {
  test('rejects the swap whose reply was lost, though the record was written', async () => {
    const prefix = emptyPrefix();
    const direct = await open({ prefix });
    const proxy = await startProxy(new URL(url));
    const far = await open({ prefix, url: proxy.url });
    proxy.loseReplies();
    await expect(far.swap(ANA, { to: cell('mine') })).rejects.toThrow();
    proxy.carryOn();
    await expect.poll(() => direct.read(ANA)).toStrictEqual(cell('mine'));
    await expect.poll(() => far.read(ANA).catch(() => 'not yet')).toStrictEqual(cell('mine'));
    await proxy.close();
  });

  test('rejects within seconds where no answer comes, and connects anew', async () => {
    const prefix = emptyPrefix();
    const proxy = await startProxy(new URL(url));
    const cells = await open({ prefix, url: proxy.url });
    const connections = async () => (await admin.clientList()).length;
    const before = await connections();
    proxy.stall();
    const [read, swap] = [cells.read(ANA), cells.swap(ANA, { to: cell('1') })];
    await Promise.all([expect(read).rejects.toThrow(), expect(swap).rejects.toThrow()]);
    proxy.heal();
    await expect.poll(() => cells.read(ANA).catch(() => 'not yet')).toBeUndefined();
    await expect.poll(connections).toBe(before);
    await proxy.close();
  });

  test('keeps no command for later while it is gone', async () => {
    const proxy = await startProxy(new URL(url));
    const cells = await open({ prefix: emptyPrefix(), url: proxy.url });
    await proxy.close();
    const told = () => cells.swap(ANA, { to: cell('1') }).catch((error) => error.message);
    await expect.poll(told).toMatch('offline');
  });

  test('keeps every acknowledged swap when the server is killed', async () => {
    const cells = await open({ prefix: emptyPrefix() });
    const said = new Map<string, boolean | 'rejected'>();
    const writing = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; ; n++) {
        const key = `${writer}-${n}`;
        const place: Place = { kind: 'ledger', key };
        const outcome = await cells.swap(place, { to: cell(key) }).catch(() => 'rejected' as const);
        said.set(key, outcome);
        if (outcome === 'rejected') return;
      }
    });
    await expect.poll(() => said.size).toBeGreaterThan(200);
    await server?.crash();
    await Promise.all(writing);
    await expect.poll(() => cells.read(ANA).catch(() => 'not yet')).toBeUndefined();
    for (const [key, outcome] of said) {
      const found = await cells.read({ kind: 'ledger', key });
      if (outcome === 'rejected' && !found) continue;
      expect([key, outcome === false, found]).toStrictEqual([key, false, cell(key)]);
    }
  });
});

describe.skipIf(!server)('a server that could forget what it acknowledged', () => {
  test.each([
    [{ appendonly: 'no' }, 'appendonly'],
    [{ appendfsync: 'everysec' }, 'appendfsync is not always'],
    [{ appendfsync: 'no' }, 'appendfsync is not always'],
    [{ 'no-appendfsync-on-rewrite': 'yes' }, 'rewrite'],
    [{ 'maxmemory-policy': 'allkeys-lru' }, 'evict'],
  ])('is refused with %o', async (settings, complaint) => {
    await having(settings, () => expect(redisCells({ url })).rejects.toThrow(complaint));
  });

  test('is taken where that was said to be enough', async () => {
    await having({ appendfsync: 'everysec', 'no-appendfsync-on-rewrite': 'yes' }, async () => {
      await open({ durability: 'everysec' });
      await having({ appendfsync: 'no' }, () =>
        expect(redisCells({ url, durability: 'everysec' })).rejects.toThrow('appendfsync'),
      );
    });
    await having({ 'maxmemory-policy': 'volatile-ttl' }, async () => void (await open()));
    await having({ appendonly: 'no' }, async () => void (await open({ durability: 'unchecked' })));
  });

  test('is refused where it does not say what it keeps', async () => {
    await admin.aclSetUser('clerk', ['on', 'nopass', '~*', '+@all', '-config']);
    const there = url.replace('redis://', 'redis://clerk:any@');
    await expect(redisCells({ url: there })).rejects.toThrow('does not say');
    const cells = await open({ url: there, durability: 'unchecked', prefix: emptyPrefix() });
    expect(await cells.swap(ANA, { to: cell('1') })).toBe(true);
  });

  test('is refused as a replica, which may be behind', async () => {
    await admin.sendCommand(['REPLICAOF', '127.0.0.1', '1']);
    await expect(redisCells({ url })).rejects.toThrow('replica');
    await admin.sendCommand(['REPLICAOF', 'NO', 'ONE']);
  });
});
