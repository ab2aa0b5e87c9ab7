// The work of a verdict: HMACs and compressions, counted on noble's own hash objects, whatever the code.
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import type { Algorithm } from '../src/algorithm.js';
import {
  type CodeAt,
  diagnose,
  hotp,
  importKey,
  observe,
  resynchronize,
  type TotpKey,
  type Verdict,
  verify,
  verifyMacs,
} from '../src/index.js';
import { importKeyWith, openKey } from '../src/key.js';
import { SHA1 } from '../src/sha1-hash.js';

interface Compressor {
  process(block: DataView, offset: number): void;
}

const COMPRESSORS = [sha1, sha256, sha512].map(
  (hash) => Object.getPrototypeOf(hash.create()) as Compressor,
);
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const ALGORITHMS: Algorithm[] = ['SHA1', 'SHA256', 'SHA512'];
const NOW = 60_000_000;
const WINDOW = { backward: 3, forward: 3 };

/** How many blocks noble compressed meanwhile; it compresses them all the same. */
function compressions(work: () => unknown): number {
  let count = 0;
  const own = COMPRESSORS.map((type) => Object.getOwnPropertyDescriptor(type, 'process'));
  for (const type of COMPRESSORS) {
    const real = type.process;
    type.process = function (this: Compressor, block, offset) {
      count++;
      real.call(this, block, offset);
    };
  }
  try {
    work();
  } finally {
    for (const [i, type] of COMPRESSORS.entries()) {
      Reflect.deleteProperty(type, 'process');
      if (own[i]) Object.defineProperty(type, 'process', own[i]);
    }
  }
  return count;
}

/** How many HMACs the key made meanwhile. */
function hmacs(key: TotpKey, work: () => unknown): number {
  const { mac } = openKey(key);
  const real = mac.of;
  let count = 0;
  mac.of = (counter) => {
    count++;
    return real(counter);
  };
  try {
    work();
  } finally {
    mac.of = real;
  }
  return count;
}

/** The first step from `from` on of which this holds. */
function stepWhere(holds: (step: number) => boolean, from = NOW): number {
  let step = from;
  while (!holds(step)) step++;
  return step;
}

interface Case {
  name: string;
  code: string;
  /** The step in the middle of the window. */
  now: number;
  after?: number;
  says: Verdict;
}

/** Codes of one shape, and what there is to find out about them. */
function casesOf(key: TotpKey): Case[] {
  const at = (step: number) => hotp(key, step);
  const found = (step: number, now = NOW): Verdict => ({ valid: true, step, delta: step - now });
  const mismatch: Verdict = { valid: false, reason: 'mismatch' };
  const replayed: Verdict = { valid: false, reason: 'replayed' };
  const nibble = (step: number) => openKey(key).mac.of(step).at(-1)! & 15;
  const low = stepWhere((step) => nibble(step) === 0);
  const high = stepWhere((step) => nibble(step) === 15);
  const zeros = stepWhere((step) => at(step).startsWith('00'));
  const nines = stepWhere((step) => at(step).startsWith('99'));
  const digit = (Number(at(NOW)[5]) + 1) % 10;
  return [
    { name: 'the oldest step', code: at(NOW - 3), now: NOW, says: found(NOW - 3) },
    { name: 'the present step', code: at(NOW), now: NOW, says: found(NOW) },
    { name: 'the newest step', code: at(NOW + 3), now: NOW, says: found(NOW + 3) },
    { name: 'no step', code: '000000', now: NOW, says: mismatch },
    { name: 'no step, by one digit', code: at(NOW).slice(0, 5) + digit, now: NOW, says: mismatch },
    { name: 'a step outside the window', code: at(NOW + 4), now: NOW, says: mismatch },
    { name: 'a fresh step', code: at(NOW), now: NOW, after: NOW - 1, says: found(NOW) },
    { name: 'a step after a stale one', code: at(NOW), now: NOW, after: 1, says: found(NOW) },
    { name: 'a used step', code: at(NOW), now: NOW, after: NOW, says: replayed },
    { name: 'the oldest, used', code: at(NOW - 3), now: NOW, after: NOW + 3, says: replayed },
    { name: 'the newest, used', code: at(NOW + 3), now: NOW, after: NOW + 900, says: replayed },
    { name: 'no step, all used', code: '000000', now: NOW, after: NOW + 900, says: mismatch },
    { name: 'offset 0', code: at(low), now: low, says: found(low, low) },
    { name: 'offset 15', code: at(high), now: high, says: found(high, high) },
    { name: 'leading zeros', code: at(zeros), now: zeros, says: found(zeros, zeros) },
    { name: 'leading nines', code: at(nines), now: nines, says: found(nines, nines) },
  ];
}

