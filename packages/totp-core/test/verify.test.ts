// RFC 6238 section 5.2: windows, replays, any input, and work that does not depend on the code.
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  AUTHY_APP,
  hotp,
  importKey,
  totp,
  type Verdict,
  verify,
  verifyMacs,
} from '../src/index.js';
import { openKey } from '../src/key.js';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const KEY = importKey(SECRET);
const AT = 1_800_000_007_000;
const NOW = 60_000_000;
const BAD_PARAMS = expect.objectContaining({ name: 'TotpError', code: 'ERR_PARAMS' });
const MISMATCH: Verdict = { valid: false, reason: 'mismatch' };
const MALFORMED: Verdict = { valid: false, reason: 'malformed' };
const REPLAYED: Verdict = { valid: false, reason: 'replayed' };

describe('verify', () => {
  it('accepts the present code and those 30 seconds around it, and says which step', () => {
    const verdicts = [-2, -1, 0, 1, 2].map((delta) =>
      verify(KEY, hotp(KEY, NOW + delta), { at: AT }),
    );
    expect(verdicts).toStrictEqual([
      MISMATCH,
      { valid: true, step: NOW - 1, delta: -1 },
      { valid: true, step: NOW, delta: 0 },
      { valid: true, step: NOW + 1, delta: 1 },
      MISMATCH,
    ]);
  });

  it('accepts a code of the Authy app typed 20 seconds late', () => {
    const app = importKey(SECRET, AUTHY_APP);
    const code = totp(app, { at: AT });
    const step = Math.floor(AT / 10_000);
    expect(verify(app, code, { at: AT + 20_000 })).toStrictEqual({ valid: true, step, delta: -2 });
  });

  it('has a default window of whole steps that covers 30 seconds each way', () => {
    for (const [period, reach] of [
      [1, 30],
      [10, 3],
      [29, 2],
      [30, 1],
      [60, 1],
    ] as const) {
      const key = importKey(SECRET, { period, digits: 8 });
      const now = Math.floor(AT / 1000 / period);
      for (const side of [-1, 1]) {
        expect(verify(key, hotp(key, now + side * reach), { at: AT })).toMatchObject({
          valid: true,
        });
        expect(verify(key, hotp(key, now + side * (reach + 1)), { at: AT })).toStrictEqual(
          MISMATCH,
        );
      }
    }
  });

  it('keeps exactly to the window it is given', () => {
    const deltas = Array.from({ length: 21 }, (_, i) => i - 10);
    const accepted = deltas.filter(
      (delta) =>
        verify(KEY, hotp(KEY, NOW + delta), { at: AT, window: { backward: 5, forward: 2 } }).valid,
    );
    expect(accepted).toStrictEqual([-5, -4, -3, -2, -1, 0, 1, 2]);
  });

  it('moves the window with the drift and still counts delta from the present step', () => {
    const window = { backward: 0, forward: 0 };
    const code = hotp(KEY, NOW - 14);
    expect(verify(KEY, code, { at: AT, window, drift: -420 })).toStrictEqual({
      valid: true,
      step: NOW - 14,
      delta: -14,
    });
    expect(verify(KEY, code, { at: AT, window })).toStrictEqual(MISMATCH);
  });

  it('counts steps from the epoch', () => {
    const key = importKey(SECRET, { epoch: 1_000_000_007, period: 10 });
    const now = Math.floor((AT / 1000 - 1_000_000_007) / 10);
    const window = { backward: 1, forward: 1 };
    for (const drift of [0, -420, 90]) {
      const centre = now + drift / 10;
      const verdicts = [-2, -1, 0, 1, 2].map((delta) =>
        verify(key, hotp(key, centre + delta), { at: AT, window, drift }),
      );
      const valid = (step: number): Verdict => ({ valid: true, step, delta: step - now });
      expect(verdicts).toStrictEqual([
        MISMATCH,
        valid(centre - 1),
        valid(centre),
        valid(centre + 1),
        MISMATCH,
      ]);
    }
  });

  it('calls a step up to the last consumed one replayed, and a newer one valid', () => {
    const code = hotp(KEY, NOW);
    expect(verify(KEY, code, { at: AT, after: NOW - 1 })).toMatchObject({ valid: true, step: NOW });
    expect(verify(KEY, code, { at: AT, after: NOW })).toStrictEqual(REPLAYED);
    expect(verify(KEY, code, { at: AT, after: NOW + 1000 })).toStrictEqual(REPLAYED);
    expect(verify(KEY, code, { at: AT, after: -1 })).toMatchObject({ valid: true });
  });

  it('knows no replay outside the window', () => {
    expect(verify(KEY, hotp(KEY, NOW - 2), { at: AT, after: NOW })).toStrictEqual(MISMATCH);
  });

  it('names the newest of two steps that share a code, and the fresh one of them', () => {
    const window = { backward: 3000, forward: 3000 };
    const steps = new Map<string, number>();
    let pair: [number, number] | undefined;
    for (let step = NOW - 3000; step <= NOW + 3000 && !pair; step++) {
      const older = steps.get(hotp(KEY, step));
      if (older !== undefined) pair = [older, step];
      steps.set(hotp(KEY, step), step);
    }
    const [older, newer] = pair!;
    const code = hotp(KEY, newer);
    const valid: Verdict = { valid: true, step: newer, delta: newer - NOW };
    expect(verify(KEY, code, { at: AT, window })).toStrictEqual(valid);
    expect(verify(KEY, code, { at: AT, window, after: older })).toStrictEqual(valid);
    expect(verify(KEY, code, { at: AT, window, after: newer })).toStrictEqual(REPLAYED);
  });

  it('searches the widest window to its ends, and knows a replay there', () => {
    const ends = [
      { window: { backward: 6000, forward: 0 }, step: NOW - 6000 },
      { window: { backward: 6000, forward: 0 }, step: NOW },
      { window: { backward: 0, forward: 6000 }, step: NOW + 6000 },
    ];
    // Eight digits, so that no other of the 6,001 has the same code.
    const key = importKey(SECRET, { digits: 8 });
    for (const { window, step } of ends) {
      const code = hotp(key, step);
      const valid: Verdict = { valid: true, step, delta: step - NOW };
      expect(verify(key, code, { at: AT, window })).toStrictEqual(valid);
      expect(verify(key, code, { at: AT, window, after: step - 1 })).toStrictEqual(valid);
      for (const after of [step, NOW + 9000, Number.MAX_SAFE_INTEGER]) {
        expect(verify(key, code, { at: AT, window, after })).toStrictEqual(REPLAYED);
      }
    }
  });

  it('does not look before the epoch, and does not mind being near it', () => {
    const window = { backward: 10, forward: 0 };
    expect(verify(KEY, hotp(KEY, 0), { at: 0, window })).toStrictEqual({
      valid: true,
      step: 0,
      delta: 0,
    });
    expect(verify(KEY, hotp(KEY, 0), { at: 60_000, window })).toMatchObject({ delta: -2 });
    expect(verify(KEY, hotp(KEY, 0), { at: 0, drift: -86_400 })).toStrictEqual(MISMATCH);
    expect(verify(KEY, hotp(KEY, 0), { at: 0, drift: 8.64e12 })).toStrictEqual(MISMATCH);
    expect(verify(KEY, hotp(KEY, 0), { at: 0, drift: -8.64e12 })).toStrictEqual(MISMATCH);
  });

  it('accepts what totp shows and nothing of another instant, for any key and window', () => {
    const anyKey = fc.record({
      secret: fc.uint8Array({ minLength: 1, maxLength: 140 }),
      algorithm: fc.constantFrom('SHA1', 'SHA256', 'SHA512'),
      digits: fc.constantFrom(6, 7, 8),
      period: fc.constantFrom(1, 10, 30, 60),
    });
    const reach = fc.nat(6);
    const shift = fc.integer({ min: -8, max: 8 });
    fc.assert(
      fc.property(
        anyKey,
        fc.nat(2 ** 40),
        reach,
        reach,
        shift,
        (k, at, backward, forward, delta) => {
          const key = importKey(k.secret, {
            ...k,
            digits: k.digits as 6,
            algorithm: k.algorithm as 'SHA1',
          });
          const now = Math.floor(at / k.period / 1000);
          const step = Math.max(0, now + delta);
          const inside = step - now >= -backward && step - now <= forward;
          const codes = new Map<string, number>();
          for (let s = Math.max(0, now - backward); s <= now + forward; s++)
            codes.set(hotp(key, s), s);
          const code = hotp(key, step);
          const newest = codes.get(code);
          expect(inside ? newest !== undefined : true).toBe(true);
          expect(verify(key, code, { at, window: { backward, forward } })).toStrictEqual(
            newest === undefined ? MISMATCH : { valid: true, step: newest, delta: newest - now },
          );
        },
      ),
    );
  });
});

