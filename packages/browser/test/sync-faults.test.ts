// What goes wrong between a device and its gateway, and what becomes of the rows that were told.
import { describe, expect, it } from 'vitest';
import { discardEvidence, retryEvidence } from '../src/evidence.js';
import type { EvidenceRow } from '../src/evidence-row.js';
import { AT, answers, CREDENTIAL, createScene, cut, HOUR, through } from './sync-stage.js';

type Wire = typeof through;
const STEP = AT / 30_000;
const HTML = { 'content-type': 'text/html' };
const PROBLEM = { 'content-type': 'application/problem+json' };

/** Rows as they are when their codes have died, some steps before now. */
const row = (n: number, more: Partial<EvidenceRow> = {}): EvidenceRow => ({
  ...{ id: `row-${n}`, account: 'ana', credential: CREDENTIAL, step: STEP - 1000 + n },
  ...{ at: AT - 1000 + n, openSince: AT - 1000 + n, tries: 0 },
  ...more,
});

async function withRows(rows: EvidenceRow[], accounts = ['ana']) {
  const scene = await createScene({ accounts });
  const tab = await scene.tab();
  await tab.store.write(['evidence'], async ({ evidence }) => {
    await evidence.bulkAdd(rows);
  });
  return { scene, tab, ids: async () => (await tab.evidence()).map(({ id }) => id) };
}

describe('the gateway’s answer to evidence', () => {
  const evidence = (status: number, body: unknown = '', headers = {}) =>
    answers('/v1/evidence', status, body, headers);
  const reset: Wire = async (request, onward) => {
    if (!request.url.endsWith('/evidence')) return onward(request);
    throw new TypeError('terminated');
  };
  /** The gateway has it, and the answer breaks off. */
  const lost: Wire = async (request, onward) => {
    const answer = await onward(request);
    if (!request.url.endsWith('/evidence')) return answer;
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"rows":[{"id":"row-'));
        controller.error(new TypeError('terminated'));
      },
    });
    return new Response(body, { headers: answer.headers });
  };

  it.each<[string, Wire]>([
    ['that was reset', reset],
    ['that broke off', lost],
    ['of a gateway that broke', evidence(500, { code: 'internal' }, PROBLEM)],
    ['of nobody behind a proxy', evidence(502, '<html>', HTML)],
    ['that it took too long', evidence(408)],
    ['that it was asked too often', evidence(429, { code: 'throttled' }, PROBLEM)],
    ['of a captive portal', evidence(200, '<html>Welcome</html>', HTML)],
    ['of a portal that knows no such page', evidence(404, '<html>', HTML)],
    ['of another shape', evidence(200, { rows: 'all' })],
    ['that sends elsewhere', evidence(302, '', { location: 'https://elsewhere.test' })],
  ])('leaves its rows where they are: one %s', async (_what, wire) => {
    const { scene, tab } = await withRows([row(1), row(2)]);
    scene.world.wire = wire;
    expect(await tab.drain()).toStrictEqual({ told: 0, dead: 0, failed: 1 });
    expect(await tab.evidence()).toStrictEqual([row(1, { tries: 1 }), row(2, { tries: 1 })]);
    expect(await tab.contact('ana')).toMatchObject({ tries: 1, nextAt: AT + 1000 });
    // Not before its time, and then it is told as if nothing had been.
    scene.world.wire = through;
    expect(await tab.drain(false)).toStrictEqual({ told: 0, dead: 0, failed: 0 });
    scene.time.now += 1000;
    expect(await tab.drain(false)).toStrictEqual({ told: 2, dead: 0, failed: 0 });
    expect(await tab.evidence()).toStrictEqual([]);
    expect(scene.alarms).toStrictEqual([]);
    expect(scene.news).toStrictEqual([]);
  });

  it('with Retry-After is waited for, whoever is eager', async () => {
    const { scene, tab } = await withRows([row(1)]);
    scene.world.wire = answers(
      '/v1/',
      503,
      { code: 'unavailable' },
      { ...PROBLEM, 'retry-after': '60' },
    );
    expect(await tab.drain()).toMatchObject({ failed: 1 });
    scene.world.wire = through;
    scene.time.now += 59_999;
    const asked = scene.asked.length;
    await tab.drain(true);
    expect(scene.asked.length).toBe(asked);
    scene.time.now += 1;
    expect(await tab.drain(true)).toMatchObject({ told: 1 });
  });

  it.each([401, 403])(
    'of %i pauses the account, keeps its rows, and ends with another token',
    async (status) => {
      const { scene, tab } = await withRows([row(1)]);
      scene.world.wire = answers('/v1/evidence', status, { code: 'for-devices' }, PROBLEM);
      expect(await tab.drain()).toMatchObject({ failed: 1 });
      scene.world.wire = through;
      scene.time.now += HOUR;
      const asked = scene.asked.length;
      await tab.drain(false);
      expect(scene.asked.length).toBe(asked);
      expect(await tab.evidence()).toStrictEqual([row(1, { tries: 1 })]);
      expect(scene.news).toStrictEqual([{ type: 'paused', account: 'ana' }]);
      await scene.register('ana');
      expect(await tab.drain(false)).toMatchObject({ told: 1 });
    },
  );

  it('that speaks of other rows, of some of them or in other words leaves the rest dead', async () => {
    const { scene, tab } = await withRows([row(1), row(2), row(3)]);
    const said = [
      { id: 'row-2', outcome: 'recorded' },
      { id: 'row-3', outcome: 'fine' },
      { id: 'row-9', outcome: 'recorded' },
    ];
    scene.world.wire = answers('/v1/evidence', 200, { rows: said });
    expect(await tab.drain()).toStrictEqual({ told: 1, dead: 2, failed: 0 });
    const dead = { deadSince: AT, why: 'unanswered' } as const;
    const { openSince: _1, ...first } = row(1, dead);
    const { openSince: _3, ...third } = row(3, dead);
    expect(await tab.evidence()).toStrictEqual([first, third]);
    expect(scene.news).toStrictEqual([
      { type: 'dead', account: 'ana', id: 'row-1', why: 'unanswered' },
      { type: 'dead', account: 'ana', id: 'row-3', why: 'unanswered' },
    ]);
  });
});