function optionsOf({ now, after }: Case) {
  return { at: now * 30_000 + 7000, window: WINDOW, ...(after === undefined ? {} : { after }) };
}

// A hash whose words come out wrong fails its proof, so its keys go the documented way.
const FALLBACK = importKeyWith({ SHA1: { ...SHA1, store() {} } }, SECRET);
const KEYS: [string, TotpKey][] = [
  ...ALGORITHMS.map((algorithm): [string, TotpKey] => [
    algorithm,
    importKey(SECRET, { algorithm }),
  ]),
  ['SHA1 by what noble documents', FALLBACK],
];

describe.each(KEYS)('the work of verify with %s', (_, key) => {
  it.each(casesOf(key))('is 7 HMACs and 14 compressions for a code of $name', (item) => {
    const work = () => expect(verify(key, item.code, optionsOf(item))).toStrictEqual(item.says);
    expect({ hmacs: hmacs(key, work), compressions: compressions(work) }).toStrictEqual({
      hmacs: 7,
      compressions: 14,
    });
  });

  it.each(['', '12345', '1234567', '12345a', '１２３４５６', ' 23456', null, undefined, 123456])(
    'is none for %o, which is no code',
    (code) => {
      const work = () => verify(key, code as never, { at: NOW * 30_000, window: WINDOW });
      expect({ hmacs: hmacs(key, work), compressions: compressions(work) }).toStrictEqual({
        hmacs: 0,
        compressions: 0,
      });
    },
  );
});

describe('the work of verifyMacs', () => {
  const key = importKey(SECRET);
  const cases = casesOf(key);

  const macsOf = ({ now }: Case) =>
    Array.from({ length: 7 }, (_, i) =>
      openKey(key)
        .mac.of(now - 3 + i)
        .slice(),
    );
  const ask = (item: Case, macs: Uint8Array[]) => {
    const { window: _, ...options } = optionsOf(item);
    return verifyMacs(macs, item.now - 3, {}, item.code, options);
  };

  /** The verdict, and each byte of each HMAC that was read for it, in order. */
  function traceOf(item: Case): { said: Verdict; trace: string[] } {
    const trace: string[] = [];
    const watched = macsOf(item).map(
      (mac, i) =>
        new Proxy(mac, {
          get(target, name) {
            trace.push(`${i}.${String(name)}`);
            return Reflect.get(target, name);
          },
        }),
    );
    return { said: ask(item, watched), trace };
  }

  it.each(cases)('is to read the same bytes in the same order for a code of $name', (item) => {
    const { said, trace } = traceOf(item);
    expect(said).toStrictEqual(item.says);
    expect(trace).toStrictEqual(traceOf(cases[0]!).trace);
    // Truncation may pick any word that begins in the first sixteen bytes.
    for (let i = 0; i < 7; i++) {
      for (let byte = 0; byte < 20; byte++) expect(trace).toContain(`${i}.${byte}`);
    }
  });

  it('is no compression', () => {
    const counts = cases.map((item) => {
      const macs = macsOf(item);
      return compressions(() => ask(item, macs));
    });
    expect(counts).toStrictEqual(cases.map(() => 0));
  });
});

