/** Random histories: whatever clock, drift, outage and resynchronization do, no code is accepted twice. */
import { type DriftEstimate, importKey, type TotpKey, totp } from '@driftlock/totp-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type AccountState,
  type Authority,
  createClock,
  createVerifier,
  EMPTY_ACCOUNT,
  keyCredential,
  type Ledger,
  ledgerOver,
  memoryLedger,
  memoryOutbox,
  type Policy,
  type Verifier,
} from '../src/index.js';
import { Failure } from './stage.js';

type Deed =
  | { do: 'type'; phone: number; late: number }
  | { do: 'type again'; which: number }
  | { do: 'wait'; seconds: number }
  | { do: 'move our clock'; seconds: number }
  | { do: 'move a phone'; phone: number; seconds: number }
  | { do: 'resynchronize'; phone: number }
  | { do: 'authority'; is: 'up' | 'down' | 'lost' | 'refused' }
  | { do: 'mode'; is: Policy['mode'] }
  | { do: 'reconcile' | 'restart' | 'vouch' };

const phone = fc.integer({ min: 0, max: 1 });
const moves = fc.oneof(
  fc.integer({ min: -90, max: 90 }),
  fc.integer({ min: -900, max: 900 }),
  fc.integer({ min: -8000, max: 8000 }),
);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('type' as const),
      phone,
      late: fc.integer({ min: 0, max: 70 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('type again' as const), which: fc.nat(40) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      seconds: fc.integer({ min: 1, max: 100 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('move our clock' as const), seconds: moves }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('move a phone' as const), phone, seconds: moves }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('resynchronize' as const), phone }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('authority' as const),
      is: fc.constantFrom('up', 'down', 'lost', 'refused'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('mode' as const),
      is: fc.constantFrom('local-first', 'authority-first', 'offline'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('reconcile' as const, 'restart' as const, 'vouch' as const),
    }),
  },
) as fc.Arbitrary<Deed>;

const START = 1_800_000_000;
const keys: TotpKey[] = [
  importKey(new TextEncoder().encode('12345678901234567890')),
  importKey(new TextEncoder().encode('09876543210987654321')),
];

interface Typed {
  name: string;
  code: string;
}

/** How often each thing happened, so that a history in which nothing happens proves nothing. */
let tally: Record<string, number> = {};

/** What really is: true time, phones, and an authority that remembers what it accepted. */
class World {
  /** True Unix seconds. */
  time = START;
  ours = 0;
  drifts = [0, 0];
  authorityIs: 'up' | 'down' | 'lost' | 'refused' = 'up';
  mode: Policy['mode'] = 'local-first';
  readonly typed: Typed[] = [];
  readonly accepted = new Map<string, number>();
  readonly outbox = memoryOutbox();
  readonly estimates = new Map<string, DriftEstimate>();
  private readonly usedThere = new Set<string>();
  private background: Promise<unknown>[] = [];
  private readonly now = (): number => (this.time + this.ours) * 1000;
  private clock = createClock({ now: this.now });
  verifier: Verifier;

  readonly ledger: Ledger;
  readonly withAuthority: boolean;

  constructor(ledger: Ledger, withAuthority: boolean) {
    this.ledger = ledger;
    this.withAuthority = withAuthority;
    this.verifier = this.start();
  }

  start(): Verifier {
    this.clock = createClock({ now: this.now });
    return createVerifier({
      credentials: async () =>
        keys.map((key, index) => {
          const estimate = this.estimates.get(`phone ${index}`);
          return keyCredential({ id: `phone ${index}`, key, ...(estimate ? { estimate } : {}) });
        }),
      ...(this.withAuthority ? { authority: this.authority } : {}),
      ledger: this.ledger,
      outbox: this.outbox,
      policy: { mode: this.mode, attempts: { limit: 1000, per: 900, lock: 1_000_000 } },
      clock: this.clock,
      defer: (work) => this.background.push(work),
      onEvent: (event) => {
        if (event.type === 'observed') this.estimates.set(event.credential, event.estimate);
        tally[event.type] = (tally[event.type] ?? 0) + 1;
        if (event.type === 'decided') {
          const { decision } = event;
          const name = decision.accepted ? `${decision.by} ${decision.standing}` : decision.reason;
          tally[name] = (tally[name] ?? 0) + 1;
        }
      },
      onRevoke: () => {},
    });
  }

  private readonly authority: Authority = {
    verify: async ({ code }) => {
      if (this.authorityIs === 'down') throw new Failure('down');
      if (this.authorityIs === 'refused') throw new Failure('refused');
      const ruling = this.rule(code);
      if (this.authorityIs === 'lost') throw new Failure('ambiguous');
      return ruling;
    },
    status: async () => {
      if (this.authorityIs !== 'up') throw new Failure('down');
      return 'active';
    },
  };

