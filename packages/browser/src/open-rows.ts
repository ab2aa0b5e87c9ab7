/** What is open of one account, oldest first: decisions to be settled, and evidence to be told. */
import type { Collection, Table } from 'dexie';
import type { EvidenceRow, OutboxRecord, Tables } from './schema.js';

/** Decisions that are not settled. */
export function openDecisions(
  outbox: Tables['outbox'],
  account: string,
): Collection<OutboxRecord, string> {
  return within(outbox, '[row.account+openSince]', account);
}

/** What is told of an account, and what a no of it ends. */
export function openEvidence(
  evidence: Tables['evidence'],
  account: string,
): Collection<EvidenceRow, string> {
  return within(evidence, '[account+openSince]', account);
}

function within<Row>(
  table: Table<Row, string>,
  index: string,
  account: string,
): Collection<Row, string> {
  const since = [account, Number.NEGATIVE_INFINITY];
  return table.where(index).between(since, [account, Number.POSITIVE_INFINITY]);
}
