/** The audit log: one hash chain for each account, over an engine that any number of processes share. */
import type { Place, Records } from '../stores/engine.js';
import { createLatest } from '../stores/latest.js';
import { createTurns } from '../stores/turns.js';
import { headsToAnchor } from './anchor.js';
import { chainOf, type Entry, parsed, placeOf, readKey, sealed, sliceOf } from './entry.js';
import type { AuditEvent, Head } from './event.js';

export interface Audit {
  /** Writes one event at the end of the account's chain. Rejects where it could not be written. */
  append(account: string, event: AuditEvent): Promise<Entry>;
  /**
   * Writes down the newest entry of every chain that grew since the last anchor, so that cutting one
   * short is found. Resolves with the end of the gateway's own chain, to be kept somewhere else;
   * `undefined` while nothing was ever written.
   */
  anchor(): Promise<Anchor | undefined>;
}

/** The end of the gateway's own chain: it stands for everything that was anchored until then. */
export interface Anchor {
  seq: number;
  hash: string;
}

export interface AuditOptions {
  engine: Records;
  /** Unix milliseconds. @default Date.now */
  now?: () => number;
  /** Entries kept of what this process writes; the oldest go. Only for an engine of its own. @default all */
  keep?: number;
}

/** Others are faster at most as often as there are processes. */
const TRIES = 100;
/** Chains whose newest entry is remembered. */
const REMEMBERED = 10_000;
const HEADS_PER_ENTRY = 100;

/**
 * Opens the audit log of an engine. An event costs one statement, and one more in the first event of
 * an account, or after another process's.
 *
 * @example
 * const audit = createAudit({ engine });
 * await audit.append('ana', { type: 'act', act: 'unlock' });
 * const { seq, hash } = await audit.anchor(); // to be kept somewhere else
 */
export function createAudit({ engine, now = Date.now, keep }: AuditOptions): Audit {
  const heads = createLatest<Head>(REMEMBERED);
  const turns = createTurns();
  const forget = forgetting(engine, keep ?? Number.POSITIVE_INFINITY);
  let lost = 0;

  async function write(account: string, event: AuditEvent): Promise<Entry> {
    let head = heads.get(account);
    for (let attempt = 0; attempt < TRIES; attempt++) {
      head ??= await headOf(engine, account);
      const { seq, hash: previous } = head ?? { seq: 0, hash: '' };
      // The time is this attempt's: whoever follows the log looks for what is new.
      const next = { account, seq: seq + 1, at: now(), previous, event };
      const [entry, value] = await sealed(next);
      const written = await insert(engine, { entry, value });
      if (written) {
        heads.put(account, { account, seq: entry.seq, hash: entry.hash });
        await forget(written);
        return entry;
      }
      head = undefined;
    }
    throw new Error('the audit log grew faster than it could be written');
  }

  async function append(account: string, event: AuditEvent): Promise<Entry> {
    try {
      const entry = await turns.next(account, () => write(account, event));
      if (lost > 0) await confess();
      return entry;
    } catch (error) {
      lost += 1;
      throw error;
    }
  }

  /** Says how many events are not in the log, once it can be written again. */
  async function confess(): Promise<void> {
    const events = lost;
    lost = 0;
    await append('', { type: 'lost', events }).catch(() => {
      lost += events - 1;
    });
  }

  async function anchor(): Promise<Anchor | undefined> {
    const heads = await headsToAnchor(engine, now());
    for (let i = 0; i < heads.length; i += HEADS_PER_ENTRY) {
      await append('', { type: 'anchored', heads: heads.slice(i, i + HEADS_PER_ENTRY) });
    }
    const end = await headOf(engine, '');
    return end && { seq: end.seq, hash: end.hash };
  }

  return { append, anchor };
}

/** Removes the oldest entries of this process. */
function forgetting(engine: Records, keep: number): (written: Written) => Promise<void> {
  const kept: Written[] = [];
  return async (written) => {
    if (keep === Number.POSITIVE_INFINITY) return;
    kept.push(written);
    const oldest = kept.length > keep ? kept.shift() : undefined;
    if (oldest) await engine.swap(oldest.place, { from: oldest.version });
  };
}

interface Written {
  place: Place;
  version: string;
}

/** Where nothing is yet; `undefined` where another process was faster. */
async function insert(
  engine: Records,
  { entry, value }: { entry: Entry; value: string },
): Promise<Written | undefined> {
  const place = placeOf(entry);
  const version = crypto.randomUUID();
  const to = { value, version, group: String(sliceOf(entry.at)) };
  try {
    return (await engine.swap(place, { to })) ? { place, version } : undefined;
  } catch (error) {
    // It may be the reply alone that was lost.
    if ((await engine.read(place))?.version === version) return { place, version };
    throw error;
  }
}

/** The newest entry of a chain; what it is worth is left to whoever verifies the log. */
async function headOf(engine: Records, account: string): Promise<Head | undefined> {
  const chain = chainOf(account);
  const [newest] = await engine.list({ kind: 'event', after: chain, limit: 1 });
  if (!newest?.key.startsWith(chain)) return undefined;
  const place = readKey(newest.key);
  const { hash } = parsed(newest.value) ?? {};
  if (!place || typeof hash !== 'string') throw new Error('the end of an audit chain is damaged');
  return { ...place, hash };
}
