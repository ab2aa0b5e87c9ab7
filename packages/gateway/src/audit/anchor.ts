/** Which ends of chains an anchor has to write down. */
import type { Listed, Records } from '../stores/engine.js';
import { chainOf, parsed, readEntry, readKey, sliceOf } from './entry.js';
import type { Head } from './event.js';
import { LATE, sliceAt, wholeLog } from './walk.js';

/** An anchor older than this is cheaper followed by a walk through everything. Milliseconds. */
const LONG = 86_400_000;

async function lastAnchor(engine: Records): Promise<{ at: number; heads: Head[] } | undefined> {
  const own = chainOf('');
  for await (const record of wholeLog(engine, own)) {
    if (!record.key.startsWith(own)) return undefined;
    const { at, event } = (await readEntry(record)) ?? {};
    if (event?.type === 'anchored' && at !== undefined) return { at, heads: event.heads };
  }
  return undefined;
}

/** The newest entries of all chains that grew since the last anchor. */
export async function headsToAnchor(engine: Records, now: number): Promise<Head[]> {
  const last = await lastAnchor(engine);
  const known = new Set(last?.heads.map(nameOf));
  const heads = await headsSince(engine, { last: last?.at, now });
  return heads.filter((head) => !known.has(nameOf(head)));
}

async function headsSince(
  engine: Records,
  { last = 0, now }: { last: number | undefined; now: number },
): Promise<Head[]> {
  const heads = new Map<string, Head>();
  const isLong = now - last > LONG;
  for await (const { key, value } of isLong ? wholeLog(engine) : written(engine, { last, now })) {
    const place = readKey(key);
    const { hash } = parsed(value) ?? {};
    if (!place?.account || typeof hash !== 'string') continue;
    const { seq = 0 } = heads.get(place.account) ?? {};
    if (place.seq > seq) heads.set(place.account, { ...place, hash });
  }
  return [...heads.values()];
}

async function* written(
  engine: Records,
  { last, now }: { last: number; now: number },
): AsyncGenerator<Listed> {
  for (let slice = sliceOf(last - LATE); slice <= sliceOf(now + LATE); slice++) {
    yield* sliceAt(engine, slice);
  }
}

function nameOf({ account, seq, hash }: Head): string {
  return JSON.stringify([account, seq, hash]);
}
