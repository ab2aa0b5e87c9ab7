import { totp } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import { memoryEngine } from '../src/engines/memory.js';
import { createLookups } from '../src/lookups.js';
import type { Engine } from '../src/stores/engine.js';
import { passingSeal } from '../src/stores/seal.js';
import type { Account, AccountStore } from '../src/stores/stores.js';
import { storesOver } from '../src/stores/stores-over.js';
import { serve } from './served.js';

/** An engine, and each statement it was asked: what of which kind. */
function counted(): { engine: Engine; asked: string[] } {
  const engine = memoryEngine();
  const asked: string[] = [];
  function noting<Asked, Answer>(what: (one: Asked) => string, ask: (one: Asked) => Answer) {
    return (one: Asked): Answer => {
      asked.push(what(one));
      return ask(one);
    };
  }
  return {
    asked,
    engine: {
      ...engine,
      read: noting(({ kind }) => `read ${kind}`, engine.read),
      list: noting(({ kind }) => `list ${kind}`, engine.list),
      swap(place, change) {
        asked.push(`swap ${place.kind}`);
        return engine.swap(place, change);
      },
    },
  };
}

test('a verification by the seed reads its account once, and never the ledger after the first', async () => {
  const { engine, asked } = counted();
  const { events: _, ...stores } = storesOver(engine, { seal: passingSeal() });
  const { enrol, clock } = await serve({ mode: 'authority', stores });
  const ana = await enrol('ana');
  await ana.verify(ana.code());
  clock.at += 30_000;
  asked.length = 0;
  const { body } = await ana.verify(ana.code());
  expect(body.accepted).toBe(true);
  // Learning the drift goes on beside the answer.
  expect(asked.filter((one) => one !== 'swap account')).toStrictEqual([
    'read account',
    'swap ledger',
    'swap ledger',
    'swap decision',
  ]);
  expect(asked.filter((one) => one === 'swap account').length).toBe(1);
});

test('a wrong code takes an attempt and is recorded, no more', async () => {
  const { engine, asked } = counted();
  const { events: _, ...stores } = storesOver(engine, { seal: passingSeal() });
  const { enrol } = await serve({ mode: 'authority', stores });
  const ana = await enrol('ana');
  await ana.verify(ana.code());
  asked.length = 0;
  await ana.verify(ana.code(7200));
  expect(asked).toStrictEqual(['read account', 'swap ledger', 'swap decision']);
});

test('a key costs a claim and what was decided; a repeat elsewhere reads both and the decision', async () => {
  const { engine, asked } = counted();
  const { events: _, ...stores } = storesOver(engine, { seal: passingSeal() });
  const [one, two] = [
    await serve({ mode: 'authority', stores }),
    await serve({ mode: 'authority', stores }),
  ];
  const ana = await one.enrol('ana');
  await ana.verify(ana.code());
  one.clock.at += 30_000;
  const headers = { 'Idempotency-Key': 'login-1' };
  const code = ana.code();
  const repeat = async (body: object) =>
    (await two.call('POST', `${ana.path}/verify`, { body, headers })).body;
  asked.length = 0;
  expect((await ana.verify(code, headers)).body.accepted).toBe(true);
  expect(asked.filter((one) => one !== 'swap account')).toStrictEqual([
    'read account',
    'swap request',
    'swap ledger',
    'swap ledger',
    'swap decision',
    'swap request',
  ]);
  asked.length = 0;
  expect((await repeat({ code })).accepted).toBe(true);
  const told = ['read account', 'swap request', 'read request', 'read decision'];
  expect(asked.filter((one) => one !== 'swap account')).toStrictEqual(told);
  asked.length = 0;
  expect((await repeat({ code: '000000' })).code).toBe('key-reused');
  expect(asked).toStrictEqual(['read account', 'swap request', 'read request']);
});

test('a locked account’s keys are wiped', async () => {
  const stores = storesOver(memoryEngine(), { seal: passingSeal() });
  const attempts = { limit: 9, per: 900, lock: 2 };
  const policy = { mode: 'local-first', attempts } as const;
  const { enrol, clock } = await serve({ mode: 'authority', stores, policy });
  const ana = await enrol('ana');
  const held = (await stores.accounts.find('ana'))!.held[0]!;
  const key = await held.use((one) => one);
  for (const _ of [1, 2]) await ana.verify('00000000'.slice(0, 6));
  expect(totp(key, { at: clock.at })).toBe(ana.code());
  expect((await ana.verify('000000')).body.reason).toBe('locked');
  expect(() => totp(key, { at: clock.at })).toThrow('the key was destroyed');
});

/** An account's finds, answered when the test says so. */
function patient() {
  const answers: ((account: Account | undefined) => void)[] = [];
  const find = () => new Promise<Account | undefined>((resolve) => answers.push(resolve));
  const lookups = createLookups({ find } as unknown as AccountStore);
  const version = (authyId: string): Account => ({ id: 'ana', authyId, held: [] });
  return { find, answers, lookups, version };
}

test('nobody is given an account as it was before they asked', async () => {
  const { find, answers, lookups, version } = patient();
  const until = () => {
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    return { ended, end };
  };
  const [first, second] = [until(), until()];
  const one = lookups.during(find, () => first.ended);
  const two = lookups.during(find, () => second.ended);
  // The later search ends first.
  answers[1]!(version('2'));
  await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  answers[0]!(version('1'));
  await new Promise((resolve) => setImmediate(resolve));
  expect((await lookups.of('ana'))?.authyId).toBe('2');
  first.end();
  await one;
  expect((await lookups.of('ana'))?.authyId).toBe('2');
  second.end();
  await two;
  const asked = lookups.of('ana');
  answers[2]!(version('3'));
  expect((await asked)?.authyId).toBe('3');
});

test('what a request found is for others only while it is under way, and also where it fails', async () => {
  const { find, answers, lookups, version } = patient();
  const failing = lookups.during(find, () => Promise.reject(new Error('broken')));
  answers[0]!(version('1'));
  await expect(failing).rejects.toThrow('broken');
  const none = lookups.during(find, (account) => account?.id ?? 'none');
  answers[1]!(undefined);
  expect(await none).toBe('none');
  void lookups.of('ana');
  expect(answers.length).toBe(3);
});