  private rule(code: string): Awaited<ReturnType<Authority['verify']>> {
    for (const [index, key] of keys.entries()) {
      for (const back of [-30, 0, 30, 60]) {
        const at = (this.time - back) * 1000;
        if (totp(key, { at }) !== code) continue;
        const name = `${index} ${Math.floor(at / 30_000)}`;
        if (this.usedThere.has(name)) return { ruling: 'invalid', reason: 'reused' };
        this.usedThere.add(name);
        return { ruling: 'valid' };
      }
    }
    return { ruling: 'invalid', reason: 'mismatch' };
  }

  read(index: number, late: number): Typed {
    const at = (this.time + (this.drifts[index] ?? 0) - late) * 1000;
    const key = keys[index];
    if (!key) throw new Error('no such phone');
    return { name: `${index} ${Math.floor(at / 30_000)}`, code: totp(key, { at }) };
  }

  async type(typed: Typed): Promise<void> {
    this.typed.push(typed);
    const decision = await this.verifier.verify({ account: 'ana', code: typed.code });
    await this.settleDown();
    if (decision.accepted) this.accepted.set(typed.name, (this.accepted.get(typed.name) ?? 0) + 1);
  }

  async settleDown(): Promise<void> {
    const work = this.background;
    this.background = [];
    await Promise.all(work);
  }

  async resynchronize(index: number): Promise<void> {
    const first = { ...this.read(index, 0), at: this.now() };
    this.time += 30;
    const second = { ...this.read(index, 0), at: this.now() };
    const codes: [typeof first, typeof second] = [first, second];
    this.typed.push(first, second);
    const done = await this.verifier.resynchronize({ account: 'ana', codes });
    // A code that served to resynchronize has had its use.
    if (!done.synchronized) return;
    for (const { name } of codes) this.accepted.set(name, (this.accepted.get(name) ?? 0) + 1);
  }

  async vouch(): Promise<void> {
    this.ours = 0;
    await this.clock.trust();
  }
}

async function live(world: World, deeds: Deed[]): Promise<void> {
  for (const deed of deeds) {
    if (deed.do === 'type') await world.type(world.read(deed.phone, deed.late));
    if (deed.do === 'type again') {
      const typed = world.typed[world.typed.length - 1 - (deed.which % (world.typed.length || 1))];
      if (typed) await world.type(typed);
    }
    if (deed.do === 'wait') world.time += deed.seconds;
    if (deed.do === 'move our clock') world.ours += deed.seconds;
    if (deed.do === 'move a phone') world.drifts[deed.phone] = deed.seconds;
    if (deed.do === 'resynchronize') await world.resynchronize(deed.phone);
    if (deed.do === 'authority') world.authorityIs = deed.is;
    if (deed.do === 'mode') world.mode = deed.is;
    if (deed.do === 'mode' || deed.do === 'restart') world.verifier = world.start();
    if (deed.do === 'reconcile') await world.verifier.reconcile();
    if (deed.do === 'vouch') await world.vouch();
  }
}

const RUNS = Number(process.env.HISTORIES ?? 400);

async function neverTwice(ledger: () => Ledger): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.array(deed, { minLength: 10, maxLength: 60, size: 'max' }),
      async (own, deeds) => {
        const world = new World(ledger(), !own);
        await live(world, deeds);
        const twice = [...world.accepted].filter(([, times]) => times > 1);
        expect(twice).toStrictEqual([]);
      },
    ),
    { numRuns: RUNS },
  );
}

test('no code is accepted twice, whatever moves around it', async () => {
  tally = {};
  await neverTwice(() => memoryLedger());
  expect(tally).not.toHaveProperty('fault');
  for (const happened of [
    'local confirmed',
    'local provisional',
    'authority confirmed',
    'replayed',
    'latched',
    'unlatched',
    'settled',
    'clock-unsafe',
  ]) {
    expect(tally).toHaveProperty(happened);
  }
});

test('a ledger that forgets what it consumed is caught by the same histories', async () => {
  const forgetful = (): Ledger => {
    const accounts = new Map<string, AccountState>();
    return ledgerOver(async (name, reduce) => {
      const { state, result } = reduce(accounts.get(name) ?? EMPTY_ACCOUNT);
      accounts.set(name, { ...state, last: {}, ahead: [] });
      return result;
    });
  };
  await expect(neverTwice(forgetful)).rejects.toThrow();
});