describe('a typed code of another shape is malformed, and never an exception', () => {
  const good = hotp(KEY, NOW);
  const shapes: [string, unknown][] = [
    ['nothing', undefined],
    ['null', null],
    ['a number', Number(good)],
    ['a bigint', BigInt(good)],
    ['NaN', Number.NaN],
    ['true', true],
    ['a symbol', Symbol(good)],
    ['an array', [good]],
    ['an array of digits', [...good]],
    ['a String object', new String(good)],
    ['an object with toString', { toString: () => good, length: 6 }],
    ['an object that throws', new Proxy({}, { get: () => expect.fail('was read') })],
    ['a function', () => good],
    ['bytes', new TextEncoder().encode(good)],
    ['the empty string', ''],
    ['five digits', good.slice(1)],
    ['seven digits', `0${good}`],
    ['a trailing space', `${good} `],
    ['a leading space in place of a digit', ` ${good.slice(1)}`],
    ['a trailing line break', `${good.slice(1)}\n`],
    ['groups', `${good.slice(0, 3)} ${good.slice(3)}`],
    ['a sign', `+${good.slice(1)}`],
    ['a minus', `-${good.slice(1)}`],
    ['an exponent', '7e9999'],
    ['a fraction', '7.0000'],
    ['hexadecimal', '0x1234'],
    ['a colon, which comes after 9', `${good.slice(1)}:`],
    ['a slash, which comes before 0', `/${good.slice(1)}`],
    ['a zero byte', `${good.slice(1)}\0`],
    ['full-width digits', [...good].map((d) => String.fromCharCode(0xff10 + Number(d))).join('')],
    ['Arabic-Indic digits', [...good].map((d) => String.fromCharCode(0x660 + Number(d))).join('')],
    [
      'mathematical digits',
      [...good].map((d) => String.fromCodePoint(0x1d7ce + Number(d))).join(''),
    ],
    ['a very long string', '1'.repeat(1_000_000)],
  ];

  it.each(shapes)('%s', (_, code) => {
    expect(verify(KEY, code as string, { at: AT })).toStrictEqual(MALFORMED);
    expect(verifyMacs([], 0, {}, code as string)).toStrictEqual(MALFORMED);
  });

  it('whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (code) => {
        const isCode = typeof code === 'string' && /^[0-9]{6}$/.test(code);
        const verdict = verify(KEY, code as string, { at: AT });
        if (!isCode) expect(verdict).toStrictEqual(MALFORMED);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a wrong option throws, whatever the code', () => {
  const codes = [hotp(KEY, NOW), 'no code'];

  it.each([
    { window: { backward: -1, forward: 0 } },
    { window: { backward: 0, forward: 0.5 } },
    { window: { backward: 0.5, forward: 0 } },
    { window: { backward: Number.NaN, forward: 0 } },
    { window: { backward: 0, forward: Number.POSITIVE_INFINITY } },
    { window: { backward: 3000, forward: 3001 } },
    { window: { backward: 6001, forward: 0 } },
    { window: { backward: 1e300, forward: 0 } },
    { drift: Number.NaN },
    { drift: Number.NEGATIVE_INFINITY },
    { after: Number.NaN },
    { after: 0.5 },
    { after: Number.POSITIVE_INFINITY },
    { after: -(2 ** 60) },
  ])('out of range: %o', (options) => {
    for (const code of codes)
      expect(() => verify(KEY, code, { at: AT, ...options })).toThrow(BAD_PARAMS);
  });

  it.each([
    { window: 1 },
    { window: '1' },
    { window: null },
    { window: {} },
    { window: { backward: '1', forward: 0 } },
    { window: { backward: 0, forward: true } },
    { drift: '0' },
    { drift: null },
    { after: null },
    { after: '5' },
    { after: 5n },
    { at: String(AT) },
    { at: new Date(AT) },
    { at: undefined },
  ])('of the wrong type: %o', (options) => {
    for (const code of codes) {
      expect(() => verify(KEY, code, { at: AT, ...options } as never)).toThrow(TypeError);
    }
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 1e300])('no instant: %s', (at) => {
    for (const code of codes) {
      expect(() => verify(KEY, code, { at })).toThrow(
        expect.objectContaining({ code: 'ERR_INSTANT' }),
      );
    }
  });
});

describe('the work of verify', () => {
  const window = { backward: 7, forward: 3 };
  const classes: [string, string, number?][] = [
    ['the oldest step', hotp(KEY, NOW - 7)],
    ['the present step', hotp(KEY, NOW)],
    ['the newest step', hotp(KEY, NOW + 3)],
    ['a replayed step', hotp(KEY, NOW), NOW],
    ['a step with everything consumed', hotp(KEY, NOW), NOW + 1000],
    ['no step', '000000'],
    ['no step, by one digit', String((Number(hotp(KEY, NOW)) + 1) % 1_000_000).padStart(6, '0')],
  ];

  it.each(classes)(
    'is one HMAC for each step of the window when the code is of %s',
    (_, code, after) => {
      const { mac } = openKey(KEY);
      const spy = vi.spyOn(mac, 'of');
      try {
        verify(KEY, code, { at: AT, window, ...(after === undefined ? {} : { after }) });
        const steps = Array.from({ length: 11 }, (_, i) => [NOW - 7 + i]);
        expect(spy.mock.calls).toStrictEqual(steps);
      } finally {
        spy.mockRestore();
      }
    },
  );
});

describe('verifyMacs', () => {
  const macs = (first: number, count: number, key = KEY): Uint8Array[] =>
    Array.from({ length: count }, (_, i) => Uint8Array.from(openKey(key).mac.of(first + i)));

  it('says what verify says, of HMACs made elsewhere', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -3, max: 3 }),
        fc.option(fc.integer({ min: -4, max: 4 })),
        (d, a) => {
          const code = hotp(KEY, NOW + d);
          const after = a === null ? {} : { after: NOW + a };
          const window = { backward: 2, forward: 2 };
          const expected = verify(KEY, code, { at: AT, window, ...after });
          const given = macs(NOW - 2, 5);
          expect(verifyMacs(given, NOW - 2, {}, code, { at: AT, ...after })).toStrictEqual(
            expected,
          );
          expect(verifyMacs(given, NOW - 2, {}, code, after)).toStrictEqual(expected);
        },
      ),
    );
  });

  it('counts delta from an instant it is given, else from the middle or the earlier of two', () => {
    const code = hotp(KEY, NOW);
    const delta = (first: number, count: number, at?: number): unknown => {
      const options = at === undefined ? {} : { at };
      return verifyMacs(macs(first, count), first, {}, code, options);
    };
    const valid = (away: number): Verdict => ({ valid: true, step: NOW, delta: away });
    expect(delta(NOW - 3, 4)).toStrictEqual(valid(2));
    expect(delta(NOW, 4)).toStrictEqual(valid(-1));
    expect(delta(NOW, 5)).toStrictEqual(valid(-2));
    expect(delta(NOW, 1)).toStrictEqual(valid(0));
    expect(delta(NOW, 5, AT)).toStrictEqual(valid(0));
    expect(delta(NOW, 5, AT + 300_000)).toStrictEqual(valid(-10));
  });

  it('reads as many as the widest window has, from the first to the last', () => {
    const key = importKey(SECRET, { digits: 8 });
    const given = macs(NOW, 6001, key);
    for (const step of [NOW, NOW + 6000]) {
      const code = hotp(key, step);
      const valid: Verdict = { valid: true, step, delta: step - NOW - 3000 };
      expect(verifyMacs(given, NOW, { digits: 8 }, code)).toStrictEqual(valid);
      expect(verifyMacs(given, NOW, { digits: 8 }, code, { after: step })).toStrictEqual(REPLAYED);
    }
  });

  it.each(['SHA1', 'SHA256', 'SHA512'] as const)('reads HMACs of %s', (algorithm) => {
    const key = importKey(SECRET, { algorithm, digits: 8 });
    expect(
      verifyMacs(macs(NOW, 1, key), NOW, { algorithm, digits: 8 }, hotp(key, NOW)),
    ).toStrictEqual({
      valid: true,
      step: NOW,
      delta: 0,
    });
  });

  it('takes a code that is all zeros', () => {
    const step = 349_495;
    expect(hotp(KEY, step)).toBe('000000');
    const valid: Verdict = { valid: true, step, delta: 0 };
    expect(verifyMacs(macs(step, 1), step, {}, '000000')).toStrictEqual(valid);
    expect(verify(KEY, '000000', { at: step * 30_000 })).toStrictEqual(valid);
  });

  it('finds nothing among no HMACs', () => {
    expect(verifyMacs([], NOW, {}, hotp(KEY, NOW))).toStrictEqual(MISMATCH);
  });

  it('refuses HMACs that are too long, too short or too many, and steps that are none', () => {
    const code = '123456';
    for (const length of [0, 19, 21, 32]) {
      expect(() => verifyMacs([new Uint8Array(length)], 0, {}, code)).toThrow(BAD_PARAMS);
    }
    expect(() => verifyMacs(macs(0, 6002), 0, {}, code)).toThrow(BAD_PARAMS);
    for (const step of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => verifyMacs(macs(0, 1), step, {}, code)).toThrow(BAD_PARAMS);
    }
    expect(() => verifyMacs(macs(0, 1), 0, { digits: 5 } as never, code)).toThrow(BAD_PARAMS);
  });

  it('throws a TypeError for HMACs that are not bytes', () => {
    const bytes = new Uint8Array(20);
    for (const wrong of [null, {}, bytes, bytes.buffer, new Set([bytes]), [[1]], [bytes.buffer]]) {
      expect(() => verifyMacs(wrong as never, 0, {}, '123456')).toThrow(TypeError);
    }
    expect(() => verifyMacs([], '0' as never, {}, '123456')).toThrow(TypeError);
  });
});
