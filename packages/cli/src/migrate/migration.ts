/** Moves everybody on a list who was not moved yet, a few at a time. */
import type { NewAccount } from '../enrolment/destination.js';
import type { Seeds } from './authy-seeds.js';
import type { Entry, Journal } from './journal.js';
import type { Outcome } from './outcome.js';
import type { Person } from './people.js';

/** What became of a seed, under the name it has there; `unanswered` is asked again by the next run. */
export type Arrived = { account: string; outcome: Outcome } | 'unanswered';

/** Where seeds go. Brought there twice, one is there once. */
export interface Place {
  /** For people, and for the journal. */
  name: string;
  bring(account: NewAccount): Promise<Arrived>;
  close(): Promise<void>;
}

export interface Migration {
  people: readonly Person[];
  seeds: Seeds;
  place: Place;
  journal: Journal;
  /** Called after each person. */
  onProgress?: () => void;
}

const AT_ONCE = 4;

/**
 * Whoever is killed anywhere goes on where they were: a seed is at its destination before the
 * journal says so, and found there by the next run. Resolves with how many were not answered for.
 */
export async function migrate(migration: Migration): Promise<{ unanswered: number }> {
  const { people, journal, onProgress } = migration;
  const left = people.filter(({ user }) => !journal.entries.has(user)).values();
  let unanswered = 0;
  let failed = false;
  const worker = async () => {
    for (const person of left) {
      if (failed) return;
      const entry = await move(migration, person).catch((error: unknown) => {
        failed = true;
        throw error;
      });
      if (entry === 'unanswered') unanswered++;
      else journal.write(entry);
      onProgress?.();
    }
  };
  await settledAll(Array.from({ length: AT_ONCE }, worker));
  return { unanswered };
}

async function move(
  { seeds, place }: Migration,
  { user, account }: Person,
): Promise<Entry | 'unanswered'> {
  const seed = await seeds.of(user);
  if (seed.outcome === 'unanswered') return 'unanswered';
  if (seed.outcome !== 'exported') return { user, account, outcome: seed.outcome };
  const arrived = await place.bring({ id: account, authyId: user, secret: seed.secret });
  return arrived === 'unanswered' ? arrived : { user, ...arrived };
}

/** The first failure, once nobody is writing any more. */
async function settledAll(work: Promise<void>[]): Promise<void> {
  for (const one of await Promise.allSettled(work)) {
    if (one.status === 'rejected') throw one.reason;
  }
}
