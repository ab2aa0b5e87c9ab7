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
  { seeds, destination }: Migration,
  { user, account }: Person,
): Promise<(Person & { outcome: Outcome }) | 'unanswered'> {
  const seed = await seeds.of(user);
  if (seed.outcome === 'unanswered') return 'unanswered';
  if (seed.outcome !== 'exported') return { user, account, outcome: seed.outcome };
  const enrolled = await destination.enrol({ id: account, authyId: user, secret: seed.secret });
  switch (enrolled.outcome) {
    case 'made':
      return { user, account, outcome: 'moved' };
    case 'given':
      return { user, account: enrolled.id, outcome: 'moved' };
    case 'had':
      return { user, account: enrolled.id, outcome: 'there' };
    case 'exists':
      return { user, account, outcome: 'taken' };
    default:
      return { user, account, outcome: 'refused' };
  }
}

/** The first failure, once nobody is writing any more. */
async function settledAll(work: Promise<void>[]): Promise<void> {
  for (const one of await Promise.allSettled(work)) {
    if (one.status === 'rejected') throw one.reason;
  }
}
