/** What this device has not told yet, as a file that a person can save before the browser clears it. */
import type { OutboxRow } from '@driftlock/verifier';
import type { EvidenceRow } from './schema.js';
import type { Store } from './store.js';

/** What the file holds, as JSON. */
export interface ExportedEvidence {
  version: 1;
  /** Decisions that are still provisional. */
  decisions: Omit<OutboxRow, 'code'>[];
  /** Told or not, and those that the gateway will not take. */
  evidence: EvidenceRow[];
}

/**
 * Provisional decisions and evidence of this device; no digits and no secret.
 *
 * @example
 * link.href = URL.createObjectURL(await exportEvidence(store));
 */
export async function exportEvidence(store: Store): Promise<Blob> {
  const exported = await store.read(['outbox', 'evidence'], async ({ outbox, evidence }) => {
    const open = await outbox.orderBy('openSince').toArray();
    const decisions = open.map(({ row: { code: _, ...row } }) => row);
    return { version: 1, decisions, evidence: await evidence.toArray() } satisfies ExportedEvidence;
  });
  return new Blob([JSON.stringify(exported, null, 2)], { type: 'application/json' });
}
