/** A no that was heard elsewhere, as by a device that asks its gateway what became of an account. */
import type { Denial } from './outbox.js';
import { contradict, type Outcome, type settle } from './settle.js';
import { reportFault, type Setup } from './setup.js';

export interface Denied {
  account: string;
  /** Provisional decisions that the no is about, by their ids. */
  decisions: readonly string[];
  /** @default 'mismatch' */
  denial?: Denial;
}

/** One turn of a row; `undefined` where another holds it. */
type Turn = (id: string, act: typeof settle) => Promise<Outcome | undefined>;

/** Latches the account, and resolves with the ids of the decisions that are revoked by now. */
export async function deny(
  setup: Setup,
  { account, decisions, denial = 'mismatch' }: Denied,
  turn: Turn,
): Promise<string[]> {
  const { at } = await setup.clock.read();
  await latchOnce(setup, { account, at, id: decisions[0] ?? denial });
  const done: string[] = [];
  for (const id of decisions) {
    try {
      if (await revoked(setup, { account, id, denial }, turn)) done.push(id);
    } catch (error) {
      reportFault(setup, { account, at, id, error });
    }
  }
  return done;
}

/** One that set it before keeps it: a yes that was asked since then may clear it. */
async function latchOnce(
  { ledger, emit }: Setup,
  { account, at, id }: { account: string; at: number; id: string },
): Promise<void> {
  if ((await ledger.state(account)).latch) return;
  await ledger.latch(account, { latched: true, id, at });
  emit(account, at, { type: 'latched', id });
}

async function revoked(
  setup: Setup,
  { account, id, denial }: { account: string; id: string; denial: Denial },
  turn: Turn,
): Promise<boolean> {
  const row = await setup.outbox.find(id);
  // The authority said yes to this code itself, or its no was carried out before.
  if (row?.settlement === 'confirmed' || row?.settlement === 'contradicted') return true;
  const open = row !== undefined && row.settlement === undefined;
  const outcome = open
    ? await turn(id, (s, claimed) => contradict(s, claimed, denial))
    : { settlement: 'lapsed' as const };
  if (outcome === undefined || outcome.settlement === 'open') return false;
  // Lapsed or ambiguous it is settled for good; what it began still has to end.
  const left = outcome.settlement === 'lapsed' || outcome.settlement === 'ambiguous';
  if (left) await setup.revoke({ id, account });
  return true;
}
