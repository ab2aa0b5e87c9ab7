/** What every outbox must show: one claimant, one settlement, no digits left behind. */
import { type Check, runChecks, same } from './checks.js';
import type { Outbox, OutboxRow } from './outbox.js';

export type OutboxCheck = Check<Outbox>;

const AT = 1_800_000_000_000;
const CLAIM = { at: AT, until: AT + 1000 };
const row = (id: string, more: Partial<OutboxRow> = {}): OutboxRow => ({
  id,
  account: 'ana',
  user: '17',
  credential: 'phone',
  step: 60_000_000,
  at: AT,
  decidedAt: AT,
  deadline: AT + 60_000,
  code: '000000',
  sent: 'no',
  retried: false,
  ...more,
});

/** Every check of the kit, to be registered one by one in a test runner. */
export const outboxChecks: OutboxCheck[] = [
  {
    name: 'a row is open until it is settled, and readable after',
    async run(factory) {
      const outbox = await factory();
      await outbox.add(row('a'));
      await outbox.add(row('b', { at: AT + 1, decidedAt: AT + 1 }));
      same('open', await outbox.open(), [row('a'), row('b', { at: AT + 1, decidedAt: AT + 1 })]);
      same('settled', await outbox.settle('a', 'confirmed', AT + 5), true);
      same(
        'open ids',
        (await outbox.open()).map(({ id }) => id),
        ['b'],
      );
      const { code: _, ...erased } = row('a');
      const settled = { ...erased, settlement: 'confirmed', settledAt: AT + 5 };
      same('found', await outbox.find('a'), settled);
      same('never added', await outbox.find('c'), undefined);
    },
  },
  {
    name: 'ten parallel claims have one winner, until the claim runs out',
    async run(factory) {
      const outbox = await factory();
      await outbox.add(row('a'));
      const claims = await Promise.all(Array.from({ length: 10 }, () => outbox.claim('a', CLAIM)));
      same('winners', claims.filter((claim) => claim !== undefined).length, 1);
      same(
        'the claimed row',
        claims.find((claim) => claim !== undefined),
        row('a'),
      );
      const late = await outbox.claim('a', { at: AT + 1000, until: AT + 2000 });
      same('possibly sent by then', late, row('a', { sent: 'maybe', retried: true }));
    },
  },
  {
    name: 'a claim made by a clock that was set back since holds nobody up',
    async run(factory) {
      const outbox = await factory();
      await outbox.add(row('a'));
      await outbox.claim('a', CLAIM);
      const little = await outbox.claim('a', { at: AT - 2000, until: AT - 1000 });
      same('set back a little', little, undefined);
      const far = await outbox.claim('a', { at: AT - 3_600_000, until: AT - 3_599_000 });
      same('set back an hour', far, row('a', { sent: 'maybe', retried: true }));
    },
  },
  {
    name: 'ten parallel settlements have one winner',
    async run(factory) {
      const outbox = await factory();
      await outbox.add(row('a'));
      const wins = await Promise.all(
        Array.from({ length: 10 }, () => outbox.settle('a', 'lapsed', AT)),
      );
      same('winners', wins.filter(Boolean).length, 1);
    },
  },
  {
    name: 'a released row can be claimed again and remembers that it was asked',
    async run(factory) {
      const outbox = await factory();
      await outbox.add(row('a'));
      await outbox.claim('a', CLAIM);
      await outbox.release('a', { sent: 'no' });
      same('claimed again', await outbox.claim('a', CLAIM), row('a', { retried: true }));
    },
  },
  {
    name: 'digits are erased when the authority holds the code, and when the row settles',
    async run(factory) {
      const outbox = await factory();
      await outbox.add(row('a'));
      await outbox.claim('a', CLAIM);
      await outbox.release('a', { sent: 'pending', decision: 'theirs' });
      const { code: _, ...erased } = row('a', { sent: 'pending', decision: 'theirs' });
      same('pending', await outbox.find('a'), erased);
      await outbox.add(row('b'));
      await outbox.settle('b', 'ambiguous', AT);
      same('settled', (await outbox.find('b'))?.code, undefined);
    },
  },
  {
    name: 'a settled row can be neither claimed nor released',
    async run(factory) {
      const outbox = await factory();
      await outbox.add(row('a'));
      await outbox.settle('a', 'contradicted', AT);
      same('claimed', await outbox.claim('a', CLAIM), undefined);
      await outbox.release('a', { sent: 'no' });
      same('still settled', (await outbox.find('a'))?.settlement, 'contradicted');
      same('open', await outbox.open(), []);
    },
  },
];

/** Runs the whole kit; rejects with an AggregateError that names every check that failed. */
export async function testOutbox(factory: () => Outbox | Promise<Outbox>): Promise<void> {
  await runChecks(outboxChecks, factory);
}
