/** The engine of one process: gone when it ends, shared with nobody. */
import type { Cell, Engine, Listed, Marks, Page, Place } from '../stores/engine.js';

interface Stored extends Cell, Marks {}

/**
 * An engine in memory, for tests and for a process that may forget when it restarts. `keep` bounds
 * how many records that would be swept some day it holds, by kind and group; the oldest go first.
 *
 * @example
 * const engine = memoryEngine();
 * await engine.swap({ kind: 'account', key: 'ana' }, { to: { value: '{}', version: '1' } }); // true
 */
export function memoryEngine({ keep = 10_000 }: { keep?: number } = {}): Engine {
  const kinds = new Map<Place['kind'], Kind>();
  let closed = false;

  function kindOf(kind: Place['kind']): Kind {
    if (closed) throw new Error('the engine was closed');
    const known = kinds.get(kind) ?? createKind();
    kinds.set(kind, known);
    return known;
  }

  return {
    async read({ kind, key }) {
      const stored = kindOf(kind).records.get(key);
      return stored && { value: stored.value, version: stored.version };
    },
    // No await in it: the event loop makes it atomic.
    async swap({ kind, key }, { from, to }) {
      const { records, put, drop, trim } = kindOf(kind);
      if (records.get(key)?.version !== from) return false;
      drop(key);
      if (to) put(key, { ...to });
      if (to?.until !== undefined) trim(to.group, keep);
      return true;
    },
    async list(page) {
      return kindOf(page.kind).list(page);
    },
    async sweep(now) {
      if (closed) throw new Error('the engine was closed');
      let swept = 0;
      for (const { records, drop } of kinds.values()) {
        for (const [key, { until = Number.POSITIVE_INFINITY }] of records) {
          if (until > now) continue;
          drop(key);
          swept++;
        }
      }
      return swept;
    },
    async close() {
      closed = true;
      kinds.clear();
    },
  };
}

type Kind = ReturnType<typeof createKind>;

/** Keys in the order they were put; one that is put again is the newest. */
interface Group {
  members: Set<string>;
  /** Goes on where the last trim ended: from the beginning it would walk over all that was dropped. */
  oldest: Iterator<string>;
}

/** The records of one kind, and which of them are in which group, oldest first. */
function createKind() {
  const records = new Map<string, Stored>();
  const groups = new Map<string | undefined, Group>();

  function put(key: string, stored: Stored): void {
    records.set(key, stored);
    const group = groups.get(stored.group) ?? createGroup();
    group.members.add(key);
    groups.set(stored.group, group);
  }

  function drop(key: string): void {
    const stored = records.get(key);
    if (!stored) return;
    records.delete(key);
    const members = groups.get(stored.group)?.members;
    members?.delete(key);
    if (members?.size === 0) groups.delete(stored.group);
  }

  /** What is kept for good is never dropped for what is not. */
  function trim(name: string | undefined, keep: number): void {
    const group = groups.get(name);
    while (group && group.members.size > keep) {
      const { value: key, done } = group.oldest.next();
      if (done) {
        group.oldest = group.members.values();
        return;
      }
      if (records.get(key)?.until !== undefined) drop(key);
    }
  }

  function list({ group, containing = '', after, limit }: Page): Listed[] {
    const wanted = foldAscii(containing);
    const keys = [
      ...(group === undefined ? records.keys() : (groups.get(group)?.members ?? [])),
    ].filter(
      (key) =>
        (after === undefined || byBytes(after, key) < 0) &&
        (wanted === '' || foldAscii(key).includes(wanted)),
    );
    return keys
      .sort(byBytes)
      .slice(0, limit)
      .map((key) => {
        const { value, version } = records.get(key)!;
        return { key, value, version };
      });
  }

  return { records, put, drop, trim, list };
}

function createGroup(): Group {
  const members = new Set<string>();
  return { members, oldest: members.values() };
}

function foldAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** In the order of their UTF-8 bytes, which is that of code points and not that of `<`. */
function byBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
