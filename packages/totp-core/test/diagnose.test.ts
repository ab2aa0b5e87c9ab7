// Why a code failed: each verdict, its odds, and work that does not depend on the code.
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  AUTHY_APP,
  type DiagnoseOptions,
  type Diagnosis,
  type DriftEstimate,
  diagnose,
  hotp,
  importKey,
  observe,
  timeStep,
  totp,
  verify,
} from '../src/index.js';
import { openKey } from '../src/key.js';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const KEY = importKey(SECRET);
const AT = 1_800_000_007_000;
const NOW = 60_000_000;

/** What is said of the code an authenticator `offset` seconds fast shows. */
function of(offset: number, options: Partial<DiagnoseOptions> = {}, key = KEY): Diagnosis {
  const at = options.at ?? AT;
  return diagnose(key, totp(key, { at: at + offset * 1000 }), { at, ...options });
}

/** What codes of an authenticator `offset` seconds fast taught, typed a minute or so apart. */
function learned(offset: number, ends: number, count: number): DriftEstimate {
  let estimate: DriftEstimate | undefined;
  for (let i = count; i > 0; i--) {
    const at = ends - i * 67_000;
    const step = Math.floor((at / 1000 + offset) / 30);
    estimate = observe(estimate, { at, step, period: 30 });
  }
  return estimate!;
}

describe('a phone four minutes slow', () => {
  it('is suspected after one code, and certain and better known after two', () => {
    const first = of(-240);
    expect(first).toStrictEqual({
      verdict: 'device-slow',
      certainty: 'suspected',
      step: NOW - 8,
      offset: { min: -247, max: -187 },
      posterior: expect.closeTo(0.83, 2),
      evidence: 1,
      next: 'askNextCode',
    });
    const estimate = observe(undefined, { at: AT, step: first.step!, period: 30 });
    const second = of(-240, { at: AT + 43_000, estimate });
    expect(second).toStrictEqual({
      verdict: 'device-slow',
      certainty: 'certain',
      step: NOW - 7,
      offset: { min: expect.closeTo(-247.5, 1), max: -200 },
      posterior: expect.closeTo(0.9993, 4),
      evidence: 2,
      next: 'fixClock',
    });
  });

  it('is no more certain when the same code is typed again', () => {
    const estimate = observe(undefined, { at: AT, step: NOW - 8, period: 30 });
    expect(of(-250, { at: AT + 10_000, estimate })).toMatchObject({
      certainty: 'suspected',
      evidence: 1,
    });
  });
});

