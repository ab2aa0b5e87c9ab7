/** What a gateway's stores must show beside what ledgers and outboxes do. */
import { type DriftEstimate, importKey, observe, totp } from '@driftlock/totp-core';
import {
  type Check,
  ledgerChecks,
  outboxChecks,
  runChecks,
  same,
} from '@driftlock/verifier/testing';
import { requestChecks } from './request-checks.js';
import type { Account, NewAccount, Seed, Stores } from './stores.js';

export type StoresFactory = (options: { now: () => number }) => Stores | Promise<Stores>;
export type StoresCheck = { name: string; run(factory: StoresFactory): Promise<void> };

const AT = 1_800_000_000_000;
const DAY = 86_400_000;
const many = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const seed = (credential: string, first = 1): Seed => ({
  credential,
  secret: new Uint8Array(20).fill(first),
  params: { digits: 8 },
});
const account = (id: string, more: Partial<NewAccount> = {}): NewAccount => ({
  id,
  seeds: [seed('phone')],
  ...more,
});
const accepted = (id: string) =>
  ({ id, accepted: true, by: 'authority', standing: 'provisional' }) as const;
const rejected = (id: string) => ({ id, accepted: false, reason: 'mismatch' }) as const;

/** What an account looks like from outside: its names, and a code of each of its keys. */
async function seen(found: Account | undefined): Promise<unknown> {
  if (!found) return undefined;
  const { held, incarnation: _, ...names } = found;
  const codes: unknown[] = [];
  for (const { credential, params, use } of held) {
    codes.push([credential, params.digits, await use((key) => totp(key, { at: AT }))]);
  }
  return { ...names, codes };
}

