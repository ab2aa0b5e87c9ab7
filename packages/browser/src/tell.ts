/** Telling an account's evidence: batch by batch, oldest first, and smaller where one row spoils its batch. */
import type { Drain } from './drain.js';
import { answerEvidence, leaseEvidence } from './evidence.js';
import type { EvidenceRow, Told } from './evidence-row.js';
import { failLane, type Lane } from './lane.js';

/** Rows that a gateway takes at once. */
const BATCH = 100;
/** Milliseconds that evidence is told for: as long as a gateway keeps what it revoked. */
const KEPT = 30 * 24 * 3_600_000;

/** Resolves with how many rows the gateway answered for. */
export async function tell(drain: Drain, lane: Lane): Promise<number> {
  const { store, now } = drain.parts;
  const { account, time = now() } = lane;
  const attempt = crypto.randomUUID();
  let limit = BATCH;
  let answered = 0;
  while (!drain.signal.aborted && !lane.closed) {
    const leasing = { account, limit, attempt, at: now(), since: time - KEPT };
    const { rows, expired } = await leaseEvidence(store, leasing);
    report(drain, expired, new Map(expired.map(({ id }) => [id, { dead: 'expired' }])));
    if (rows.length === 0 && expired.length === 0) break;
    if (rows.length === 0) continue;
    const told = await tellOnce(drain, lane, rows);
    await answerEvidence(store, { attempt, told, at: now() });
    report(drain, rows, told);
    const done = [...told.values()].filter((outcome) => outcome !== 'kept').length;
    answered += done;
    // None was taken, for one of them: halves of it find out which.
    limit = done === 0 ? Math.ceil(rows.length / 2) : Math.min(BATCH, limit * 2);
  }
  return answered;
}

async function tellOnce(
  drain: Drain,
  lane: Lane,
  rows: readonly EvidenceRow[],
): Promise<ReadonlyMap<string, Told>> {
  const all = (told: Told) => new Map(rows.map(({ id }) => [id, told]));
  const answer = await lane.gateway.tell(rows, drain.signal);
  if (!('trouble' in answer)) return answer.told;
  if (answer.trouble !== 'rejected') {
    await failLane(drain, lane, answer);
    return all('kept');
  }
  return all(rows.length > 1 ? 'kept' : { dead: 'malformed' });
}

/** What the application is told of each row, beside what stays in the store. */
function report(drain: Drain, rows: readonly EvidenceRow[], told: ReadonlyMap<string, Told>): void {
  const { emit } = drain.parts;
  for (const { account, id } of rows) {
    const outcome = told.get(id);
    if (outcome === 'recorded') drain.told += 1;
    if (outcome === undefined || typeof outcome === 'string') continue;
    drain.dead += 1;
    const why = outcome.dead;
    emit({ type: 'dead', account, id, why });
    if (why === 'conflict') emit({ type: 'alarm', account, id, alarm: 'claimed-twice' });
    if (why === 'refused') emit({ type: 'alarm', account, id, alarm: 'claim-refused' });
  }
}
