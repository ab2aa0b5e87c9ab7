// Everything that left a gateway, by channel, and what of it should not have.
import { type Spelling, spellings } from './spellings.js';

export type Channel =
  | 'answer'
  | 'stream'
  | 'event'
  | 'log'
  | 'audit'
  | 'output'
  | 'url'
  | 'error'
  | 'file';

export interface Leak {
  channel: Channel;
  /** What kind of thing it is. */
  kind: string;
}

export interface Channels {
  /** What must not be found, from now on and before. */
  guard(kind: string, secret: string | Uint8Array, except?: Channel[]): void;
  record(channel: Channel, said: string | Uint8Array): void;
  /** Each kind once for each channel it was found in. */
  leaks(): Leak[];
  /** Characters heard by channel: a scan of nothing finds nothing. */
  heard(): Partial<Record<Channel, number>>;
}

interface Guarded extends Spelling {
  kind: string;
  except: Channel[];
}

/** Characters by which spellings are found first; none is shorter. */
const HEAD = 6;

export function createChannels(): Channels {
  const said = new Map<Channel, string[]>();
  const guarded = new Map<string, Guarded[]>();
  return {
    guard(kind, secret, except = []) {
      for (const spelling of spellings(secret)) {
        const { text, exact, whole } = spelling;
        if (text.length < HEAD) throw new Error(`${kind} is too short to be looked for`);
        guarded.set(`${kind} ${exact} ${text}`, [{ text, exact, whole, kind, except }]);
      }
    },
    record(channel, text) {
      const heard = said.get(channel) ?? [];
      // One character a byte, so that what is ASCII in a file is found.
      heard.push(typeof text === 'string' ? text : Buffer.from(text).toString('latin1'));
      said.set(channel, heard);
    },
    leaks() {
      const byHead = headsOf([...guarded.values()].flat());
      const found = new Map<string, Leak>();
      for (const [channel, texts] of said) {
        for (const kind of kindsIn(texts.join('\n'), { channel, byHead })) {
          found.set(`${channel} ${kind}`, { channel, kind });
        }
      }
      return [...found.values()];
    },
    heard: () =>
      Object.fromEntries([...said].map(([channel, texts]) => [channel, texts.join('').length])),
  };
}

type Heads = Record<'exact' | 'folded', Map<string, Guarded[]>>;

function headsOf(all: Guarded[]): Heads {
  const heads: Heads = { exact: new Map(), folded: new Map() };
  for (const one of all) {
    const map = one.exact ? heads.exact : heads.folded;
    const head = one.text.slice(0, HEAD);
    map.set(head, [...(map.get(head) ?? []), one]);
  }
  return heads;
}

function kindsIn(
  text: string,
  { channel, byHead }: { channel: Channel; byHead: Heads },
): Set<string> {
  const found = new Set<string>();
  for (const [map, where] of [
    [byHead.exact, text],
    [byHead.folded, text.toLowerCase()],
  ] as const) {
    for (let i = 0; i + HEAD <= where.length; i++) {
      for (const one of map.get(where.slice(i, i + HEAD)) ?? []) {
        if (one.except.includes(channel) || !where.startsWith(one.text, i)) continue;
        if (!one.whole || isWhole(where, { from: i, to: i + one.text.length })) found.add(one.kind);
      }
    }
  }
  return found;
}

function isWhole(text: string, { from, to }: { from: number; to: number }): boolean {
  return !/[0-9a-z.]/i.test(text[from - 1] ?? '') && !/[0-9a-z]/i.test(text[to] ?? '');
}
