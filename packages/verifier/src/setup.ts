/** What a verifier is made of: everything it needs comes in here, nothing is reached for. */
import type { Authority } from '@driftlock/api-client';
import { type Clock, createClock } from './clock.js';
import type { Credential } from './credential.js';
import { VerifierError } from './errors.js';
import { faultOf, type VerifierEvent } from './events.js';
import type { Ledger } from './ledger.js';
import { memoryOutbox } from './memory-outbox.js';
import type { Outbox } from './outbox.js';
import { completePolicy, type Policy } from './policy.js';
import type { RecoverySet } from './recovery.js';

export interface VerifierOptions {
  /** Every seed held for an account; none is an answer, a failure is not. */
  credentials: (account: string) => Promise<Credential[]>;
  /** The account's name at the authority; `undefined` is nobody there. @default the account */
  user?: (account: string) => Promise<string | undefined>;
  /** Who has the last word. Without one, held seeds do. */
  authority?: Authority;
  ledger: Ledger;
  /** The account's recovery codes. @default nobody has any */
  recovery?: (account: string) => Promise<RecoverySet | undefined>;
  /** Where provisional decisions wait. @default memoryOutbox() */
  outbox?: Outbox;
  policy: Policy;
  /** Unix milliseconds. @default Date.now */
  now?: () => number;
  /** In place of `now`: a clock that can be witnessed and remembers. @default createClock({ now }) */
  clock?: Clock;
  /** Keeps background work alive (`ctx.waitUntil`). @default local-first asks before it answers */
  defer?: (work: Promise<unknown>) => void;
  onEvent?: (event: VerifierEvent) => unknown;
  /** Ends what a provisional decision began; called at least once for each that is contradicted. */
  onRevoke?: (revoked: { id: string; account: string }) => void | Promise<void>;
}

/** Waits no longer than `policy.liveDeadline`: what does not answer has failed. */
type InTime = <T>(work: Promise<T>) => Promise<T>;

type EventData = VerifierEvent extends infer E
  ? E extends VerifierEvent
    ? Omit<E, 'at' | 'account'>
    : never
  : never;

export interface Setup {
  policy: Required<Policy>;
  authority: Authority | undefined;
  clock: Clock;
  ledger: Ledger;
  outbox: Outbox;
  defer: VerifierOptions['defer'];
  credentials(account: string): Promise<Credential[]>;
  user(account: string): Promise<string | undefined>;
  recovery(account: string): Promise<RecoverySet | undefined>;
  revoke(revoked: { id: string; account: string }): Promise<void>;
  emit(account: string, at: number, event: EventData): void;
}

/** Throws `ERR_POLICY` for a policy that is none, or one that can't be carried out as set up. */
export function setUp(options: VerifierOptions): Setup {
  const policy = completePolicy(options.policy);
  const { authority, onRevoke, onEvent } = options;
  if ((authority || policy.mode === 'offline') && !onRevoke) {
    throw new VerifierError('ERR_POLICY', 'onRevoke is needed where a decision can be provisional');
  }
  const inTime = within(policy.liveDeadline);
  const emit: Setup['emit'] = (account, at, event) => {
    // A listener's failure is its own, at once or later; the decision stands.
    void (async () => onEvent?.({ ...event, account, at } as VerifierEvent))().catch(() => {});
  };
  return {
    policy,
    authority,
    clock: boundedClock(
      options.clock ?? createClock(options.now ? { now: options.now } : {}),
      inTime,
    ),
    ledger: boundedLedger(options.ledger, inTime),
    outbox: boundedOutbox(options.outbox ?? memoryOutbox(), inTime),
    defer: options.defer,
    async credentials(account) {
      const held = await inTime(options.credentials(account));
      return held.map((credential) => boundedCredential(credential, inTime));
    },
    user: async (account) => (options.user ? inTime(options.user(account)) : account),
    recovery: async (account) => inTime((async () => options.recovery?.(account))()),
    revoke: (revoked) => inTime((async () => onRevoke?.(revoked))()),
    emit,
  };
}

/** A signal would cost ten times as much, left to abort when nobody listens; a verification waits five times. */
function within(deadline: number): InTime {
  return (work) =>
    new Promise((resolve, reject) => {
      const late = () => reject(new DOMException('no answer in time', 'TimeoutError'));
      const timer = setTimeout(late, deadline);
      const then =
        <T>(settle: (result: T) => void) =>
        (result: T): void => {
          clearTimeout(timer);
          settle(result);
        };
      work.then(then(resolve), then(reject));
    });
}

function boundedLedger(ledger: Ledger, inTime: InTime): Ledger {
  return {
    take: async (account, options) => inTime(ledger.take(account, options)),
    consume: async (use) => inTime(ledger.consume(use)),
    giveBack: async (account, what) => inTime(ledger.giveBack(account, what)),
    latch: async (account, options) => inTime(ledger.latch(account, options)),
    state: async (account) => inTime(ledger.state(account)),
    lease: async (account) => inTime((async () => ledger.lease?.(account))()),
  };
}

function boundedOutbox(outbox: Outbox, inTime: InTime): Outbox {
  return {
    add: async (row) => inTime(outbox.add(row)),
    claim: async (id, options) => inTime(outbox.claim(id, options)),
    release: async (id, outcome) => inTime(outbox.release(id, outcome)),
    settle: async (id, settlement, at) => inTime(outbox.settle(id, settlement, at)),
    open: async () => inTime(outbox.open()),
    find: async (id) => inTime(outbox.find(id)),
  };
}

function boundedClock(clock: Clock, inTime: InTime): Clock {
  return {
    read: () => inTime(clock.read()),
    witness: (between) => inTime(clock.witness(between)),
    trust: () => inTime(clock.trust()),
  };
}

function boundedCredential(credential: Credential, inTime: InTime): Credential {
  const { id, params, estimate } = credential;
  const bounded: Credential = {
    id,
    params,
    ...(estimate ? { estimate } : {}),
    verify: (code, options) => inTime(credential.verify(code, options)),
  };
  const { diagnose, resynchronize } = credential;
  if (diagnose) {
    bounded.diagnose = (code, options) => inTime(diagnose.call(credential, code, options));
  }
  if (resynchronize) {
    bounded.resynchronize = (codes, options) =>
      inTime(resynchronize.call(credential, codes, options));
  }
  return bounded;
}

/** Tells the operator that something failed, without what it failed on. */
export function reportFault(
  { emit }: Setup,
  { account, at, id, error }: { account: string; at: number; id: string; error: unknown },
): void {
  emit(account, at, { type: 'fault', id, error: faultOf(error) });
}
