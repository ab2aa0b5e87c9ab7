/** Decisions of an account that were contradicted, for its devices to hear of when they are back. */
import type { Records } from '../stores/engine.js';
import { everyRecord } from '../stores/every-record.js';
import { createShelf, type Shelf } from '../stores/shelf.js';

export interface Revocation {
  /** The decision's id. */
  id: string;
  /** When it was contradicted, in Unix milliseconds. */
  at: number;
}

/** Longer than any device is away and still trusted. */
const KEPT = 30 * 24 * 3_600_000;
/** Clocks of several gateways differ: what was told before may be told again, by the same id. */
const OVERLAP = 60_000;
const PAGE = 1000;

export async function noteRevocation(
  engine: Records,
  { account, id, at }: Revocation & { account: string },
): Promise<void> {
  // Noted before, it stays as it is.
  await revocationsOf(engine, account).create(JSON.stringify(['revocation', account, id]), {
    id,
    at,
  });
}

/** Those that were contradicted since an instant, oldest first. */
export async function revokedSince(
  engine: Records,
  { account, since }: { account: string; since: number },
): Promise<Revocation[]> {
  const shelf = revocationsOf(engine, account);
  const all: Revocation[] = [];
  const which = { kind: 'device', group: groupOf(account), limit: PAGE } as const;
  for await (const record of everyRecord(engine, which)) all.push(shelf.listed(record));
  return all.filter(({ at }) => at >= since - OVERLAP).sort((a, b) => a.at - b.at);
}

function revocationsOf(engine: Records, account: string): Shelf<Revocation> {
  return createShelf<Revocation>(engine, {
    kind: 'device',
    marks: ({ at }) => ({ group: groupOf(account), until: at + KEPT }),
    check: (stored) => 'at' in stored,
  });
}

/** No account is named so: names print, and this one begins with what does not. */
function groupOf(account: string): string {
  return `\u001frevoked ${account}`;
}