describe('the work of diagnose', () => {
  const at = NOW * 30_000 + 7000;
  const maxOffset = 3600;
  const key = importKey(SECRET);
  const foreign = importKey(SECRET, { algorithm: 'SHA256', period: 60 });
  const estimate = observe(undefined, { at: at - 864e5, step: NOW - 2890, period: 30 });
  const codes = {
    ok: hotp(key, NOW),
    'device-slow': hotp(key, NOW - 9),
    'device-fast': hotp(key, NOW + 9),
    'wrong-parameters': hotp(foreign, NOW / 2),
    'no-match': hotp(key, NOW + 1_000_000),
    'no-match, zeros': '000000',
  };

  it.each([
    ['alone', {}],
    ['with a step consumed', { after: NOW - 1 }],
    ['with an estimate', { estimate }],
  ])('%s is the same for every code of one shape', (_, known) => {
    const ask = (code: string) => diagnose(key, code, { at, maxOffset, ...known });
    const verdicts = Object.values(codes).map((code) => ask(code).verdict);
    expect(new Set(verdicts).size).toBeGreaterThanOrEqual(4);
    const counts = Object.values(codes).map((code) => compressions(() => ask(code)));
    expect(counts[0]).toBeGreaterThan(2 * 240);
    expect(counts).toStrictEqual(counts.map(() => counts[0]));
  });

  it('is none for what has no code’s shape', () => {
    expect(compressions(() => diagnose(key, '12 34', { at }))).toBe(0);
  });
});

describe('the work of resynchronize', () => {
  const key = importKey(SECRET);
  const at = NOW * 30_000 + 7000;
  const pair = (one: number, two: number): [CodeAt, CodeAt] => [
    { code: hotp(key, one), at },
    { code: hotp(key, two), at: at + 30_000 },
  ];
  const cases: [string, [CodeAt, CodeAt], { after?: number }][] = [
    ['the first steps searched', pair(NOW - 119, NOW - 118), {}],
    ['the present steps', pair(NOW, NOW + 1), {}],
    ['the last steps searched', pair(NOW + 118, NOW + 119), {}],
    ['two steps in the wrong order', pair(NOW + 1, NOW), {}],
    ['two steps apart', pair(NOW, NOW + 2), {}],
    ['used steps', pair(NOW, NOW + 1), { after: NOW + 1 }],
    ['no steps', pair(NOW + 1_000_000, NOW + 2_000_000), {}],
  ];
  const ask = ([, codes, known]: (typeof cases)[number]) =>
    resynchronize(key, codes, { maxOffset: 3600, ...known });

  it('is the same for any two codes of one shape', () => {
    expect(cases.filter((item) => ask(item).synchronized)).toHaveLength(3);
    const counts = cases.map((item) => compressions(() => ask(item)));
    expect(counts[0]).toBeGreaterThan(2 * 240);
    expect(counts).toStrictEqual(counts.map(() => counts[0]));
  });

  it('is none if one of the codes is no code', () => {
    const [one] = pair(NOW, NOW + 1);
    expect(compressions(() => resynchronize(key, [one, { code: '12', at }]))).toBe(0);
  });
});

describe('control: a verifier that stops at the first match', () => {
  const key = importKey(SECRET);
  const leaky = (code: string) => {
    for (let step = NOW - 3; step <= NOW + 3; step++) if (hotp(key, step) === code) return step;
    return undefined;
  };

  it('is caught by its HMACs and by its compressions', () => {
    const codes = [hotp(key, NOW - 3), hotp(key, NOW), hotp(key, NOW + 3), '000000'];
    expect(codes.map((code) => hmacs(key, () => leaky(code)))).toStrictEqual([1, 4, 7, 7]);
    expect(codes.map((code) => compressions(() => leaky(code)))).toStrictEqual([2, 8, 14, 14]);
  });
});
