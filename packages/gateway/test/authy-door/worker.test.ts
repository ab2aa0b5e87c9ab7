// The Worker has no process to speak of: its schedule sends what is owed.
import { expect, test, vi } from 'vitest';
import type { ObjectNamespace } from '../../src/engines/durable-objects.js';
import { ledgerOverCells, memoryEngine } from '../../src/index.js';
import type { Engine } from '../../src/stores/engine.js';
import type { WorkerEnv } from '../../src/worker.js';
import { AUTHY, OPERATOR } from '../served.js';
import { sharing } from './owing.js';
import { receiver } from './receiver.js';

/** One object that does whatever is asked of it. */
function objectOf(methods: object): ObjectNamespace {
  return {
    idFromName: (name) => ({ name }),
    get: () => ({
      async fetch(url, { body }) {
        const method = methods[new URL(url).pathname.slice(1) as never] as (
          ...args: unknown[]
        ) => Promise<unknown>;
        const result = await method(...JSON.parse(String(body)));
        return { status: 200, json: async () => JSON.parse(JSON.stringify({ result })) };
      },
    }),
  };
}

/** A Worker in an isolate that has just begun. */
async function begin(engine: Engine, url: string) {
  vi.resetModules();
  const { default: worker } = await import('../../src/worker.js');
  const env: WorkerEnv = {
    ENGINE: objectOf(engine),
    LEDGER: objectOf(ledgerOverCells(memoryEngine())),
    DRIFTLOCK_KEY: OPERATOR,
    DRIFTLOCK_AUTHY_KEY: AUTHY,
    DRIFTLOCK_SEAL_KEY: 'a'.repeat(64),
    DRIFTLOCK_CALLBACK: url,
  };
  const work: Promise<unknown>[] = [];
  const ctx = { waitUntil: (promise: Promise<unknown>) => void work.push(promise) };
  return {
    schedule: () => worker.scheduled(undefined, env, ctx),
    async answer(uuid: string) {
      const request = new Request(`http://worker.example/v1/approval_requests/${uuid}`, {
        method: 'PUT',
        headers: { Authorization: `Bearer ${OPERATOR}` },
        body: '{"status":"denied"}',
      });
      const { status } = await worker.fetch(request, env, ctx);
      await Promise.all(work);
      return status;
    },
  };
}

test('its schedule sends what an isolate before it owed', async () => {
  const engine = memoryEngine();
  const refusing = await receiver([404]);
  const { received, url } = await receiver();
  const before = sharing(engine).gateway(refusing.url);
  before.clock.at = Date.now() - 60_000;
  const uuid = await before.decided();
  await before.done();
  const worker = await begin(engine, url);
  await worker.schedule();
  await worker.schedule();
  expect(received.map(({ params }) => params.uuid)).toStrictEqual([uuid]);
  expect(received[0]?.genuine(Date.now())).toBe(true);
});

test('it tells of an answer at once, and tries again while its request is kept alive', async () => {
  const engine = memoryEngine();
  const { received, url } = await receiver([500]);
  const before = sharing(engine).gateway(url);
  before.clock.at = Date.now();
  const uuid = await before.ask(await before.register());
  const worker = await begin(engine, url);
  expect(await worker.answer(uuid)).toBe(200);
  expect(received.map(({ params }) => params.status)).toStrictEqual(['denied', 'denied']);
  expect(await before.shown(uuid)).toStrictEqual({ status: 'denied', callback: 'told' });
});

test('an outbox that can not be read keeps no callback waiting, and its failure is told', async () => {
  const engine = memoryEngine();
  const refusing = await receiver([404]);
  const { received, url } = await receiver();
  const before = sharing(engine).gateway(refusing.url);
  before.clock.at = Date.now() - 60_000;
  const uuid = await before.decided();
  await before.done();
  const worker = await begin(
    {
      ...engine,
      async list(page) {
        if (page.kind === 'outbox') throw new Error('a stored outbox is damaged');
        return engine.list(page);
      },
    },
    url,
  );
  await expect(worker.schedule()).rejects.toThrow('a stored outbox is damaged');
  expect(received.map(({ params }) => params.uuid)).toStrictEqual([uuid]);
});
