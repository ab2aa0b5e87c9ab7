/** One entry of the audit log: its text, its hash, and its place, where no second one fits. */
import * as v from 'valibot';
import { sha256Hex } from '../digest.js';
import type { Listed, Place } from '../stores/engine.js';
import type { AuditEvent } from './event.js';

export interface Entry {
  version: 1;
  /** Whose chain it is in; `''` is the gateway's own. */
  account: string;
  /** From 1, without a gap. */
  seq: number;
  /** When it was written, Unix milliseconds. */
  at: number;
  /** The hash of the entry before it, `''` in the first. */
  previous: string;
  event: AuditEvent;
  /** SHA-256 of the entry's JSON text without this member, in hex. */
  hash: string;
}

/** Its events are found by the slice of time they were written in. Milliseconds. */
export const SLICE = 10_000;
/** More than any chain has, so that its newest entry is the first in order of keys. */
const MOST = 999_999_999_999;

/** The entry, and the text it is stored as. */
export async function sealed(entry: Omit<Entry, 'version' | 'hash'>): Promise<[Entry, string]> {
  const { account, seq, at, previous, event } = entry;
  const covered = { version: 1, account, seq, at, previous, event } as const;
  const text = JSON.stringify(covered);
  const hash = sha256Hex(text);
  return [{ ...covered, hash }, `${text.slice(0, -1)}${tailOf(hash)}`];
}

/** What others read out of an event: whoever writes the data can give nonsense its hash. */
const Anchored = v.object({
  heads: v.array(v.object({ account: v.string(), seq: v.number(), hash: v.string() })),
});

/** `undefined` for a record whose text, hash and place don't agree, or that anchors what is no head. */
export async function readEntry({ key, value }: Listed): Promise<Entry | undefined> {
  const entry = parsed(value);
  if (!entry || typeof entry.hash !== 'string' || entry.version !== 1) return undefined;
  const tail = tailOf(entry.hash);
  if (!value.endsWith(tail)) return undefined;
  const hash = sha256Hex(`${value.slice(0, -tail.length)}}`);
  const isRead = entry.event?.type !== 'anchored' || v.is(Anchored, entry.event);
  return hash === entry.hash && isAt(entry, key) && isRead ? entry : undefined;
}

/** Whether it is where an entry of that account and number is. */
export function isAt({ account, seq }: Pick<Entry, 'account' | 'seq'>, key: string): boolean {
  const place = readKey(key);
  return place?.account === account && place.seq === seq;
}

/** What is stored, believed as it stands: what it is worth is {@link readEntry}'s to say. */
export function parsed(value: string): Entry | undefined {
  try {
    const entry: unknown = JSON.parse(value);
    return typeof entry === 'object' && entry !== null ? (entry as Entry) : undefined;
  } catch {
    return undefined;
  }
}

export function placeOf(entry: Pick<Entry, 'account' | 'seq'>): Place {
  return { kind: 'event', key: keyOf(entry) };
}

export function keyOf({ account, seq }: Pick<Entry, 'account' | 'seq'>): string {
  return `${chainOf(account)}${String(MOST - seq).padStart(12, '0')}`;
}

/** What the keys of a chain begin with, and no others do. */
export function chainOf(account: string): string {
  return `${encodeURIComponent(account)}/`;
}

/** Chain and number of a key that {@link keyOf} made; `undefined` for any other. */
export function readKey(key: string): Pick<Entry, 'account' | 'seq'> | undefined {
  const [, name = '', number] = /^([^/]*)\/([0-9]{12})$/.exec(key) ?? [];
  if (number === undefined) return undefined;
  try {
    const place = { account: decodeURIComponent(name), seq: MOST - Number(number) };
    return keyOf(place) === key ? place : undefined;
  } catch {
    return undefined;
  }
}

export function sliceOf(at: number): number {
  return Math.floor(at / SLICE);
}

function tailOf(hash: string): string {
  return `,"hash":${JSON.stringify(hash)}}`;
}