describe('two codes of any wrong clock', () => {
  it('tell its direction, hold its offset and agree, whatever the offset and the delays', () => {
    const offset = fc.oneof(
      fc.integer({ min: -80_000, max: -200 }),
      fc.integer({ min: 120, max: 80_000 }),
    );
    const delay = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(
        offset,
        delay,
        delay,
        fc.integer({ min: 61, max: 300 }),
        (seconds, d1, d2, gap) => {
          const first = of(0, { at: AT, maxOffset: 0 });
          expect(first.verdict).toBe('ok');
          const one = diagnose(KEY, totp(KEY, { at: AT + (seconds - d1) * 1000 }), { at: AT });
          // One code in 170 is by chance another step's too, within a day each way.
          fc.pre(one.step === timeStep(KEY, AT + (seconds - d1) * 1000));
          const estimate = observe(undefined, { at: AT, step: one.step!, period: 30 });
          const at = AT + gap * 1000;
          const two = diagnose(KEY, totp(KEY, { at: at + (seconds - d2) * 1000 }), {
            at,
            estimate,
          });
          expect(two).toMatchObject({
            verdict: seconds < 0 ? 'device-slow' : 'device-fast',
            certainty: 'certain',
            evidence: 2,
            next: 'fixClock',
          });
          expect(two.offset!.min <= seconds && seconds <= two.offset!.max).toBe(true);
          expect(two.offset!.max - two.offset!.min).toBeLessThanOrEqual(60);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('a code of the present', () => {
  it('is ok, and tells little of a clock', () => {
    expect(of(0)).toStrictEqual({
      verdict: 'ok',
      certainty: 'certain',
      step: NOW,
      offset: { min: -7, max: 53 },
      posterior: expect.closeTo(1, 4),
      evidence: 1,
      next: 'retry',
    });
  });

  it('is ok exactly where verify accepts it', () => {
    for (let delta = -5; delta <= 5; delta++) {
      for (const after of [undefined, NOW - 2, NOW, NOW + 1]) {
        const options = after === undefined ? { at: AT } : { at: AT, after };
        const { verdict } = diagnose(KEY, hotp(KEY, NOW + delta), options);
        expect(verdict === 'ok').toBe(verify(KEY, hotp(KEY, NOW + delta), options).valid);
      }
    }
  });

  it('is replayed if it is of the last consumed step, or of one before', () => {
    const replayed = {
      verdict: 'replayed',
      certainty: 'certain',
      step: NOW,
      posterior: expect.closeTo(1, 4),
      evidence: 1,
      next: 'askNextCode',
    };
    expect(of(0, { after: NOW })).toStrictEqual(replayed);
    expect(of(0, { after: NOW + 1 })).toMatchObject({ verdict: 'replayed', certainty: 'certain' });
    expect(of(0, { after: NOW - 1 }).verdict).toBe('ok');
  });
});

describe('an old code', () => {
  it('is replayed if it is the very one consumed last', () => {
    expect(of(-240, { after: NOW - 8 })).toMatchObject({
      verdict: 'replayed',
      certainty: 'certain',
    });
  });

  it('is stale if it may just have been typed late', () => {
    expect(of(-60)).toStrictEqual({
      verdict: 'stale',
      certainty: 'suspected',
      step: NOW - 2,
      posterior: expect.closeTo(0.97, 2),
      evidence: 1,
      next: 'askNextCode',
    });
    // The later, the sooner it is a slow clock.
    const asked = [-30, -90, -120, -180, -240].map((offset) => of(offset));
    expect(asked.map(({ verdict }) => verdict)).toStrictEqual([
      'ok',
      'stale',
      'stale',
      'device-slow',
      'device-slow',
    ]);
  });

  it('is stale if a newer one was consumed', () => {
    expect(of(-240).verdict).toBe('device-slow');
    expect(of(-240, { after: NOW - 7 }).verdict).toBe('stale');
  });

  it('is stale if history knows the clock to be right', () => {
    expect(of(-240, { estimate: learned(0, AT, 3) }).verdict).toBe('stale');
  });
});

describe('a code of the future', () => {
  it('is a fast clock', () => {
    expect(of(240)).toMatchObject({ verdict: 'device-fast', certainty: 'suspected', evidence: 1 });
  });

  it('is one made in advance if history knows the clock to be right', () => {
    expect(of(240, { estimate: learned(0, AT, 3) }).verdict).toBe('future');
    expect(of(3600, { estimate: learned(0, AT, 3) }).verdict).toBe('device-fast');
  });
});

describe('a time zone set by hand', () => {
  it.each([-720, -60, -15, 15, 60, 345, 840])('is named: %i minutes', (minutes) => {
    expect(of(minutes * 60)).toMatchObject({
      verdict: minutes < 0 ? 'device-slow' : 'device-fast',
      // A quarter of an hour may as well be any offset, or a code that lay around.
      certainty: Math.abs(minutes) === 15 ? 'suspected' : 'certain',
      looksLike: { minutes },
    });
  });

  it('is the surer the commoner it is', () => {
    const posteriors = [60, 345, 15].map((minutes) => of(minutes * 60).posterior);
    expect(posteriors.toSorted((a, b) => b - a)).toStrictEqual(posteriors);
  });

  it('is found however little is searched, and nothing else is', () => {
    expect(of(3600, { maxOffset: 0 })).toMatchObject({
      verdict: 'device-fast',
      looksLike: { minutes: 60 },
    });
    expect(of(-3600, { maxOffset: 300 }).looksLike).toStrictEqual({ minutes: -60 });
    expect(of(450 + 3600, { maxOffset: 300 }).verdict).toBe('no-match');
    for (const offset of [-60, 240]) {
      expect(of(offset, { maxOffset: 0 }).verdict).toBe('no-match');
    }
  });

  it('is not seen in an offset between two quarters of an hour', () => {
    const found = of(5 * 900 + 450);
    expect(found).toMatchObject({ verdict: 'device-fast', certainty: 'suspected' });
    expect(found).not.toHaveProperty('looksLike');
  });
});

describe('a code far away', () => {
  it('is only suspected, the less the farther it is', () => {
    for (const side of [-1, 1]) {
      const asked = [2250, 20_250, 80_000].map((offset) => of(side * offset));
      for (const diagnosis of asked) {
        expect(diagnosis).toMatchObject({ certainty: 'suspected', next: 'askNextCode' });
      }
      const posteriors = [0.875, 0.82, 0.69].map((one) => expect.closeTo(one, 2));
      expect(asked.map(({ posterior }) => posterior)).toStrictEqual(posteriors);
    }
  });

  it('is nothing beyond 24 hours', () => {
    expect(of(86_400 + 60)).toStrictEqual({
      verdict: 'no-match',
      certainty: 'certain',
      posterior: expect.closeTo(0.9926, 4),
      evidence: 0,
      next: 'retry',
    });
  });
});

describe('a code of nothing', () => {
  it('is no match, less surely so where less was searched', () => {
    expect(diagnose(KEY, '123456', { at: AT })).toMatchObject({
      verdict: 'no-match',
      certainty: 'certain',
    });
    expect(diagnose(KEY, '123456', { at: AT, maxOffset: 300 })).toMatchObject({
      verdict: 'no-match',
      certainty: 'suspected',
    });
  });

  it('is malformed if it has no shape of a code, whatever it is, and never an exception', () => {
    const malformed = {
      verdict: 'malformed',
      certainty: 'certain',
      posterior: 1,
      evidence: 0,
      next: 'retry',
    };
    for (const code of [
      '',
      '12345',
      '123456789',
      '12345a',
      '\uff11\uff12\uff13\uff14\uff15\uff16',
    ]) {
      expect(diagnose(KEY, code, { at: AT })).toStrictEqual(malformed);
    }
    expect(diagnose(KEY, '12345678', { at: AT })).toStrictEqual(malformed);
    fc.assert(
      fc.property(fc.anything(), (code) => {
        fc.pre(typeof code !== 'string' || !/^[0-9]{6,8}$/.test(code));
        expect(diagnose(KEY, code as string, { at: AT, maxOffset: 0 })).toStrictEqual(malformed);
      }),
    );
  });
});

describe('a code made with other parameters', () => {
  it.each([
    AUTHY_APP,
    { digits: 8 },
    { period: 60 },
    { period: 10 },
    { algorithm: 'SHA256' },
    { algorithm: 'SHA512', digits: 8, period: 60 },
  ] as const)('is recognized: %o', (params) => {
    expect(diagnose(KEY, totp(importKey(SECRET, params), { at: AT }), { at: AT })).toStrictEqual({
      verdict: 'wrong-parameters',
      certainty: 'certain',
      posterior: expect.closeTo(0.999, 2),
      evidence: 1,
      next: 'reEnroll',
    });
  });

  it('is recognized by a key of the Authy app too', () => {
    const app = importKey(SECRET, AUTHY_APP);
    expect(diagnose(app, totp(KEY, { at: AT }), { at: AT }).verdict).toBe('wrong-parameters');
  });
});

describe('an unsafe clock of our own', () => {
  it('is blamed for a code that is off, by what is wrong with it', () => {
    const clock = { state: 'unsafe' } as const;
    expect(of(-240, { clock })).toMatchObject({ verdict: 'verifier-clock', next: 'fixClock' });
    expect(of(240, { clock: { ...clock, reason: 'off' } }).verdict).toBe('verifier-clock');
    expect(of(240, { clock: { ...clock, reason: 'rolled-back' } }).verdict).toBe('clock-stepped');
    expect(of(240, { clock: { ...clock, reason: 'stepped' } }).verdict).toBe('clock-stepped');
    expect(diagnose(KEY, '123456', { at: AT, clock })).toMatchObject({
      verdict: 'no-match',
      next: 'fixClock',
    });
  });

  it('does not make a code of the present wrong, and a safe or unknown one is not blamed', () => {
    expect(of(0, { clock: { state: 'unsafe' } }).verdict).toBe('ok');
    expect(of(-240, { clock: { state: 'safe' } }).verdict).toBe('device-slow');
    expect(of(-240, { clock: { state: 'unknown' } }).verdict).toBe('device-slow');
  });

  it('is to be set right first, whatever was typed', () => {
    const clock = { state: 'unsafe' } as const;
    const foreign = hotp(importKey(SECRET, { algorithm: 'SHA256' }), NOW);
    const asked = [
      of(0, { clock, after: NOW }),
      of(-240, { clock, after: NOW - 8 }),
      of(-240, { clock, after: NOW }),
      diagnose(KEY, foreign, { at: AT, clock }),
    ];
    expect(asked.map(({ verdict }) => verdict)).toStrictEqual([
      'replayed',
      'replayed',
      'verifier-clock',
      'wrong-parameters',
    ]);
    expect(asked.map(({ next }) => next)).toStrictEqual(asked.map(() => 'fixClock'));
    expect(of(0, { clock }).next).toBe('retry');
  });
});

describe('codes older than the last one used', () => {
  it('make no clock certain, however many are typed: who saw them would learn they were real', () => {
    for (const offset of [-290, -900, -3600, -7200]) {
      for (let count = 2; count <= 4; count++) {
        const known = { estimate: learned(offset, AT, count), after: NOW };
        const blamed = { verdict: 'device-slow', certainty: 'suspected', next: 'askNextCode' };
        expect(of(offset, known)).toMatchObject(blamed);
      }
    }
    const known = { estimate: learned(-3600, AT, 2) };
    expect(of(-3600, { ...known, after: NOW - 121 }).certainty).toBe('certain');
    expect(of(-3600, { ...known, after: NOW - 119 })).toMatchObject({
      verdict: 'device-slow',
      certainty: 'suspected',
      posterior: expect.closeTo(1, 2),
    });
  });
});

/** A sample of an authenticator `offset` seconds fast, so many seconds ago. */
function sampleOf(offset: number, ago: number): DriftEstimate['samples'] {
  const at = AT - ago * 1000;
  const step = Math.floor((at / 1000 + offset) / 30);
  return observe(undefined, { at, step, period: 30 }).samples;
}

describe('earlier codes of two clocks', () => {
  const estimate = (offsets: number[]): DriftEstimate => ({
    ...learned(0, AT, 1),
    samples: offsets.flatMap((offset, i) => sampleOf(offset, (offsets.length - i) * 100)),
  });

  it('in turn make one that is off unstable', () => {
    const known = estimate([0, -500, 0, -500]);
    expect(of(-500, { estimate: known })).toMatchObject({ verdict: 'unstable', next: 'reEnroll' });
    expect(of(0, { estimate: known }).verdict).toBe('ok');
  });

  it('one after the other are a clock that was set anew', () => {
    const known = estimate([0, 0, 0, -500, -500]);
    expect(of(-500, { estimate: known })).toMatchObject({
      verdict: 'device-slow',
      certainty: 'certain',
      evidence: 3,
    });
  });
});

describe('a code that agrees with none before', () => {
  it('is what it would be by itself, and no surer', () => {
    const typo = { ...learned(0, AT, 1), samples: sampleOf(40_000, 60) };
    const alone = of(-240);
    const beside = of(-240, { estimate: typo });
    expect(beside).toStrictEqual({ ...alone, posterior: beside.posterior });
    expect(beside.posterior).toBeLessThanOrEqual(alone.posterior);
  });
});

describe('a slip of the finger', () => {
  const DOUBLED = (code: string): string => code[0]! + code;

  /** An instant at which the code, with its first digit twice, is also this secret's of 7 digits. */
  const instant = Array.from({ length: 500 }, (_, i) => AT + i * 30_000).find(
    (at) => DOUBLED(totp(KEY, { at })) === totp(importKey(SECRET, { digits: 7 }), { at }),
  )!;

  it('that doubles the first digit is no sign of another digit count', () => {
    const code = DOUBLED(totp(KEY, { at: instant }));
    expect(diagnose(KEY, code, { at: instant }).verdict).toBe('malformed');
  });

  it('that leaves it out is none either', () => {
    const app = importKey(SECRET, AUTHY_APP);
    expect(diagnose(app, totp(app, { at: AT }).slice(1), { at: AT }).verdict).toBe('malformed');
  });
});

describe('a code a digit away from the present one', () => {
  it('reads like any other that is wrong: a guess learns nothing from it', () => {
    const asked = (code: string): Diagnosis => diagnose(KEY, code, { at: AT, maxOffset: 0 });
    const present = totp(KEY, { at: AT });
    const wrong = asked('123456');
    expect(wrong).toMatchObject({ verdict: 'no-match', evidence: 0 });
    for (let i = 0; i < 6; i++) {
      const digit = (Number(present[i]) + 1) % 10;
      expect(asked(present.slice(0, i) + digit + present.slice(i + 1))).toStrictEqual(wrong);
    }
  });
});

describe('diagnose', () => {
  it('answers in plain JSON that does not hold the code', () => {
    const code = totp(KEY, { at: AT - 240_000 });
    const text = JSON.stringify(diagnose(KEY, code, { at: AT }));
    expect(JSON.parse(text)).toStrictEqual(diagnose(KEY, code, { at: AT }));
    expect(text).not.toContain(code);
  });

  it('works near the epoch', () => {
    expect(diagnose(KEY, hotp(KEY, 0), { at: 0 }).verdict).toBe('ok');
    expect(diagnose(KEY, hotp(KEY, 30), { at: 0 }).looksLike).toStrictEqual({ minutes: 15 });
  });

  it('takes a code of 1970 for its own, though all periods count alike then', () => {
    for (const at of [59_000, 600_000, 3_600_000, 86_400_000]) {
      expect(of(0, { at })).toMatchObject({ verdict: 'ok', certainty: 'certain' });
    }
    expect(diagnose(KEY, hotp(KEY, 1), { at: 59_000 }).posterior).toBeGreaterThan(0.9999);
  });

  it.each([
    { after: Number.NaN },
    { maxOffset: -1 },
    { maxOffset: 86_401 },
    { maxOffset: Number.NaN },
    { estimate: {} },
    { estimate: { ...learned(0, AT, 1), period: 60 } },
    { estimate: { ...learned(0, AT, 1), epoch: 5 } },
  ])('refuses %o, whatever the code', (wrong) => {
    for (const code of ['123456', 'no code']) {
      expect(() => diagnose(KEY, code, { at: AT, ...wrong } as never)).toThrow(
        expect.objectContaining({ name: 'TotpError', code: 'ERR_PARAMS' }),
      );
    }
  });

  it('throws a TypeError for options of the wrong type, and ERR_INSTANT for no instant', () => {
    for (const wrong of [
      { at: '0' },
      { after: '1' },
      { maxOffset: '1' },
      { clock: null },
      { clock: 'safe' },
    ]) {
      expect(() => diagnose(KEY, '123456', { at: AT, ...wrong } as never)).toThrow(TypeError);
    }
    for (const at of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      expect(() => diagnose(KEY, '123456', { at })).toThrow(
        expect.objectContaining({ code: 'ERR_INSTANT' }),
      );
    }
  });

  it('never calls a consumed step good, and is as sure as a probability can be', () => {
    const tally: Record<string, number> = {};
    fc.assert(
      fc.property(
        fc.integer({ min: -4, max: 4 }),
        fc.integer({ min: -4, max: 4 }),
        fc.array(fc.tuple(fc.integer({ min: -400, max: 400 }), fc.integer({ min: 1, max: 1e6 }))),
        (delta, last, earlier) => {
          const samples = earlier.slice(0, 12).flatMap(([offset, ago]) => sampleOf(offset, ago));
          const estimate = { ...learned(0, AT, 1), samples };
          const known = { at: AT, after: NOW + last, maxOffset: 300, estimate };
          const before = structuredClone(known);
          const code = hotp(KEY, NOW + delta);
          const { verdict, posterior, certainty, step, offset } = diagnose(KEY, code, known);
          expect(known).toStrictEqual(before);
          expect(posterior).toBeGreaterThan(0);
          expect(posterior).toBeLessThanOrEqual(1);
          // An offset is there where a clock is blamed.
          const used = offset !== undefined && step! < NOW + last;
          expect(certainty).toBe(posterior >= 0.99 && !used ? 'certain' : 'suspected');
          expect(verdict === 'ok').toBe(verify(KEY, code, known).valid);
          if (verdict === 'ok') expect(delta).toBeGreaterThan(last);
          tally[verdict] = (tally[verdict] ?? 0) + 1;
        },
      ),
      { numRuns: 200 },
    );
    for (const verdict of ['ok', 'replayed', 'stale', 'device-fast']) {
      expect(tally[verdict], verdict).toBeGreaterThan(4);
    }
  });

  it('computes the same HMACs whatever the code is of', () => {
    const { mac } = openKey(KEY);
    const spy = vi.spyOn(mac, 'of');
    const estimate = learned(-240, AT, 3);
    const work = (code: string, options: Partial<DiagnoseOptions> = {}): number[] => {
      spy.mockClear();
      diagnose(KEY, code, { at: AT, estimate, ...options });
      return spy.mock.calls.map(([step]) => step);
    };
    try {
      const nothing = work('123456');
      expect(nothing.length).toBe(5762);
      for (const offset of [0, -30, -60, -240, 240, 3600, 80_000]) {
        const code = totp(KEY, { at: AT + offset * 1000 });
        expect(work(code)).toStrictEqual(nothing);
        expect(work(code, { after: NOW })).toStrictEqual(nothing);
      }
    } finally {
      spy.mockRestore();
    }
  });
});