describe('a row that the gateway can’t read', () => {
  const bad = { credential: 'x'.repeat(101) };

  it.each([1, 4, 64, 150])('is found among %i others, which are told', async (others) => {
    const rows = Array.from({ length: others + 1 }, (_, n) =>
      row(n, n === Math.floor(others / 2) ? bad : {}),
    );
    const { scene, tab, ids } = await withRows(rows);
    expect(await tab.drain()).toStrictEqual({ told: others, dead: 1, failed: 0 });
    expect(await ids()).toStrictEqual([`row-${Math.floor(others / 2)}`]);
    const order = scene
      .told()
      .flat()
      .filter((id: string, n: number, all: string[]) => all.lastIndexOf(id) === n);
    expect(order).toStrictEqual(
      order.toSorted((a: string, b: string) => Number(a.slice(4)) - Number(b.slice(4))),
    );
  });

  it('waits dead for somebody to see to it: told again, or discarded', async () => {
    const { scene, tab, ids } = await withRows([row(1, bad)]);
    await tab.drain();
    expect(scene.news).toStrictEqual([
      { type: 'dead', account: 'ana', id: 'row-1', why: 'malformed' },
    ]);
    await tab.drain();
    expect(scene.told().length).toBe(1);
    expect(await retryEvidence(tab.store, 'row-1')).toBe(true);
    expect(await tab.evidence()).toStrictEqual([row(1, bad)]);
    expect(await discardEvidence(tab.store, 'row-1')).toBe(false);
    await tab.drain();
    expect(scene.told().length).toBe(2);
    expect(await discardEvidence(tab.store, 'row-1')).toBe(true);
    expect(await ids()).toStrictEqual([]);
    expect(await retryEvidence(tab.store, 'row-1')).toBe(false);
  });
});

describe('a claim that something is wrong with', () => {
  it('is an alarm, and stays to be seen', async () => {
    const { scene, tab } = await withRows([
      row(1, { credential: 'no-such' }),
      row(2),
      row(3, { step: row(2).step }),
    ]);
    expect(await tab.drain()).toStrictEqual({ told: 1, dead: 2, failed: 0 });
    expect(scene.news).toStrictEqual([
      { type: 'dead', account: 'ana', id: 'row-1', why: 'refused' },
      { type: 'alarm', account: 'ana', id: 'row-1', alarm: 'claim-refused' },
      { type: 'dead', account: 'ana', id: 'row-3', why: 'conflict' },
      { type: 'alarm', account: 'ana', id: 'row-3', alarm: 'claimed-twice' },
    ]);
    expect(scene.alarms.map(({ id, alarm }) => [id, alarm])).toStrictEqual([
      ['row-3', 'claimed-twice'],
    ]);
    expect((await tab.evidence()).map(({ id, why }) => [id, why])).toStrictEqual([
      ['row-1', 'refused'],
      ['row-3', 'conflict'],
    ]);
  });

  it('is dead when it is older than anything the gateway keeps, by the gateway’s clock', async () => {
    const old = AT - 30 * 24 * HOUR - 1;
    const { scene, tab } = await withRows([row(1, { at: old, openSince: old }), row(2)]);
    expect(await tab.drain()).toStrictEqual({ told: 1, dead: 1, failed: 0 });
    expect(await tab.evidence()).toMatchObject([{ id: 'row-1', why: 'expired', deadSince: AT }]);
    expect(scene.news).toStrictEqual([
      { type: 'dead', account: 'ana', id: 'row-1', why: 'expired' },
    ]);
  });
});

