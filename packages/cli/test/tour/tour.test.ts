import { memoryStores, type Stores } from '@driftlock/gateway';
import type { Authority, Ledger } from '@driftlock/verifier';
import { expect, it } from 'vitest';
import { type TourOptions, tour } from '../../src/tour/tour.js';

interface Toured {
  exit: number;
  held: string[];
  failed: string[];
  out: string;
}

async function tourOn(serve: TourOptions['serve'] = {}, more: TourOptions = {}): Promise<Toured> {
  let out = '';
  const write = (text: string) => {
    out += text;
  };
  const exit = await tour({ serve, write, ...more });
  const scenes = (mark: string) =>
    [...out.matchAll(new RegExp(`^  ${mark} (\\w)  `, 'gm'))].map(([, letter]) => letter as string);
  return { exit, held: scenes('✓'), failed: scenes('✗'), out };
}

function stores(change: (whole: Stores) => Partial<Stores>): { stores: Stores } {
  const whole = memoryStores();
  return { stores: { ...whole, ...change(whole) } };
}

function ledger(change: (whole: Ledger) => Partial<Ledger>): { stores: Stores } {
  return stores(({ ledger }) => ({ ledger: { ...ledger, ...change(ledger) } }));
}

it('six scenes hold, no code is shown, and the gateway is gone after', async () => {
  const { exit, held, failed, out } = await tourOn();
  expect([exit, held, failed]).toStrictEqual([0, ['a', 'b', 'c', 'd', 'e', 'f'], []]);
  expect(out).not.toMatch(/\b\d{6,8}\b/);
  expect(out).not.toContain('\x1b');
  const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(out) ?? [];
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

it('says the same in colours', async () => {
  const { exit, out } = await tourOn({}, { colors: true });
  expect(exit).toBe(0);
  expect(out.split('\x1b[32m✓\x1b[0m')).toHaveLength(7);
});

it('ends early when it is told to', async () => {
  const { exit, held, failed } = await tourOn({}, { signal: AbortSignal.timeout(1) });
  expect([exit, held, failed]).toStrictEqual([1, [], []]);
});

/** Answers without anybody having asked the emulator. */
const yes: Authority = {
  verify: async () => ({ ruling: 'valid' }),
  status: async () => 'active',
};

/** Ben's seed is lost once `lost` says so. */
function withoutBensSeed(lost: () => boolean): { stores: Stores } {
  return stores(({ accounts }) => ({
    accounts: {
      ...accounts,
      async find(id) {
        const account = await accounts.find(id);
        return account && id === 'ben' && lost() ? { ...account, held: [] } : account;
      },
    },
  }));
}

function withoutBensSeedSoon(): TourOptions['serve'] {
  let refused = false;
  return {
    ...withoutBensSeed(() => refused),
    onEvent({ type, account }) {
      refused ||= type === 'decided' && account === 'ben';
    },
  };
}

interface Fault {
  scene: string;
  fault: string;
  /** Every scene that fails of it. */
  failing: string[];
  /** What the scene claims and does not get. */
  wanted: string;
  serve(): TourOptions['serve'];
}

const LOCAL = 'accepted locally, provisional';

const FAULTS: Fault[] = [
  {
    scene: 'a',
    fault: 'an outbox that hands nothing out to be settled',
    failing: ['a', 'd', 'e', 'f'],
    wanted: 'confirmed',
    serve: () => stores(({ outbox }) => ({ outbox: { ...outbox, claim: async () => undefined } })),
  },
  {
    scene: 'a',
    fault: 'a policy that asks the authority first',
    failing: ['a', 'f'],
    wanted: LOCAL,
    serve: () => ({ policy: { mode: 'authority-first' } }),
  },
  {
    scene: 'a',
    fault: 'an authority that says yes to everything',
    failing: ['a', 'c', 'e', 'f'],
    wanted: 'that the code was used',
    serve: () => ({ authority: yes }),
  },
  {
    scene: 'b',
    fault: 'a ledger that never remembers',
    failing: ['b', 'd', 'e', 'f'],
    wanted: 'not accepted: replayed',
    serve: () => ledger(() => ({ consume: async () => 'first' })),
  },
  {
    scene: 'c',
    fault: 'a diagnosis without a seed to search with',
    failing: ['c'],
    wanted: 'probably slow',
    serve: () => withoutBensSeed(() => true),
  },
  {
    scene: 'c',
    fault: 'a diagnosis that is made only once',
    failing: ['c'],
    wanted: 'slow, by less than a minute around 240 seconds',
    serve: withoutBensSeedSoon,
  },
  {
    scene: 'd',
    fault: 'a policy without offline uses',
    failing: ['a', 'd', 'e', 'f'],
    wanted: LOCAL,
    serve: () => ({ policy: { mode: 'local-first', offline: { uses: 0, hours: 72 } } }),
  },
  {
    scene: 'd',
    fault: 'a ledger that reserves offline uses and counts none',
    failing: ['d'],
    wanted: '9 of 10 uses left, for 72 hours',
    serve: () => ledger(({ consume }) => ({ consume: ({ reserve: _, ...use }) => consume(use) })),
  },
  {
    scene: 'e',
    fault: 'an outbox that forgets what is open',
    failing: ['e'],
    wanted: 'confirmed',
    serve: () => stores(({ outbox }) => ({ outbox: { ...outbox, open: async () => [] } })),
  },
  {
    scene: 'f',
    fault: 'a revocation nobody is told of',
    failing: ['f'],
    wanted: 'revoked',
    serve: () => ({ onRevoke: () => {} }),
  },
  {
    scene: 'f',
    fault: 'a latch that does not hold',
    failing: ['f'],
    wanted: 'not accepted: suspended',
    serve: () => ledger(() => ({ latch: async () => {} })),
  },
];

it.concurrent.each(FAULTS)(
  'scene $scene fails, and the tour with it, on $fault',
  async (broken) => {
    const { scene, failing, wanted, serve } = broken;
    // What settles at all does so within seconds; what is broken here never does.
    const { exit, failed, held, out } = await tourOn(serve(), { patience: 3000 });
    expect({ exit, failed }).toStrictEqual({ exit: 1, failed: failing });
    expect(held.length + failed.length).toBe(6);
    const named = failing.length === 1 ? `Scene ${scene}` : `Scenes ${failing.join(', ')}`;
    expect(out).toMatch(new RegExp(`\n${named} failed, of 6\\.\n$`));
    const [, claimed] =
      new RegExp(`✗ ${scene}  .*\n(?: {7}.*\n)*? {7}wanted +(.*)\n`).exec(out) ?? [];
    expect(claimed).toBe(wanted);
    expect(out).not.toMatch(/\b\d{6,8}\b/);
  },
);
