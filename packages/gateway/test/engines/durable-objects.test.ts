import { fileURLToPath } from 'node:url';
import { ledgerChecks } from '@driftlock/verifier/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { ifInstalled } from '../../../../bench/src/race/servers/process.js';
import { startWorkers } from '../../../../bench/src/race/servers/workerd.js';
import {
  durableObjectEngine,
  durableObjectLedger,
  type ObjectNamespace,
} from '../../src/engines/durable-objects.js';
import type { Place } from '../../src/stores/engine.js';
import { requestsOver } from '../../src/stores/request-store.js';
import { createSeal, passingSeal } from '../../src/stores/seal.js';
import { engineChecks } from '../../src/testing.js';

const workers = await ifInstalled(() =>
  startWorkers({
    entry: fileURLToPath(new URL('objects-worker.ts', import.meta.url)),
    classes: ['LedgerObject', 'EngineObject'],
    services: 2,
  }),
);
const [one = '', two = ''] = workers?.urls ?? [];

afterAll(() => workers?.stop());

async function runThere(kit: string, name: string): Promise<void> {
  const answer = await fetch(`${one}/${kit}/${encodeURIComponent(name)}`);
  expect(await answer.text()).toBe('passed');
}

/** The objects as one of the two services reaches them, asked from here. */
function namespaceOf(kit: string, url: string): ObjectNamespace {
  return {
    idFromName: (name) => ({ name }),
    get: (id) => ({
      fetch(asked, init) {
        const { name } = id as { name: string };
        return fetch(`${url}/${kit}${new URL(asked).pathname}/${encodeURIComponent(name)}`, init);
      },
    }),
  };
}

describe.skipIf(!workers)('Durable Objects in workerd', () => {
  test.each(ledgerChecks)('as a ledger: $name', ({ name }) => runThere('ledger', name));
  test.each(engineChecks)('as an engine: $name', ({ name }) => runThere('engine', name));
});

const AT = 1_800_000_000_000;
const ANA: Place = { kind: 'account', key: 'ana' };
const use = (step: number) => ({ account: 'ana', credential: 'phone', step, at: AT });

describe.skipIf(!workers)('two Workers on one namespace', () => {
  const [a, b] = [namespaceOf('ledger', one), namespaceOf('ledger', two)];

  test('have one winner of a hundred consumes, and know of it after workerd was killed', async () => {
    const ledgers = [durableObjectLedger(a), durableObjectLedger(b)];
    const consumes = Array.from({ length: 100 }, (_, n) => ledgers[n % 2]!.consume(use(1)));
    const outcomes = await Promise.all(consumes);
    expect(outcomes.filter((outcome) => outcome === 'first')).toHaveLength(1);
    const counted: number[] = [];
    const writing = (async () => {
      for (let step = 2; ; step++) {
        await ledgers[step % 2]!.consume(use(step));
        counted.push(step);
      }
    })().catch(() => 'cut off');
    await expect.poll(() => counted.length, { timeout: 30_000 }).toBeGreaterThan(50);
    await workers?.kill();
    await workers?.start();
    expect(await writing).toBe('cut off');
    expect(await ledgers[1]!.consume(use(counted.at(-1)!))).toBe('replay');
    expect((await ledgers[0]!.state('ana')).last.phone).toBeGreaterThanOrEqual(counted.at(-1)!);
  });

  test('see one engine, whose other name is another engine', async () => {
    const engine = durableObjectEngine(namespaceOf('engine', one));
    const same = durableObjectEngine(namespaceOf('engine', two));
    const other = durableObjectEngine(namespaceOf('engine', two), { name: 'other' });
    await engine.swap(ANA, { to: { value: '1', version: '1' } });
    expect(await same.read(ANA)).toStrictEqual({ value: '1', version: '1' });
    expect(await other.read(ANA)).toBeUndefined();
  });

  test('refuse what is no operation, and what JSON would make another one', async () => {
    const stub = a.get(a.idFromName('ana'));
    const init = { method: 'POST', body: '[]' };
    for (const method of ['constructor', 'fetch', '__proto__']) {
      expect((await stub.fetch(`https://object/${method}`, init)).status).toBe(404);
    }
    const ledger = durableObjectLedger(a);
    const refused = { code: 'ERR_LEDGER' };
    await expect(ledger.consume({ ...use(1), at: Number.NaN })).rejects.toMatchObject(refused);
    await expect(ledger.consume({ ...use(1), credential: '' })).rejects.toMatchObject(refused);
    await expect(ledger.take('')).rejects.toMatchObject(refused);
  });

  test('give one of fifty claims of a request, and tell its decision at both', async () => {
    const seal = createSeal(passingSeal());
    const stores = [one, two].map((url) =>
      requestsOver(durableObjectEngine(namespaceOf('engine', url), { name: 'requests' }), { seal }),
    );
    const request = { account: 'ana', key: 'login-1', content: '287082' };
    const times = { at: AT, leased: AT + 1000, until: AT + 2000 };
    const asked = Array.from({ length: 50 }, (_, n) => stores[n % 2]!.claim(request, times));
    const found = await Promise.all(asked);
    const claims = found.flatMap((each, n) =>
      typeof each === 'object' && 'claim' in each ? [{ n, claim: each.claim }] : [],
    );
    expect(claims).toHaveLength(1);
    expect(found.filter((each) => each === 'under-way')).toHaveLength(49);
    const { n, claim } = claims[0]!;
    const decision = { id: '1', accepted: false, reason: 'mismatch' } as const;
    await stores[n % 2]!.decide(request, { claim, decision });
    for (const each of stores) expect(await each.claim(request, times)).toStrictEqual({ decision });
  });

  test('reject where the object can not answer', async () => {
    const gone = namespaceOf('nothing', 'http://127.0.0.1:1');
    await expect(durableObjectLedger(gone).state('ana')).rejects.toThrow();
    const silent: ObjectNamespace = {
      idFromName: (name) => ({ name }),
      get: () => ({
        fetch: (_, { signal }) =>
          new Promise((_resolve, reject) => {
            signal?.addEventListener('abort', () => reject(signal.reason));
          }),
      }),
    };
    await expect(durableObjectLedger(silent, { deadline: 20 }).state('ana')).rejects.toThrow();
    await expect(durableObjectEngine(silent, { deadline: 20 }).sweep(AT)).rejects.toThrow();
    const engine = durableObjectEngine(namespaceOf('engine', one));
    // Of another shape than a cell: the object's statement fails, and nobody is told `false`.
    const broken = { to: { value: undefined as never, version: '1' } };
    await expect(engine.swap({ kind: 'account', key: 'x' }, broken)).rejects.toThrow('500');
  });
});
