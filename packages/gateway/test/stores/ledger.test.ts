import { type Consume, EMPTY_ACCOUNT, type Ledger } from '@driftlock/verifier';
import { ledgerChecks, testLedger } from '@driftlock/verifier/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryEngine } from '../../src/engines/memory.js';
import type { Cells } from '../../src/stores/engine.js';
import { ledgerOverCells } from '../../src/stores/ledger.js';

const AT = 1_800_000_000_000;
const later = () => new Promise((resolve) => setImmediate(resolve));
const use = (step: number, more: Partial<Consume> = {}): Consume => ({
  account: 'ana',
  credential: 'phone',
  step,
  at: AT,
  ...more,
});

/** Cells that answer later, and what they were asked. */
function slowly(cells: Cells): Cells & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async read(place) {
      asked.push('read');
      await later();
      return cells.read(place);
    },
    async swap(place, change) {
      asked.push('swap');
      await later();
      const done = await cells.swap(place, change);
      await later();
      return done;
    },
  };
}

/** What no engine may do: another's write between its reading and its writing is lost. */
function racy(cells: Cells): Cells {
  return {
    read: (place) => cells.read(place),
    async swap(place, change) {
      if ((await cells.read(place))?.version !== change.from) return false;
      await later();
      const now = await cells.read(place);
      return cells.swap(place, { ...change, ...(now ? { from: now.version } : {}) });
    },
  };
}

/** Two processes, as far as a ledger can tell. */
const two = (cells: Cells): [Ledger, Ledger] => [ledgerOverCells(cells), ledgerOverCells(cells)];

