/** Everything provisional, until it is settled: at once, when somebody waits, or when reconciled. */
import type { Accepted, Decision } from './decision.js';
import { type Denied, deny } from './deny.js';
import { VerifierError } from './errors.js';
import type { OutboxRow, Settlement } from './outbox.js';
import { failureOf, orAborted } from './question.js';
import { type Claimed, contradict, denialOf, type Outcome, settle } from './settle.js';
import { reportFault, type Setup } from './setup.js';

export interface Settler {
  /** Returns a new provisional decision, after what its row of the table still asks for. */
  begin(decision: Accepted, row: Row, next: Begin): Promise<Decision>;
  /** Resolves once the decision is settled, asking again while the code lives. */
  settled(id: string): Promise<Settlement>;
  /** Takes every open decision one turn further; revocations first. */
  reconcile(options?: { signal?: AbortSignal }): Promise<Reconciled>;
  /** Carries out a no that was heard elsewhere; resolves with the decisions that are revoked by now. */
  deny(denied: Denied): Promise<string[]>;
}

/** How many decisions a reconciliation settled, each way, and how many are still open. */
export type Reconciled = Record<Settlement | 'open', number>;

type Turn = Pick<Claimed, 'told' | 'signal'>;
type Row = Pick<OutboxRow, 'id' | 'account'>;

interface Begin {
  /** Whether the authority is to be asked now. */
  ask: boolean;
  /** Whether its reply to this decision's question was lost. */
  lost: boolean;
}

const TOLD: Turn = { told: true };

/** Milliseconds a claim outlasts its question. */
const SLACK = 5000;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 2000;

export function createSettler(setup: Setup): Settler {
  const { outbox, policy } = setup;
  const turns = new Map<string, Promise<Outcome | undefined>>();

  /** One turn at a time for each row; `undefined` where another holds it or it is settled. */
  function turn(id: string, options: Turn, act = settle): Promise<Outcome | undefined> {
    const running = turns.get(id);
    if (running) return running;
    const started = claimAnd(id, options, act).finally(() => turns.delete(id));
    turns.set(id, started);
    return started;
  }

  async function claimAnd(id: string, options: Turn, act: typeof settle) {
    const { at } = await setup.clock.read();
    const until = at + policy.liveDeadline + SLACK;
    const row = await outbox.claim(id, { at, until });
    return row && act(setup, { ...options, row, at });
  }

  /** A turn whose failure stops nothing but itself: the row is taken up again later. */
  async function tryTurn({ id, account }: Row, options: Turn = TOLD, act = settle) {
    try {
      return await turn(id, options, act);
    } catch (error) {
      const at = await setup.clock.read().then(
        (clock) => clock.at,
        () => 0,
      );
      reportFault(setup, { account, at, id, error });
      return undefined;
    }
  }

  async function known(id: string): Promise<OutboxRow> {
    const row = await outbox.find(id);
    if (!row) throw new VerifierError('ERR_DECISION', 'no provisional decision has that id');
    return row;
  }

  async function begin(decision: Accepted, row: Row, { ask, lost }: Begin): Promise<Decision> {
    if (ask && setup.defer) {
      setup.defer(tryTurn(row));
      return decision;
    }
    // Nobody has been told yet: a no is a plain rejection, and a failure accepts nothing.
    const outcome = ask || lost ? await turn(row.id, { told: false }) : undefined;
    return inTheLightOf(decision, outcome);
  }

  async function settled(id: string): Promise<Settlement> {
    const row = await known(id);
    const { at } = await setup.clock.read();
    // A clock that stands still must not keep anybody waiting for ever.
    const patience = performance.now() + Math.max(0, row.deadline - at) + SLACK;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      await tryTurn(row);
      const { settlement } = await known(id);
      if (settlement) return settlement;
      if (performance.now() > patience) throw new VerifierError('ERR_DECISION', 'not settled yet');
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  async function reconcile({ signal }: { signal?: AbortSignal } = {}): Promise<Reconciled> {
    const counts = { confirmed: 0, contradicted: 0, ambiguous: 0, lapsed: 0, open: 0 };
    const { at } = await setup.clock.read();
    const options: Turn = signal ? { ...TOLD, signal } : TOLD;
    const rows = await outbox.open();
    const statuses = await deniedUsers(setup, rows, signal);
    const denied = (row: OutboxRow): boolean => statuses.has(row.user);
    let down: boolean = false;
    for (const row of [...rows.filter(denied), ...rows.filter((one) => !denied(one))]) {
      const status = statuses.get(row.user);
      const act: typeof settle = status
        ? (s, claimed) => contradict(s, claimed, denialOf(status))
        : settle;
      // While the authority is down, only what no longer needs it is settled.
      const skip: boolean = signal?.aborted === true || (down && !status && row.deadline >= at);
      const outcome: Outcome | undefined = skip ? undefined : await tryTurn(row, options, act);
      down ||= outcome?.settlement === 'open' && outcome.down;
      counts[outcome?.settlement ?? 'open'] += 1;
    }
    return counts;
  }

  return {
    ...{ begin, settled, reconcile },
    deny: (denied) => deny(setup, denied, (id, act) => turn(id, TOLD, act)),
  };
}

/** Asks after each user once; one that nobody could be asked about is not denied, nor confirmed. */
async function deniedUsers(
  { authority, policy }: Setup,
  rows: OutboxRow[],
  stop?: AbortSignal,
): Promise<Map<string, 'suspended' | 'unknown'>> {
  const denied = new Map<string, 'suspended' | 'unknown'>();
  if (!authority) return denied;
  for (const user of new Set(rows.map((row) => row.user))) {
    try {
      if (stop?.aborted) break;
      const signal = AbortSignal.timeout(policy.liveDeadline);
      const status = await orAborted(authority.status({ user, signal }), signal);
      if (status === 'suspended' || status === 'unknown') denied.set(user, status);
    } catch (error) {
      // Nobody answers: asking after the others would only make their decisions wait.
      if (failureOf(error) !== 'refused' || error instanceof DOMException) break;
    }
  }
  return denied;
}

/** A decision whose question was answered before anybody was told of it. */
function inTheLightOf(decision: Accepted, outcome: Outcome | undefined): Decision {
  if (outcome?.settlement === 'contradicted') {
    return { id: decision.id, accepted: false, reason: outcome.reason };
  }
  if (outcome?.settlement !== 'confirmed') return decision;
  const { left: _, ...rest } = decision;
  return { ...rest, by: 'authority', standing: 'confirmed' };
}
