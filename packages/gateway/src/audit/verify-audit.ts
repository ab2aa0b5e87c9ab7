/** The whole audit log checked: every hash, every link, every number, against what was anchored. */
import type { Listed, Records } from '../stores/engine.js';
import type { Anchor } from './audit.js';
import { chainOf, type Entry, readEntry, readKey } from './entry.js';
import type { Head } from './event.js';
import { wholeLog } from './walk.js';

/**
 * `altered`: an entry is not what was written. `gap`: one is missing before others. `cut-off`: the
 * chain ends before an entry that was anchored.
 */
export type Fault = 'altered' | 'gap' | 'cut-off';

export interface ChainReport {
  /** `''` is the gateway's own chain. */
  account: string;
  entries: number;
  /** The newest entry of each fault; empty for a chain that is intact. */
  faults: { fault: Fault; seq: number }[];
}

export interface AuditReport {
  /** Whether no chain has a fault and no record is out of place. */
  intact: boolean;
  entries: number;
  /** Records that are in no chain. */
  strays: number;
  chains: ChainReport[];
  /** The end of the gateway's own chain as it stands: kept elsewhere, the `anchor` of the next time. */
  end?: Anchor;
}

/**
 * Walks through the whole log. Without `anchor`, which somebody kept elsewhere, the end of the
 * gateway's own chain is believed: whoever cut that off, too, or wrote everything anew, is not found.
 *
 * @example
 * const { intact, chains } = await verifyAudit(engine, { anchor });
 * chains.filter(({ faults }) => faults.length > 0);
 */
export async function verifyAudit(
  engine: Records,
  { anchor }: { anchor?: Anchor } = {},
): Promise<AuditReport> {
  const anchored = await anchoredHeads(engine);
  if (anchor) anchored.set('', { account: '', ...anchor });
  const report: AuditReport = { intact: true, entries: 0, strays: 0, chains: [] };
  let chain: ChainCheck | undefined;
  const finish = () => {
    if (chain) report.chains.push(chain.end());
  };
  for await (const record of wholeLog(engine)) {
    const place = readKey(record.key);
    if (!place) {
      report.strays += 1;
      continue;
    }
    if (place.account !== chain?.account) {
      finish();
      chain = checkOf(place.account, anchored.get(place.account));
      anchored.delete(place.account);
    }
    const entry = await readEntry(record);
    if (place.account === '' && entry) report.end ??= { seq: entry.seq, hash: entry.hash };
    chain.take(place.seq, entry);
    report.entries += 1;
  }
  finish();
  // What was anchored and has no entry left was cut off whole.
  for (const { account, seq } of anchored.values()) {
    report.chains.push({ account, entries: 0, faults: [{ fault: 'cut-off', seq }] });
  }
  report.intact = report.strays === 0 && report.chains.every(({ faults }) => faults.length === 0);
  return report;
}

/** The newest that was ever anchored of each chain: all before it hangs on it by its hash. */
async function anchoredHeads(engine: Records): Promise<Map<string, Head>> {
  const heads = new Map<string, Head>();
  const own = chainOf('');
  for await (const record of wholeLog(engine, own)) {
    if (!record.key.startsWith(own)) break;
    for (const head of await headsIn(record)) {
      if (head.seq > (heads.get(head.account)?.seq ?? 0)) heads.set(head.account, head);
    }
  }
  return heads;
}

async function headsIn(record: Listed): Promise<Head[]> {
  const { event } = (await readEntry(record)) ?? {};
  return event?.type === 'anchored' ? event.heads : [];
}

type ChainCheck = ReturnType<typeof checkOf>;

/** Takes a chain's entries from the newest to the first. */
function checkOf(account: string, anchored: Head | undefined) {
  const faults = new Map<Fault, number>();
  let entries = 0;
  /** The entry above; what it says of the one below is unknown where it is not itself. */
  let above: { seq: number; previous?: string } | undefined;
  const find = (fault: Fault, seq: number) => {
    if (!faults.has(fault)) faults.set(fault, seq);
  };

  function take(seq: number, entry: Entry | undefined): void {
    if (!above && anchored && anchored.seq > seq) find('cut-off', anchored.seq);
    if (above && above.seq !== seq + 1) find('gap', above.seq - 1);
    const isNext = above?.seq === seq + 1;
    const isLinked = !isNext || above?.previous === undefined || above.previous === entry?.hash;
    const isAnchored = anchored?.seq !== seq || anchored.hash === entry?.hash;
    if (!entry || !isLinked || !isAnchored) find('altered', seq);
    entries += 1;
    above = entry ? { seq, previous: entry.previous } : { seq };
  }

  function end(): ChainReport {
    if (above && above.seq > 1) find('gap', above.seq - 1);
    if (above?.seq === 1 && (above.previous ?? '') !== '') find('altered', 1);
    return { account, entries, faults: [...faults].map(([fault, seq]) => ({ fault, seq })) };
  }

  return { account, take, end };
}
