/** What every ledger must show: one winner whatever the interleaving, and nothing forgotten. */
import { type Check, runChecks, same } from './checks.js';
import type { Consume, Ledger, Origin } from './ledger.js';

export type LedgerCheck = Check<Ledger>;

const AT = 1_800_000_000_000;
const HOUR = 3_600_000;
const many = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const use = (step: number, more: Partial<Consume> = {}): Consume => ({
  account: 'ana',
  credential: 'phone',
  step,
  begins: step * 30_000,
  ends: (step + 1) * 30_000,
  at: AT,
  ...more,
});
const NOW = AT / 30_000;
const reserve = (id: string, uses = 2): NonNullable<Consume['reserve']> => ({
  id,
  uses,
  hours: 72,
});

/** Every check of the kit, to be registered one by one in a test runner. */
export const ledgerChecks: LedgerCheck[] = [
  {
    name: 'a hundred parallel consumes of one step have one winner',
    async run(factory) {
      const ledger = await factory();
      const outcomes = await Promise.all(many(100).map(() => ledger.consume(use(NOW))));
      same('winners', outcomes.filter((outcome) => outcome === 'first').length, 1);
      same('replays', outcomes.filter((outcome) => outcome === 'replay').length, 99);
    },
  },
  {
    name: 'a step is a replay once it or a newer one was consumed',
    async run(factory) {
      const ledger = await factory();
      same('a first use', await ledger.consume(use(NOW)), 'first');
      same('the same step', await ledger.consume(use(NOW)), 'replay');
      same('an older step', await ledger.consume(use(NOW - 1)), 'replay');
      same('a newer step', await ledger.consume(use(NOW + 1)), 'first');
      same('the last step', (await ledger.state('ana')).last, { phone: NOW + 1 });
    },
  },
  {
    name: 'accounts and credentials do not touch each other',
    async run(factory) {
      const ledger = await factory();
      await ledger.consume(use(NOW));
      same('another credential', await ledger.consume(use(NOW, { credential: 'key' })), 'first');
      same('another account', await ledger.consume(use(NOW, { account: 'ben' })), 'first');
      same('an account never seen', (await ledger.state('eve')).last, {});
    },
  },
  {
    name: 'a step over 300 s ahead is used once and does not move the last step until it is past',
    async run(factory) {
      const ledger = await factory();
      const ahead = NOW + 120;
      same('far ahead', await ledger.consume(use(ahead)), 'first');
      same('far ahead again', await ledger.consume(use(ahead)), 'replay');
      same('the present', await ledger.consume(use(NOW)), 'first');
      same('the last step', (await ledger.state('ana')).last, { phone: NOW });
      const later = (ahead + 1) * 30_000;
      same('once it is past', await ledger.consume(use(ahead, { at: later })), 'replay');
      same('the step after it', await ledger.consume(use(ahead + 1, { at: later })), 'first');
    },
  },
  {
    name: 'a step remembered singly is used, and moves the last step only once it is past',
    async run(factory) {
      const ledger = await factory();
      same('claimed', await ledger.consume(use(NOW + 1, { singly: true })), 'first');
      same('claimed again', await ledger.consume(use(NOW + 1, { singly: true })), 'replay');
      same('the step before it', await ledger.consume(use(NOW)), 'first');
      same('the step itself', await ledger.consume(use(NOW + 1)), 'replay');
      same('the last step', (await ledger.state('ana')).last, { phone: NOW });
      const later = { at: AT + 60_000 };
      same('once it is past', await ledger.consume(use(NOW + 1, later)), 'replay');
      same('the next', await ledger.consume(use(NOW + 2, later)), 'first');
    },
  },
  {
    name: 'parallel reservations never exceed the offline uses, and a spent budget consumes nothing',
    async run(factory) {
      const ledger = await factory();
      const outcomes = await Promise.all(
        many(20).map((n) =>
          ledger.consume(use(NOW, { credential: `c${n}`, reserve: reserve(`d${n}`) })),
        ),
      );
      same('reserved', outcomes.filter((outcome) => outcome === 'first').length, 2);
      same('spent', outcomes.filter((outcome) => outcome === 'spent').length, 18);
      same('steps consumed', Object.keys((await ledger.state('ana')).last).length, 2);
      same('unconfirmed', (await ledger.state('ana')).uses.length, 2);
    },
  },
  {
    name: 'offline uses end some hours after the oldest unconfirmed one, or when the clock goes back',
    async run(factory) {
      const ledger = await factory();
      await ledger.consume(use(NOW, { reserve: reserve('one') }));
      const at = AT + 72 * HOUR;
      same('in time', await spends(ledger, { step: NOW + 1, at: at - 1 }), 'first');
      const other = await factory();
      await other.consume(use(NOW, { reserve: reserve('one') }));
      same('too late', await spends(other, { step: NOW + 1, at }), 'spent');
      same('turned back', await spends(other, { step: NOW + 1, at: AT - 60_000 }), 'spent');
    },
  },
  {
    name: "an authority's yes brings back the uses it was seen to be about, and no other",
    async run(factory) {
      const ledger = await factory();
      await ledger.consume(use(NOW, { reserve: reserve('one') }));
      await ledger.consume(use(NOW + 1, { at: AT + 2000, reserve: reserve('two') }));
      await ledger.giveBack('ana', { yes: ['one', 'never'] });
      same('unconfirmed', (await ledger.state('ana')).uses, [{ id: 'two', at: AT + 2000 }]);
    },
  },
  {
    name: 'a step that is held is used to everybody but its holder, and free again if unsent',
    async run(factory) {
      const ledger = await factory();
      const mine = { attempt: 1 };
      const holds = await Promise.all(
        many(10).map((n) => ledger.consume(use(NOW, { attempt: n + 1, hold: true }))),
      );
      same('holders', holds.filter((outcome) => outcome === 'first').length, 1);
      same('the holder is the first', holds[0], 'first');
      same('a stranger', await ledger.consume(use(NOW, { attempt: 2 })), 'replay');
      same('the last step is not moved', (await ledger.state('ana')).last, {});
      await ledger.giveBack('ana', { ...mine, unsent: true });
      same('held again', await ledger.consume(use(NOW, { attempt: 2, hold: true })), 'first');
      await ledger.giveBack('ana', { attempt: 2 });
      same('still held once sent', await ledger.consume(use(NOW, mine)), 'replay');
      same('its holder', await ledger.consume(use(NOW, { attempt: 2 })), 'first');
      same('held no more', (await ledger.state('ana')).asking, []);
    },
  },
  {
    name: 'a step whose holder never came back is used for good',
    async run(factory) {
      const ledger = await factory();
      await ledger.consume(use(NOW, { attempt: 1, hold: true }));
      const later = AT + HOUR;
      same('later', await ledger.consume(use(NOW, { attempt: 1, at: later })), 'replay');
      same('the last step', (await ledger.state('ana')).last, { phone: NOW });
      same('the next', await ledger.consume(use(NOW + 120, { at: later })), 'first');
      same('then', (await ledger.state('ana')).last, { phone: NOW + 120 });
    },
  },
  {
    name: 'parallel attempts are each counted, and none is taken beyond the limit',
    async run(factory) {
      const ledger = await factory();
      const takes = await Promise.all(many(20).map(() => ledger.take('ana', { at: AT })));
      same('taken', takes.filter(({ taken }) => taken).length, 5);
      const refused = takes.filter((take) => !take.taken);
      same(
        'refusals',
        refused,
        Array(15).fill({ taken: false, reason: 'throttled', retryAfter: 30 }),
      );
    },
  },
  {
    name: 'a source has attempts of its own, all sources of an account share more, a device needs neither',
    async run(factory) {
      const ledger = await factory();
      const taken = async (from: Origin): Promise<number> => {
        const takes = await Promise.all(many(30).map(() => ledger.take('ana', { at: AT, from })));
        return takes.filter((take) => take.taken).length;
      };
      for (const n of many(4)) same(`source ${n}`, await taken({ source: `s${n}` }), 5);
      same('a fifth source', await taken({ source: 's4' }), 0);
      same('a device', await taken({ device: 'till' }), 5);
      same('a device of a source’s name', await taken({ device: 's0' }), 5);
      await ledger.giveBack('ana', { unlock: true });
      same('unlocked', await taken({ source: 's0' }), 5);
    },
  },
  {
    name: 'waits double from 30 s, and an account locks after its run of failures',
    async run(factory) {
      const ledger = await factory();
      const attempts = { limit: 1, per: 900, lock: 4 };
      let at = AT;
      for (const wait of [30, 60, 120]) {
        same('taken', (await ledger.take('ana', { at, attempts })).taken, true);
        const early = await ledger.take('ana', { at, attempts });
        same('the wait', early, { taken: false, reason: 'throttled', retryAfter: wait });
        at += wait * 1000;
      }
      same('the fourth', (await ledger.take('ana', { at, attempts })).taken, true);
      const locked = { taken: false, reason: 'locked' };
      same('locked', await ledger.take('ana', { at: at + HOUR, attempts }), locked);
      await ledger.latch('ana', { latched: true, id: 'one', at });
      await ledger.giveBack('ana', { unlock: true });
      same('unlocked', (await ledger.take('ana', { at, attempts })).taken, true);
      same('still latched', (await ledger.state('ana')).latch, { id: 'one', at });
    },
  },
  {
    name: 'an accepted code gives its attempt back and ends the failures before it, not those after',
    async run(factory) {
      const ledger = await factory();
      const [, second] = [
        await ledger.take('ana', { at: AT }),
        await ledger.take('ana', { at: AT }),
      ];
      await ledger.take('ana', { at: AT });
      if (!second.taken) throw new Error('an attempt within the limit was refused');
      await ledger.consume(use(NOW, { attempt: second.attempt }));
      same('failures', (await ledger.state('ana')).attempts.failures, 1);
    },
  },
  {
    name: 'an attempt that had no ruling comes back',
    async run(factory) {
      const ledger = await factory();
      for (const _ of many(12)) {
        const take = await ledger.take('ana', { at: AT });
        if (!take.taken) throw new Error('an attempt that was given back still counts');
        await ledger.giveBack('ana', { attempt: take.attempt });
      }
      same('failures', (await ledger.state('ana')).attempts.failures, 0);
    },
  },
  {
    name: 'a latch is cleared only by a yes that had seen it, and reserves nothing meanwhile',
    async run(factory) {
      const ledger = await factory();
      await ledger.latch('ana', { latched: true, id: 'one', at: AT });
      const spent = await ledger.consume(use(NOW, { reserve: reserve('use') }));
      same('an offline use', spent, 'spent');
      await ledger.latch('ana', { latched: true, id: 'two', at: AT });
      await ledger.latch('ana', { latched: false, seen: 'one' });
      same('a yes asked before', (await ledger.state('ana')).latch, { id: 'two', at: AT });
      await ledger.latch('ana', { latched: false, seen: 'two' });
      same('a yes asked since', (await ledger.state('ana')).latch, undefined);
    },
  },
  {
    name: 'names that mean something to JavaScript are only names',
    async run(factory) {
      const ledger = await factory();
      for (const name of ['__proto__', 'constructor', 'toString']) {
        const odd = { account: name, credential: name };
        same(`${name} once`, await ledger.consume(use(NOW, odd)), 'first');
        same(`${name} twice`, await ledger.consume(use(NOW, odd)), 'replay');
        const ahead = { ...odd, step: NOW + 20, begins: AT + 600_000, ends: AT + 630_000 };
        same(`${name} ahead`, await ledger.consume({ ...use(NOW), ...ahead }), 'first');
        const later = { ...use(NOW), ...ahead, at: AT + 630_000 };
        same(`${name} once past`, await ledger.consume(later), 'replay');
      }
    },
  },
  {
    name: 'a step or an instant that is none is refused, and changes nothing',
    async run(factory) {
      const ledger = await factory();
      for (const wrong of [use(Number.NaN), use(0.5), use(NOW, { at: Number.NaN })]) {
        const outcome = await ledger.consume(wrong).catch(() => 'thrown');
        same('the outcome', outcome, 'thrown');
      }
      same('the last step', (await ledger.state('ana')).last, {});
    },
  },
];

/**
 * Runs the whole kit; `factory` makes a fresh, empty ledger each time. Rejects with an
 * AggregateError that names every check that failed.
 *
 * @example
 * await testLedger(() => memoryLedger());
 */
export async function testLedger(factory: () => Ledger | Promise<Ledger>): Promise<void> {
  await runChecks(ledgerChecks, factory);
}

async function spends(
  ledger: Ledger,
  { step, at }: { step: number; at: number },
): Promise<'first' | 'replay' | 'spent'> {
  return ledger.consume({ account: 'ana', credential: 'phone', step, at, reserve: reserve('x') });
}