describe('a ledger over cells', () => {
  test.each(ledgerChecks)('$name', ({ run }) => run(() => ledgerOverCells(memoryEngine())));

  test('keeps its contract though nothing is remembered', () =>
    testLedger(() => ledgerOverCells(slowly(memoryEngine()), { keep: 0 })));

  test('of a hundred consumes at once in two processes one is the first', async () => {
    const ledgers = two(slowly(memoryEngine()));
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, n) => ledgers[n % 2]!.consume(use(1))),
    );
    expect(outcomes.filter((outcome) => outcome === 'first')).toStrictEqual(['first']);
  });

  test('over an engine that reads, then writes, the same assertion fails', async () => {
    const ledgers = two(slowly(racy(memoryEngine())));
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, n) => ledgers[n % 2]!.consume(use(1))),
    );
    expect(outcomes.filter((outcome) => outcome === 'first').length).toBeGreaterThan(1);
    await expect(testLedger(() => ledgersInTurn(racy(memoryEngine())))).rejects.toThrow(
      /a hundred parallel consumes/,
    );
  });

  test('whatever two processes do in whatever order, they answer as one would', async () => {
    const seen = { first: 0, replay: 0, taken: 0, refused: 0 };
    const act = fc.record({
      by: fc.nat(1),
      do: fc.constantFrom('take', 'take', 'consume', 'unlock', 'state'),
      step: fc.integer({ min: 1, max: 6 }),
      wait: fc.nat(3),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 30 }), async (acts) => {
        const ledgers = two(slowly(memoryEngine()));
        const firsts: number[] = [];
        const running = [];
        for (const { by, do: what, step, wait } of acts) {
          const ledger = ledgers[by]!;
          running.push(carryOut(ledger, what, step));
          for (let i = 0; i < wait; i++) await later();
        }
        for (const outcome of await Promise.all(running)) {
          if (outcome.is === 'first') firsts.push(outcome.step);
          if (outcome.is in seen) seen[outcome.is as keyof typeof seen]++;
        }
        expect(new Set(firsts).size).toBe(firsts.length);
        const [a, b] = await Promise.all(ledgers.map((ledger) => ledger.state('ana')));
        expect(a).toStrictEqual(b);
        expect(a!.last).toStrictEqual(firsts.length > 0 ? { phone: Math.max(...firsts) } : {});
      }),
      { numRuns: 300 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
  });

  test('an operation that nobody disturbs is one swap, and no read but an account’s first', async () => {
    const cells = slowly(memoryEngine());
    const ledger = ledgerOverCells(cells);
    for (const step of [1, 2, 3]) {
      const take = await ledger.take('ana', { at: AT });
      await ledger.consume(use(step, take.taken ? { attempt: take.attempt } : {}));
    }
    expect(cells.asked).toStrictEqual(['read', ...Array(6).fill('swap')]);
  });

  test('in one process the changes of an account wait for each other, so that each is one swap', async () => {
    const cells = slowly(memoryEngine());
    const ledger = ledgerOverCells(cells);
    await Promise.all(Array.from({ length: 20 }, (_, n) => ledger.consume(use(n))));
    expect(cells.asked).toStrictEqual(['read', ...Array(20).fill('swap')]);
  });

  test('what another process gave back is not refused from memory', async () => {
    const [ours, theirs] = two(memoryEngine());
    for (let i = 0; i < 5; i++) await ours.take('ana', { at: AT });
    expect((await ours.take('ana', { at: AT })).taken).toBe(false);
    await theirs.giveBack('ana', { unlock: true });
    expect((await ours.take('ana', { at: AT })).taken).toBe(true);
    expect(await ours.consume(use(1, { attempt: 7, hold: true }))).toBe('first');
    await theirs.giveBack('ana', { attempt: 7, unsent: true });
    expect(await ours.consume(use(1))).toBe('first');
  });

  test('a reply that was lost is an error, and the step is used', async () => {
    const engine = memoryEngine();
    const lossy = { lose: false };
    const ledger = ledgerOverCells({
      read: (place) => engine.read(place),
      async swap(place, change) {
        const done = await engine.swap(place, change);
        if (lossy.lose) throw new Error('the connection was cut');
        return done;
      },
    });
    await ledger.take('ana', { at: AT });
    lossy.lose = true;
    await expect(ledger.consume(use(1))).rejects.toThrow('the connection was cut');
    lossy.lose = false;
    expect(await ledger.consume(use(1))).toBe('replay');
    expect(await ledger.consume(use(2))).toBe('first');
  });

  test('an engine that fails holds up nobody who comes after', async () => {
    const engine = memoryEngine();
    let failures = 2;
    const ledger = ledgerOverCells({
      swap: (place, change) => engine.swap(place, change),
      async read(place) {
        await later();
        if (failures-- > 0) throw new Error('no answer');
        return engine.read(place);
      },
    });
    const outcomes = await Promise.allSettled([1, 2, 3].map((step) => ledger.consume(use(step))));
    expect(outcomes.map(({ status }) => status)).toStrictEqual([
      'rejected',
      'rejected',
      'fulfilled',
    ]);
  });

  test('accounts do not wait for one another', async () => {
    const engine = memoryEngine();
    const ledger = ledgerOverCells({
      swap: (place, change) => engine.swap(place, change),
      read: (place) => (place.key === 'ana' ? new Promise(() => {}) : engine.read(place)),
    });
    void ledger.consume(use(1));
    expect(await ledger.consume(use(1, { account: 'ben' }))).toBe('first');
  });

  test('a record that lacks a field, or is no JSON, accepts nothing', async () => {
    const { uses: _, ...lacking } = EMPTY_ACCOUNT;
    for (const value of [JSON.stringify(lacking), '{"last":{}}', '[]', 'null', '{"last":']) {
      const engine = memoryEngine();
      await engine.swap({ kind: 'ledger', key: 'ana' }, { to: { value, version: '1' } });
      await expect(ledgerOverCells(engine).consume(use(1))).rejects.toThrow();
    }
  });

  test('gives up on an engine that never lets it write', async () => {
    const ledger = ledgerOverCells({ read: async () => undefined, swap: async () => false });
    await expect(ledger.consume(use(1))).rejects.toThrow('changed faster');
  });
});

/** Operations of one account in two processes by turns. */
function ledgersInTurn(cells: Cells): Ledger {
  const ledgers = two(slowly(cells));
  let turn = 0;
  const next = () => ledgers[turn++ % 2]!;
  return {
    take: (...asked) => next().take(...asked),
    consume: (...asked) => next().consume(...asked),
    giveBack: (...asked) => next().giveBack(...asked),
    latch: (...asked) => next().latch(...asked),
    state: (...asked) => next().state(...asked),
  };
}

async function carryOut(
  ledger: Ledger,
  what: string,
  step: number,
): Promise<{ is: string; step: number }> {
  switch (what) {
    case 'take': {
      const attempts = { limit: 2, per: 900, lock: 100 };
      const { taken } = await ledger.take('ana', { at: AT, attempts });
      return { is: taken ? 'taken' : 'refused', step };
    }
    case 'consume':
      return { is: await ledger.consume(use(step)), step };
    case 'unlock':
      await ledger.giveBack('ana', { unlock: true });
      return { is: what, step };
    default:
      await ledger.state('ana');
      return { is: what, step };
  }
}
