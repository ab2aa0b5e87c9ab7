/** Moves everybody on a list who was not moved yet, a few at a time. */
import type { Destination } from '../enrolment/destination.js';
import type { Seeds } from './authy-seeds.js';
import type { Journal } from './journal.js';
import type { Outcome } from './outcome.js';
import type { Person } from './people.js';

export interface Migration {
  people: readonly Person[];
  seeds: Seeds;
  destination: Pick<Destination, 'enrol'>;
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
      const outcome = await move(migration, person).catch((error: unknown) => {
        failed = true;
        throw error;
      });
      if (outcome === 'unanswered') unanswered++;
      else journal.write({ ...person, outcome });
      onProgress?.();
    }
  };
  await settledAll(Array.from({ length: AT_ONCE }, worker));
  return { unanswered };
}

async function move(
  { seeds, destination }: Migration,
  { user, account }: Person,
): Promise<Outcome | 'unanswered'> {
  const seed = await seeds.of(user);
  if (seed.outcome !== 'exported') return seed.outcome;
  const enrolled = await destination.enrol({ id: account, authyId: user, secret: seed.secret });
  if (enrolled.outcome === 'made') return 'moved';
  if (enrolled.outcome === 'refused') return enrolled.field === 'authyId' ? 'taken' : 'refused';
  return enrolled.authyId === user ? 'there' : 'taken';
}

/** The first failure, once nobody is writing any more. */
async function settledAll(work: Promise<void>[]): Promise<void> {
  for (const one of await Promise.allSettled(work)) {
    if (one.status === 'rejected') throw one.reason;
  }
}