const own: { name: string; run(stores: Stores, clock: { at: number }): Promise<void> }[] = [
  {
    name: 'an account is found as it was made, with a copy of its seed',
    async run({ accounts }) {
      same('before', await seen(await accounts.find('ana')), undefined);
      const given = account('ana', { authyId: '17' });
      same('made', await accounts.create(given), 'created');
      given.seeds[0]?.secret.fill(9);
      const ana = { id: 'ana', authyId: '17', codes: [['phone', 8, codeOf(1)]] };
      same('found', await seen(await accounts.find('ana')), ana);
      same('by its user', await seen(await accounts.findByAuthyId('17')), ana);
      same('another case', await seen(await accounts.find('Ana')), undefined);
    },
  },
  {
    name: 'of ten accounts of one name made at once one is made',
    async run({ accounts }) {
      const made = await Promise.all(
        many(10).map((n) => accounts.create(account('ana', { seeds: [seed('phone', n)] }))),
      );
      same('made', made.filter((outcome) => outcome === 'created').length, 1);
      const winner = { id: 'ana', codes: [['phone', 8, codeOf(made.indexOf('created'))]] };
      same('found', await seen(await accounts.find('ana')), winner);
      same('one more', await accounts.create(account('ana', { seeds: [] })), 'exists');
      same('still', await seen(await accounts.find('ana')), winner);
    },
  },
  {
    name: 'a user is one account’s alone, also where ten are made at once',
    async run({ accounts }) {
      const made = await Promise.all(
        many(10).map((n) => accounts.create(account(`a${n}`, { authyId: '17' }))),
      );
      const winners = made.filter((outcome) => outcome === 'created').length;
      if (winners > 1) throw new Error(`${winners} accounts were made for one user`);
      same('listed', (await accounts.list({ limit: 20 })).length, winners);
      await accounts.create(account('b', { authyId: '18' }));
      same('taken', await accounts.create(account('c', { authyId: '18' })), 'exists');
      same('not made', await accounts.find('c'), undefined);
      await accounts.delete('b');
      same('free again', await accounts.create(account('c', { authyId: '18' })), 'created');
      same('found', (await accounts.findByAuthyId('18'))?.id, 'c');
      same('an account’s name', await accounts.findByAuthyId('c'), undefined);
    },
  },
  {
    name: 'a seed is added, or takes the place of its credential’s',
    async run({ accounts }) {
      same('to none', await accounts.hold('ana', seed('phone')), false);
      await accounts.create(account('ana'));
      same('added', await accounts.hold('ana', seed('key', 2)), true);
      same('replaced', await accounts.hold('ana', seed('phone', 3)), true);
      const codes = [
        ['key', 8, codeOf(2)],
        ['phone', 8, codeOf(3)],
      ];
      same('found', await seen(await accounts.find('ana')), { id: 'ana', codes });
    },
  },
  {
    name: 'a deleted account is gone with its seeds, and what was used stays used',
    async run({ accounts, drift, ledger }) {
      await accounts.create(account('ana'));
      await drift.learn({ account: 'ana', credential: 'phone', estimate: estimateOf(1) });
      const use = { account: 'ana', credential: 'phone', step: 1, at: AT };
      await ledger.consume(use);
      const before = await accounts.find('ana');
      const [held] = before?.held ?? [];
      const kept = await held?.use((key) => key);
      same('deleted', await accounts.delete('ana'), true);
      same('found', await accounts.find('ana'), undefined);
      same('listed', await accounts.list({ limit: 9 }), []);
      same('again', await accounts.delete('ana'), false);
      const works = (work: () => unknown) =>
        Promise.resolve()
          .then(work)
          .then(
            () => true,
            () => false,
          );
      same('its key', await works(() => kept && totp(kept, { at: AT })), false);
      same('its seed', await works(() => held?.use((key) => totp(key, { at: AT }))), false);
      await accounts.create(account('ana'));
      same('its drift', [...(await drift.of('ana'))], []);
      same('its step', await ledger.consume(use), 'replay');
    },
  },
  {
    name: 'a key that was wiped is unsealed again for whoever works with it',
    async run({ accounts }) {
      await accounts.create(account('ana'));
      const before = await accounts.find('ana');
      const kept = await before?.held[0]?.use((key) => key);
      accounts.wipe('ana');
      const works = await Promise.resolve()
        .then(() => kept && totp(kept, { at: AT }))
        .then(
          () => true,
          () => false,
        );
      same('the key', works, false);
      same('under way', await seen(before), { id: 'ana', codes: [['phone', 8, codeOf(1)]] });
    },
  },
  {
    name: 'accounts are listed in order, by a part of their names, a page at a time',
    async run({ accounts }) {
      for (const id of ['cleo', 'Ben', 'ana_1', 'anaX1', 'dan']) {
        await accounts.create(account(id, { seeds: [] }));
      }
      same('all', await accounts.list({ limit: 9 }), ['Ben', 'anaX1', 'ana_1', 'cleo', 'dan']);
      same('a page', await accounts.list({ after: 'Ben', limit: 2 }), ['anaX1', 'ana_1']);
      same('by a part', await accounts.list({ query: 'AN', limit: 9 }), ['anaX1', 'ana_1', 'dan']);
      same('no pattern', await accounts.list({ query: 'a_1', limit: 9 }), ['ana_1']);
    },
  },
  {
    name: 'what was learned of a clock is its credential’s, and goes when it is forgotten',
    async run({ accounts, drift }) {
      await drift.learn({ account: 'nobody', credential: 'phone', estimate: estimateOf(1) });
      same('of nobody', [...(await drift.of('nobody'))], []);
      await accounts.create(account('ana', { seeds: [seed('phone'), seed('key', 2)] }));
      await drift.learn({ account: 'ana', credential: 'phone', estimate: estimateOf(1) });
      await drift.learn({ account: 'ana', credential: 'key', estimate: estimateOf(2) });
      await drift.learn({ account: 'ana', credential: 'phone', estimate: estimateOf(3) });
      const learned = { phone: estimateOf(3), key: estimateOf(2) };
      same('learned', Object.fromEntries(await drift.of('ana')), learned);
      const found = await accounts.find('ana');
      same(
        'found with its account',
        Object.fromEntries((found?.held ?? []).map((one) => [one.credential, one.estimate])),
        learned,
      );
      await drift.forget('ana');
      same('forgotten', [...(await drift.of('ana'))], []);
    },
  },
  {
    name: 'a decision is found as it was made, and how it was settled beside it',
    async run({ decisions }) {
      await decisions.record({ account: 'ana', decision: accepted('1'), at: AT });
      await decisions.record({ account: 'ana', decision: rejected('2'), at: AT + 1 });
      for (const id of ['1', '2', '3']) {
        await decisions.settle(id, { settlement: 'lapsed', at: AT + 5 });
      }
      const first = { account: 'ana', decision: accepted('1'), at: AT };
      const settled = { ...first, settlement: 'lapsed', settledAt: AT + 5 };
      same('a yes', await decisions.find('1'), settled);
      const no = { account: 'ana', decision: rejected('2'), at: AT + 1 };
      same('a no', await decisions.find('2'), no);
      same('unknown', await decisions.find('3'), undefined);
    },
  },
  {
    name: 'recovery codes are the newest set, and go with their account’s wish',
    async run({ recovery }) {
      same('none', await recovery.of('ana'), undefined);
      const set = (salt: string) => ({ id: salt, salt, hashes: [salt] }) as never;
      await recovery.replace('ana', set('one'));
      await recovery.replace('ana', set('two'));
      same('the newest', await recovery.of('ana'), set('two'));
      same('another’s', await recovery.of('ben'), undefined);
      await recovery.forget('ana');
      await recovery.forget('ana');
      same('forgotten', await recovery.of('ana'), undefined);
    },
  },
  {
    name: 'sweeping forgets old decisions and settled rows, and nothing that could be used again',
    async run(stores, clock) {
      const { accounts, ledger, outbox, decisions } = stores;
      const row = {
        ...{ account: 'ana', user: '17', credential: 'phone', step: 1, at: AT, decidedAt: AT },
        ...{ deadline: AT, sent: 'no' as const, retried: false },
      };
      await accounts.create(account('ana'));
      await ledger.consume({ account: 'ana', credential: 'phone', step: 1, at: AT });
      await outbox.add({ ...row, id: 'open' });
      await outbox.add({ ...row, id: 'settled' });
      await outbox.settle('settled', 'lapsed', AT);
      await decisions.record({ account: 'ana', decision: accepted('old'), at: AT });
      await decisions.record({ account: 'ana', decision: accepted('new'), at: AT + 30 * DAY });
      clock.at = AT + 29 * DAY;
      same('too early', await stores.sweep(), 0);
      clock.at = AT + 31 * DAY;
      same('swept', await stores.sweep(), 2);
      same(
        'the old',
        [await decisions.find('old'), await outbox.find('settled')],
        [undefined, undefined],
      );
      same('the new', (await decisions.find('new'))?.at, AT + 30 * DAY);
      clock.at = AT + 3650 * DAY;
      await stores.sweep();
      same('the account', (await accounts.find('ana'))?.id, 'ana');
      same(
        'the open row',
        (await outbox.open()).map(({ id }) => id),
        ['open'],
      );
      same('the step', (await ledger.state('ana')).last, { phone: 1 });
    },
  },
  {
    name: 'names that mean something to JavaScript are only names',
    async run({ accounts, drift, decisions, outbox }) {
      for (const id of ['__proto__', 'constructor', 'toString']) {
        same(id, await accounts.find(id), undefined);
        same(`${id}’s decision`, await decisions.find(id), undefined);
        same(`${id}’s row`, await outbox.find(id), undefined);
        await accounts.create(account(id, { seeds: [seed(id)] }));
        await drift.learn({ account: id, credential: id, estimate: estimateOf(1) });
        same(`${id}’s drift`, [...(await drift.of(id)).keys()], [id]);
      }
    },
  },
  {
    name: 'the seal is right, and stores that were closed reject whatever they are asked',
    async run(stores) {
      await stores.check();
      await stores.accounts.create(account('ana'));
      const held = (await stores.accounts.find('ana'))?.held[0];
      const kept = await held?.use((key) => key);
      await stores.close();
      const asked: Record<string, () => unknown> = {
        key: () => kept && totp(kept, { at: AT }),
        find: () => stores.accounts.find('ana'),
        take: () => stores.ledger.take('ana'),
        open: () => stores.outbox.open(),
        record: () => stores.decisions.record({ account: 'a', decision: rejected('1'), at: AT }),
        of: () => stores.drift.of('ana'),
        claim: () =>
          stores.requests.claim(
            { account: 'ana', key: 'k', content: '' },
            { at: AT, leased: AT, until: AT },
          ),
        sweep: () => stores.sweep(),
      };
      for (const [name, ask] of Object.entries(asked)) {
        const outcome = await Promise.resolve()
          .then(ask)
          .then(
            () => 'answered',
            () => 'rejected',
          );
        same(name, outcome, 'rejected');
      }
    },
  },
];

