import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createAudit } from '@driftlock/gateway';
import { libsqlEngine } from '@driftlock/gateway/libsql';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { inProcess } from './in-process.js';
import { driftlock } from './terminal.js';

const root = mkdtempSync(join(tmpdir(), 'driftlock-audit-'));
afterAll(() => rmSync(root, { recursive: true }));
let data: string;

beforeEach(async () => {
  data = join(mkdtempSync(join(root, 'run-')), 'driftlock.db');
  const engine = await libsqlEngine({ url: pathToFileURL(data).href });
  const log = createAudit({ engine });
  for (const act of ['create', 'unlock', 'delete'] as const)
    await log.append('ann', { type: 'act', act });
  await log.append('bob', { type: 'act', act: 'create' });
  await log.anchor();
  await engine.close();
});

async function change(
  work: (engine: Awaited<ReturnType<typeof libsqlEngine>>, key: string) => Promise<unknown>,
) {
  const engine = await libsqlEngine({ url: pathToFileURL(data).href });
  const all = await engine.list({ kind: 'event', limit: 100 });
  const second = all.find(({ value }) => /"account":"ann","seq":2,/.test(value));
  await work(engine, second?.key ?? '');
  await engine.close();
}

const audit = (...args: string[]) => inProcess(['audit', '--data', data, ...args]);
const DAMAGED = "driftlock audit: --data: the file is damaged\nTry 'driftlock audit --help'.\n";
const END = /^end: (\d+:[0-9a-f]{64})$/m;

describe('driftlock audit', () => {
  test('finds a log intact, and prints its end to be kept', async () => {
    const { status, out } = await audit();
    expect(status).toBe(0);
    expect(out).toMatch(/^intact: 5 entries in 3 chains\nend: 1:[0-9a-f]{64}\n$/);
    const { status: again } = await audit('--anchor', END.exec(out)?.[1] ?? '');
    expect(again).toBe(0);
  });

  test('names the account and the entry that was altered', async () => {
    await change(async (engine, key) => {
      const cell = await engine.read({ kind: 'event', key });
      const value = cell?.value.replace('unlock', 'delete') ?? '';
      return engine.swap(
        { kind: 'event', key },
        { from: cell?.version ?? '', to: { value, version: 'x' } },
      );
    });
    const { status, out } = await audit();
    expect({ status, out }).toStrictEqual({
      status: 1,
      out: 'NOT intact: 5 entries in 3 chains\n  ann: entry 2 is not what was written\n',
    });
    expect(JSON.parse((await audit('--json')).out)).toMatchObject({ intact: false, entries: 5 });
  });

  test('names the entry that is missing', async () => {
    await change(async (engine, key) => {
      const cell = await engine.read({ kind: 'event', key });
      return engine.swap({ kind: 'event', key }, { from: cell?.version ?? '' });
    });
    expect((await audit()).out).toMatch(/ann: entry 2 is missing\n/);
  });

  test('an anchor kept elsewhere finds a log that was written anew', async () => {
    const { status, out } = await audit('--anchor', `1:${'0'.repeat(64)}`);
    expect(status).toBe(1);
    expect(out).toMatch(/the gateway: entry 1 is not what was written/);
  });

  test('says that a file is damaged, wherever that shows, and that a folder is none', async () => {
    const copy = `${data}-copy`;
    for (const part of ['', '-wal']) copyFileSync(`${data}${part}`, `${copy}${part}`);
    // A process that ends leaves all of it in the one file.
    expect((await driftlock(['audit', '--data', copy])).status).toBe(0);
    const bytes = readFileSync(copy);
    for (const damaged of [
      bytes.subarray(0, 4096),
      Buffer.from(bytes).fill(0xa5, 100, 500),
      Buffer.from(bytes).fill(0xa5, 4096),
    ]) {
      writeFileSync(copy, damaged);
      expect(await inProcess(['audit', '--data', copy])).toStrictEqual({
        status: 2,
        out: '',
        err: DAMAGED,
      });
    }
    const folder = await inProcess(['audit', '--data', root]);
    expect([folder.status, folder.err]).toStrictEqual([2, expect.stringMatching(/no such file/)]);
  });

  test.each<[string[], RegExp]>([
    [['audit'], /--data is missing/],
    [['audit', '--data', '/nowhere/at.all'], /no such file/],
    [['audit', '--data', '/nowhere/at.all', '--anchor', '12'], /--anchor takes/],
  ])('%j is refused', async (args, said) => {
    const { status, err } = await inProcess(args);
    expect(status).toBe(2);
    expect(err).toMatch(said);
  });
});