describe('several accounts', () => {
  const EVERYBODY = ['ana', 'ben', 'cleo', 'dan'];
  const rows = EVERYBODY.map((account, n) => row(n, { account }));
  const of = (
    scene: Awaited<ReturnType<typeof createScene>>,
    account: string,
    fault: Wire,
  ): Wire => {
    const token = `Bearer ${scene.tokens.get(account)}`;
    return (request, onward) =>
      request.headers.get('authorization') === token ? fault(request, onward) : onward(request);
  };

  it.each<[string, Wire]>([
    ['is signed out', answers('/v1/', 401, { code: 'unauthorized' }, PROBLEM)],
    ['gets no answer', cut],
    ['has a gateway of its own that fails', answers('/v1/', 500)],
    ['has a poisoned row', answers('/v1/evidence', 422, { code: 'bad-field' }, PROBLEM)],
  ])('are told though one of them %s', async (_what, fault) => {
    const { scene, tab, ids } = await withRows(rows, EVERYBODY);
    scene.world.wire = of(scene, 'ana', fault);
    expect(await tab.drain()).toMatchObject({ told: 3 });
    expect(await ids()).toStrictEqual(['row-0']);
  });

  it('are told though one of them is answered by nobody for ever', async () => {
    const { scene, tab, ids } = await withRows(rows, EVERYBODY);
    scene.world.wire = of(scene, 'ana', () => new Promise(() => {}));
    const draining = tab.drain(true, { timeout: 300 });
    await expect.poll(ids).toStrictEqual(['row-0']);
    expect(await draining).toStrictEqual({ told: 3, dead: 0, failed: 1 });
  });

  it('are told though the token of one can’t be had', async () => {
    const { scene, tab, ids } = await withRows(rows, EVERYBODY);
    const token = async (account: string) => {
      if (account === 'ana') throw new Error('locked');
      return account === 'ben' ? undefined : scene.tokens.get(account);
    };
    expect(await tab.drain(true, { token })).toStrictEqual({ told: 2, dead: 0, failed: 1 });
    expect(await ids()).toStrictEqual(['row-0', 'row-1']);
    expect(scene.news).toStrictEqual([
      { type: 'fault', account: 'ana', error: { name: 'Error' } },
      { type: 'paused', account: 'ben' },
    ]);
  });

  it('are never told in the name of one another', async () => {
    const { scene, tab, ids } = await withRows(rows, EVERYBODY);
    const token = (account: string) => scene.tokens.get(account === 'ana' ? 'ben' : account);
    expect(await tab.drain(true, { token })).toMatchObject({ told: 3, failed: 1 });
    expect(await ids()).toStrictEqual(['row-0']);
    expect(scene.news).toStrictEqual([{ type: 'paused', account: 'ana' }]);
  });

  it('are not all asked after while nobody answers', async () => {
    const many = Array.from({ length: 20 }, (_, n) => `person-${n}`);
    const { scene, tab } = await withRows(
      many.map((account, n) => row(n, { account })),
      many,
    );
    scene.world.wire = cut;
    const { failed } = (await tab.drain()) ?? { failed: 0 };
    expect(failed).toBeGreaterThanOrEqual(3);
    expect(failed).toBeLessThan(8);
    expect(scene.asked.length).toBe(failed);
    // The gateway as a whole is left alone for a while, and those not asked after yet as well.
    scene.world.wire = through;
    expect(await tab.drain(false)).toStrictEqual({ told: 0, dead: 0, failed: 0 });
    scene.time.now += 1000;
    expect(await tab.drain(false)).toMatchObject({ told: 20, failed: 0 });
    expect(await tab.contact('')).toMatchObject({ tries: 0 });
  });
});