/** Every check of the kit, to be registered one by one in a test runner; each closes its stores. */
export const storesChecks: StoresCheck[] = [
  ...ledgerChecks.map((check) => part(check, ({ ledger }) => ledger)),
  ...outboxChecks.map((check) => part(check, ({ outbox }) => outbox)),
  ...[...own, ...requestChecks].map(({ name, run }) => ({
    name,
    async run(factory: StoresFactory) {
      const clock = { at: AT };
      const stores = await factory({ now: () => clock.at });
      try {
        await run(stores, clock);
      } finally {
        await stores.close();
      }
    },
  })),
];

function part<Part>({ name, run }: Check<Part>, of: (stores: Stores) => Part): StoresCheck {
  return {
    name,
    async run(factory) {
      const made: Stores[] = [];
      try {
        await run(async () => {
          const stores = await factory({ now: () => AT });
          made.push(stores);
          return of(stores);
        });
      } finally {
        await Promise.all(made.map((stores) => stores.close()));
      }
    },
  };
}

/**
 * Runs the whole kit, the ledger's and the outbox's included; `factory` makes fresh, empty stores each
 * time, that keep decisions for thirty days. Rejects with an AggregateError that names every check
 * that failed.
 *
 * @example
 * await testStores(({ now }) => storesOver(memoryEngine(), { seal, now }));
 */
export async function testStores(factory: StoresFactory): Promise<void> {
  const checks = storesChecks.map(({ name, run }) => ({ name, run: () => run(factory) }));
  await runChecks(checks, () => undefined);
}

function codeOf(first: number): string {
  const { secret, params } = seed('phone', first);
  const key = importKey(secret, params);
  return totp(key, { at: AT });
}

function estimateOf(step: number): DriftEstimate {
  return observe(undefined, { at: AT, step: AT / 30_000 + step, period: 30 });
}
