import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importKey } from '@driftlock/totp-core';
import { afterAll, describe, expect, test } from 'vitest';
import { libsqlEngine } from '../../src/engines/libsql.js';
import { memoryEngine } from '../../src/engines/memory.js';
import { memoryStores } from '../../src/stores/memory-stores.js';
import { passingSeal } from '../../src/stores/seal.js';
import type { Stores } from '../../src/stores/stores.js';
import { storesOver } from '../../src/stores/stores-over.js';
import { storesChecks, testStores } from '../../src/testing.js';

const folder = mkdtempSync(join(tmpdir(), 'driftlock-stores-'));
afterAll(() => rm(folder, { recursive: true }));
let files = 0;
const fresh = () => libsqlEngine({ url: `file:${join(folder, `${++files}.db`)}` });

describe('stores in memory', () => {
  test.each(storesChecks)('$name', ({ run }) => run(({ now }) => memoryStores({ now })));
});

describe('stores over a libSQL file', () => {
  test.each(storesChecks)('$name', ({ run }) =>
    run(async ({ now }) => storesOver(await fresh(), { seal: passingSeal(), now })),
  );
});

describe('stores that keep no unsealed key', () => {
  test.each(storesChecks)('$name', ({ run }) =>
    run(({ now }) => storesOver(memoryEngine(), { seal: passingSeal(), unsealed: 0, now })),
  );
});

/** Each breaks one promise, and the check that finds it. */
const BROKEN: Record<string, { fault(stores: Stores): Partial<Stores>; found: RegExp }> = {
  'let two create one account': {
    fault: ({ accounts }) => ({
      accounts: {
        ...accounts,
        create: async (given) => {
          await accounts.delete(given.id);
          await accounts.create(given);
          return 'created';
        },
      },
    }),
    found: /of ten accounts of one name/,
  },
  'give one user to two accounts': {
    fault: ({ accounts }) => ({
      accounts: {
        ...accounts,
        create: ({ authyId, ...given }) =>
          accounts.create(authyId === '18' ? given : { ...given, ...(authyId ? { authyId } : {}) }),
      },
    }),
    found: /a user is one account’s alone/,
  },
  'keep a deleted account’s keys': {
    fault: ({ accounts }) => ({
      accounts: {
        ...accounts,
        async find(id) {
          const found = await accounts.find(id);
          return (
            found && {
              ...found,
              held: found.held.map((held) => ({
                ...held,
                use: async (work) => work(importKey(new Uint8Array(20).fill(1), held.params)),
              })),
            }
          );
        },
      },
    }),
    found: /a deleted account is gone/,
  },
  'forget used steps with their account': {
    fault: ({ accounts, ledger }) => {
      const gone = new Set<string>();
      return {
        accounts: { ...accounts, delete: (id) => accounts.delete(gone.add(id) && id) },
        ledger: {
          ...ledger,
          consume: (use) =>
            ledger.consume({
              ...use,
              account: `${use.account}${gone.has(use.account) ? '2' : ''}`,
            }),
        },
      };
    },
    found: /a deleted account is gone/,
  },
  'put a further seed in the place of all': {
    fault: ({ accounts }) => ({
      accounts: {
        ...accounts,
        hold: async (id, seed) => {
          if (!(await accounts.delete(id))) return false;
          return (await accounts.create({ id, seeds: [seed] })) === 'created';
        },
      },
    }),
    found: /a seed is added/,
  },
  'teach one clock to all': {
    fault: ({ drift }) => ({
      drift: { ...drift, learn: (lesson) => drift.learn({ ...lesson, credential: 'phone' }) },
    }),
    found: /what was learned of a clock/,
  },
  'settle a rejection': {
    fault: ({ decisions }) => ({
      decisions: {
        ...decisions,
        find: async (id) => {
          const found = await decisions.find(id);
          return found && { ...found, settlement: 'lapsed', settledAt: 1_800_000_000_005 };
        },
      },
    }),
    found: /a decision is found/,
  },
  'keep the first recovery codes': {
    fault: ({ recovery }) => ({
      recovery: {
        ...recovery,
        replace: async (id, set) => {
          if (!(await recovery.of(id))) await recovery.replace(id, set);
        },
      },
    }),
    found: /recovery codes are the newest/,
  },
  'give every claim': {
    fault: ({ requests }) => ({
      requests: {
        ...requests,
        async claim(request, times) {
          const found = await requests.claim(request, times);
          return found === 'under-way' ? { claim: '' } : found;
        },
      },
    }),
    found: /of fifty claims of a request/,
  },
  'let a key stand for any content': {
    fault: ({ requests }) => ({
      requests: {
        ...requests,
        claim: (request, times) => requests.claim({ ...request, content: '' }, times),
      },
    }),
    found: /a key stands for one content/,
  },
  'keep the claims of the dead': {
    fault: ({ requests }) => ({
      requests: {
        ...requests,
        claim: (request, times) => requests.claim(request, { ...times, leased: times.until }),
      },
    }),
    found: /a claim that nothing was decided on lapses/,
  },
  'release no claim': {
    fault: ({ requests }) => ({ requests: { ...requests, release: async () => {} } }),
    found: /a claim that was released is free/,
  },
  'remember requests for good': {
    fault: ({ requests }) => ({
      requests: {
        ...requests,
        claim: (request, times) => requests.claim(request, { ...times, until: times.until * 2 }),
      },
    }),
    found: /a key is free after its time/,
  },
  'tell no account from the one before it': {
    fault: ({ accounts }) => ({
      accounts: {
        ...accounts,
        async find(id) {
          const found = await accounts.find(id);
          return found && { ...found, incarnation: id };
        },
      },
    }),
    found: /made anew under its id is another/,
  },
  'sweep nothing': { fault: () => ({ sweep: async () => 0 }), found: /sweeping forgets/ },
  'go on after their end': { fault: () => ({ close: async () => {} }), found: /that were closed/ },
};

describe('the kit', () => {
  test('passes whole on what passes check by check', () =>
    testStores(({ now }) => memoryStores({ now })));

  test.each(Object.entries(BROKEN))('catches stores that %s', async (_, { fault, found }) => {
    const broken = testStores(({ now }) => {
      const stores = memoryStores({ now });
      return { ...stores, ...fault(stores) };
    });
    await expect(broken).rejects.toThrow(found);
  });
});
