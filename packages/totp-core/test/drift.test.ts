// An authenticator's offset over time: what codes teach, and what they must not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consensusOf } from '../src/consensus.js';
import { type DriftEstimate, observe, predict, stability } from '../src/index.js';

const START = 1_800_000_000_000;
const DAY = 86_400_000;
const BAD_PARAMS = expect.objectContaining({ name: 'TotpError', code: 'ERR_PARAMS' });

/** The step an authenticator `offset` seconds fast shows to someone who takes `delay` seconds. */
function shown(at: number, offset: number, delay = 0, period = 30): number {
  return Math.floor((at / 1000 - delay + offset) / period);
}

/** What a list of codes teaches, each of an authenticator `offset` seconds fast. */
function learn(codes: { at: number; offset: number; delay?: number }[]): DriftEstimate {
  let estimate: DriftEstimate | undefined;
  for (const { at, offset, delay } of codes) {
    estimate = observe(estimate, { at, step: shown(at, offset, delay), period: 30 });
  }
  return estimate!;
}

describe('observe and predict', () => {
  it('know one code to a period, a typing delay and the clock error', () => {
    const estimate = observe(undefined, { at: START + 7_000, step: 60_000_000, period: 30 });
    expect(estimate).toStrictEqual({
      version: 1,
      period: 30,
      epoch: 0,
      rate: 5e-6,
      origin: 17.28125,
      days: [{ since: START + 7_000, min: 17.28125, max: 17.28125 }],
      samples: [{ at: START + 7_000, step: 60_000_000, min: -7.5, max: 53.5 }],
      refused: [],
    });
    expect(predict(estimate, START + 7_000)).toStrictEqual({ min: -7.5, best: 17.281, max: 53.5 });
  });

  it('count steps from the epoch and trust a shorter delay', () => {
    const delay = { min: 1, max: 3 };
    const observation = { at: 1_000_000, step: 5, period: 10, epoch: 900, delay, error: 0 };
    expect(predict(observe(undefined, observation), 1_000_000)).toStrictEqual({
      min: -49,
      best: -42.625,
      max: -37,
    });
  });

  it('know less the more time has passed', () => {
    const estimate = observe(undefined, { at: START, step: 60_000_000, period: 30, rate: 1e-5 });
    const [now, later] = [predict(estimate, START), predict(estimate, START + 10 * DAY)];
    expect(later.best).toBe(now.best);
    expect(later.max - now.max).toBeCloseTo(8.64);
    expect(now.min - later.min).toBeCloseTo(8.64);
  });

  it('hold the true offset of any steady authenticator', () => {
    const times = fc.array(
      fc.tuple(fc.integer({ min: 60, max: 80_000 }), fc.double({ min: 0, max: 30, noNaN: true })),
      {
        minLength: 1,
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(fc.integer({ min: -80_000, max: 80_000 }), times, (offset, gaps) => {
        let at = START;
        let estimate: DriftEstimate | undefined;
        for (const [gap, delay] of gaps) {
          at += gap * 1000;
          estimate = observe(estimate, { at, step: shown(at, offset, delay), period: 30 });
          const { min, max } = predict(estimate, at);
          expect(min <= offset && offset <= max).toBe(true);
        }
      }),
    );
  });

  it('narrow to a few seconds when codes come at many phases without delay', () => {
    const codes = Array.from({ length: 12 }, (_, i) => ({ at: START + i * 67_000, offset: -240 }));
    const { min, max } = predict(learn(codes), START + 12 * 67_000);
    expect(min).toBeLessThanOrEqual(-240);
    expect(max).toBeGreaterThanOrEqual(-240);
    expect(max - min).toBeLessThan(45);
  });

  it('follow a slow drift', () => {
    const codes = Array.from({ length: 60 }, (_, i) => ({
      at: START + i * DAY,
      offset: -0.4 * i,
      delay: 5,
    }));
    const { min, max } = predict(learn(codes), START + 59 * DAY);
    expect(min <= -0.4 * 59 && -0.4 * 59 <= max).toBe(true);
  });

  it('keep at most 16 samples, none older than 90 days', () => {
    const quick = learn(
      Array.from({ length: 50 }, (_, i) => ({ at: START + i * 61_000, offset: 3 })),
    );
    expect(quick.samples.length).toBe(16);
    expect(quick.samples.at(-1)!.at).toBe(START + 49 * 61_000);
    const rare = learn(
      Array.from({ length: 9 }, (_, i) => ({ at: START + i * 40 * DAY, offset: 3 })),
    );
    expect(rare.samples.map(({ at }) => (at - START) / DAY)).toStrictEqual([240, 280, 320]);
  });

  it('are plain JSON and leave what they are given alone', () => {
    const first = learn([{ at: START, offset: 5 }]);
    const copy = structuredClone(first);
    const second = observe(first, {
      at: START + 60_000,
      step: shown(START + 60_000, 5),
      period: 30,
    });
    expect(first).toStrictEqual(copy);
    expect(JSON.parse(JSON.stringify(second))).toStrictEqual(second);
    expect(second.samples.length).toBe(2);
  });
});

describe('a step that is not new', () => {
  const estimate = learn([
    { at: START, offset: 0 },
    { at: START + DAY, offset: 0 },
  ]);
  const at = START + 2 * DAY;
  const step = shown(at, 0);

  it('gives back the very estimate where it is not newer than the last consumed', () => {
    expect(observe(estimate, { at, step, period: 30, after: step })).toBe(estimate);
    expect(observe(estimate, { at, step, period: 30, after: step - 1 })).not.toBe(estimate);
  });

  it('gives back the very estimate where it, or a newer one, was seen before', () => {
    const last = estimate.samples.at(-1)!.step;
    expect(observe(estimate, { at: START + DAY, step: last, period: 30 })).toBe(estimate);
    expect(observe(estimate, { at: START + DAY, step: last - 1, period: 30 })).toBe(estimate);
    expect(observe(estimate, { at: START + DAY, step: last + 1, period: 30 })).not.toBe(estimate);
  });

  it('gives back the very estimate where it was refused before', () => {
    const far = { at, step: step + 9, period: 30 };
    const refused = observe(estimate, far);
    expect(observe(refused, { ...far, at: at + 1000 })).toBe(refused);
  });
});

describe('a code that is too far off', () => {
  const estimate = learn(
    [0, 1, 2, 3, 4].map((day) => ({ at: START + day * DAY, offset: 0, delay: 9 })),
  );
  const at = START + 5 * DAY;
  // The step that is shown now by the best guess.
  const now = shown(at, predict(estimate, at).best);
  const counts = (step: number, known = estimate, when = at): boolean =>
    observe(known, { at: when, step, period: 30 }).samples.length > known.samples.length;

  it('is one more than a step from the predicted', () => {
    expect([-2, -1, 0, 1, 2].map((away) => counts(now + away))).toStrictEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  it('is told from one delayed over several short periods, and not from one that is early', () => {
    const short = observe(undefined, { at: START, step: START / 10_000, period: 10 });
    const shows = Math.floor((at / 1000 + predict(short, at).best) / 10);
    const taken = [-4, -3, 2, 1].map(
      (away) => observe(short, { at, step: shows + away, period: 10 }).samples.length === 2,
    );
    expect(taken).toStrictEqual([false, true, false, true]);
    const delay = { min: 0, max: 5 };
    const quick = (step: number) => observe(short, { at, step, period: 10, delay }).samples.length;
    expect([quick(shows - 2), quick(shows - 1)]).toStrictEqual([1, 2]);
  });

  it('may have drifted farther since the last one', () => {
    // At 5e-6, 80 days are 34.6 s: a step more.
    const later = START + 84 * DAY;
    const then = shown(later, predict(estimate, later).best);
    expect([-3, -2, 2, 3].map((away) => counts(then + away, estimate, later))).toStrictEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('is kept apart, and changes no prediction', () => {
    for (const offset of [-250, -150, 150, 3600, -80_000]) {
      const step = shown(at, offset);
      const { refused, ...rest } = observe(estimate, { at, step, period: 30, rate: 1e-4 });
      const { refused: _, ...before } = estimate;
      expect(rest).toStrictEqual(before);
      const [min, max] = [step * 30 - at / 1000 - 0.5, step * 30 - at / 1000 + 60.5];
      expect(refused).toStrictEqual([{ at, step, min, max }]);
    }
  });

  it('is one of 8 at most, the newest', () => {
    let known = estimate;
    for (let i = 0; i < 12; i++) {
      known = observe(known, { at: at + i * DAY, step: shown(at + i * DAY, 500), period: 30 });
    }
    expect(known.refused!.map((one) => (one.at - at) / DAY)).toStrictEqual([
      4, 5, 6, 7, 8, 9, 10, 11,
    ]);
    expect(predict(known, at)).toStrictEqual(predict(estimate, at));
  });

  it('is forgotten once no sample is as old', () => {
    let known = observe(estimate, { at, step: shown(at, 500), period: 30 });
    for (let i = 1; i <= 16; i++) {
      const when = at + i * DAY;
      known = observe(known, { at: when, step: shown(when, 0, 9), period: 30 });
      expect(known.refused).toHaveLength(i < 16 ? 1 : 0);
    }
  });

  it('is one of 20 noted codes, each 6 steps older than the window, that move nothing', () => {
    let walked = estimate;
    for (let i = 1; i <= 20; i++) {
      const when = at + i * 3_600_000;
      walked = observe(walked, { at: when, step: shown(when, -30 * (1 + 6 * i)), period: 30 });
    }
    expect(predict(walked, at)).toStrictEqual(predict(estimate, at));
    expect(walked.samples).toStrictEqual(estimate.samples);
  });
});

describe('the estimate of an older version', () => {
  it('without refused codes goes on as any other', () => {
    const { refused: _, ...older } = learn([{ at: START, offset: 0 }]);
    const at = START + DAY;
    const next = observe(older, { at, step: shown(at, 0), period: 30 });
    expect(next).toStrictEqual(
      learn([
        { at: START, offset: 0 },
        { at, offset: 0 },
      ]),
    );
    const far = { at, step: shown(at, 900), period: 30 };
    expect(observe(older, far).refused).toHaveLength(1);
    expect(stability(older)).toStrictEqual({ stable: false, reason: 'few' });
  });
});

describe('an attacker who holds the authenticator, or notes its codes', () => {
  const estimate = learn([
    { at: START, offset: 0 },
    { at: START + DAY, offset: 0 },
  ]);
  const at = START + 2 * DAY;

  it.each([-1, 1])('walks it by at most 2 steps a day and 10 in all (%i)', (sign) => {
    let walked = estimate;
    const bests: { at: number; best: number }[] = [];
    for (let hour = 1; hour <= 24 * 30; hour++) {
      const when = at + hour * 3_600_000;
      for (let pull = 130; pull >= 0; pull -= 10) {
        const { best } = predict(walked, when);
        const next = observe(walked, {
          at: when,
          step: shown(when, best + sign * pull),
          period: 30,
        });
        if (next.samples === walked.samples) continue;
        walked = next;
        break;
      }
      bests.push({ at: when, best: predict(walked, when).best });
    }
    // It was tried: he got as far as he can.
    expect(Math.abs(bests.at(-1)!.best - estimate.origin)).toBeGreaterThan(100);
    const origin = estimate.origin;
    for (const [i, { best }] of bests.entries()) {
      expect(Math.abs(best - origin)).toBeLessThan(270.001);
      const dayAgo = bests[i - 24];
      if (dayAgo) expect(Math.abs(best - dayAgo.best)).toBeLessThan(60.001);
    }
  });

  it('stays within the limits whatever codes he shows, at any rate and after any gap', () => {
    const code = fc.record({
      // Minutes to months after the one before.
      gap: fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 5000, max: 50_000_000 })),
      // Mostly what counts, one way or the other, and sometimes what does not.
      away: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: -1, max: 1 }) },
        { weight: 2, arbitrary: fc.constantFrom(-1, 1) },
        { weight: 1, arbitrary: fc.integer({ min: -40, max: 40 }) },
      ),
      delay: fc.constantFrom(0, 3, 30),
      rate: fc.constantFrom(undefined, 0, 1e-6, 5e-5, 1e-3),
    });
    const tally = { counted: 0, refused: 0, far: 0 };
    fc.assert(
      fc.property(fc.array(code, { minLength: 10, maxLength: 120 }), (codes) => {
        let known = observe(undefined, { at: START, step: shown(START, 0, 9), period: 30 });
        const { origin } = known;
        let bests = [{ at: START, best: origin }];
        let when = START;
        for (const { gap, away, delay, rate } of codes) {
          when += gap * 1000;
          const step = shown(when, predict(known, when).best) + away;
          const window = { delay: { min: 0, max: delay }, ...(rate === undefined ? {} : { rate }) };
          const next = observe(known, { at: when, step, period: 30, ...window });
          if (next.samples === known.samples) tally.refused++;
          else tally.counted++;
          known = next;
          const { best } = predict(known, when);
          expect(known.origin).toBe(origin);
          expect(Math.abs(best - origin)).toBeLessThan(270.001);
          bests = bests.filter(({ at: then }) => when - then <= DAY);
          for (const before of bests) expect(Math.abs(best - before.best)).toBeLessThan(60.001);
          bests.push({ at: when, best });
          if (Math.abs(best - origin) > 100) tally.far++;
        }
      }),
    );
    expect(Math.min(tally.counted, tally.refused)).toBeGreaterThan(300);
    expect(tally.far).toBeGreaterThan(50);
  });
});

describe('the limits', () => {
  const first = learn([{ at: START, offset: 0, delay: 9 }]);
  const at = START + DAY;
  const code = { at, step: shown(at, 0, 9), period: 30 };
  // What is best with the second code, kept where nothing is rounded.
  const { best } = consensusOf(observe(first, code));
  const counts = (known: Partial<DriftEstimate>): boolean =>
    observe({ ...first, ...known }, code).samples.length === 2;
  const little = 2 ** -20;

  it.each([-1, 1])('are exactly 2 periods from all of the last days (%i)', (side) => {
    const day = (away: number) => {
      const then = best + side * away;
      return { since: START, min: then, max: then };
    };
    expect(counts({ origin: best, days: [day(60)] })).toBe(true);
    expect(counts({ origin: best, days: [day(60 + little)] })).toBe(false);
    expect(counts({ origin: best, days: [day(60 + little), day(0)] })).toBe(false);
    expect(counts({ origin: best, days: [day(0), day(60 + little)] })).toBe(false);
    expect(counts({ origin: best, days: [] })).toBe(true);
  });

  it('are from the lowest and the highest of a day', () => {
    const day = (min: number, max: number) => [{ since: START, min: best + min, max: best + max }];
    expect(counts({ origin: best, days: day(-60, 60) })).toBe(true);
    expect(counts({ origin: best, days: day(-61, 0) })).toBe(false);
    expect(counts({ origin: best, days: day(0, 61) })).toBe(false);
  });

  it.each([-1, 1])('are exactly 9 periods from where it began (%i)', (side) => {
    expect(counts({ origin: best + side * 270, days: [] })).toBe(true);
    expect(counts({ origin: best + side * (270 + little), days: [] })).toBe(false);
  });

  it('leave the beginning where it was', () => {
    expect(observe({ ...first, origin: best + 1, days: [] }, code).origin).toBe(best + 1);
    expect(observe({ ...first, samples: [], origin: 777, days: [] }, code).origin).not.toBe(777);
  });

  it('remember the lowest and the highest of two days in turn', () => {
    let known: DriftEstimate | undefined;
    const seen: { at: number; best: number }[] = [];
    const codeAt = (seconds: number, lag: number): void => {
      const when = START + seconds * 1000;
      known = observe(known, { at: when, step: shown(when, 0, lag), period: 30 });
      seen.push({ at: when, best: consensusOf(known).best });
    };
    const days = (...parts: [from: number, to?: number][]): unknown =>
      parts.map(([from, to]) => {
        const bests = seen.slice(from, to).map(({ best }) => best);
        return { since: seen[from]!.at, min: Math.min(...bests), max: Math.max(...bests) };
      });
    const hour = 3600;
    for (const seconds of [20, hour + 29, 2 * hour + 3, 24 * hour - 11]) {
      codeAt(seconds, 0);
      expect(known!.days).toStrictEqual(days([0]));
    }
    // The first is neither the lowest nor the highest, so that each of them was found.
    const bests = seen.map(({ best }) => best);
    expect(bests[0]).not.toBe(Math.min(...bests));
    expect(bests[0]).not.toBe(Math.max(...bests));
    codeAt(24 * hour + 20, 0);
    expect(known!.days).toStrictEqual(days([0, 4], [4]));
    codeAt(30 * hour + 5, 0);
    expect(known!.days).toStrictEqual(days([0, 4], [4]));
    codeAt(100 * hour, 8);
    expect(known!.days).toStrictEqual(days([4, 6], [6]));
  });
});

describe('at the edges of what is kept', () => {
  it('a sample of exactly 90 days counts, and one a millisecond older does not', () => {
    const first = learn([{ at: START, offset: 0 }]);
    const kept = (at: number): number =>
      observe(first, { at, step: shown(at, 0), period: 30 }).samples.length;
    expect([kept(START + 90 * DAY), kept(START + 90 * DAY + 1)]).toStrictEqual([2, 1]);
  });

  it('a refused code as old as the oldest sample is kept, and an older one is not', () => {
    const first = learn([{ at: START, offset: 0 }]);
    const [sample] = first.samples;
    const refused = [-1, 0, 1].map((more) => ({ ...sample!, at: START + more, step: more + 1 }));
    const at = START + DAY;
    const next = observe({ ...first, refused }, { at, step: shown(at, 0), period: 30 });
    expect(next.refused).toStrictEqual(refused.slice(1));
  });

  it('the first two steps there are teach', () => {
    for (const step of [0, 1]) {
      const taught = observe(undefined, { at: 40_000, step, period: 30 });
      expect(taught.samples.map((one) => one.step)).toStrictEqual([step]);
      expect(observe(undefined, { at: 40_000, step, period: 30, after: 1 }).samples).toStrictEqual(
        [],
      );
    }
  });

  it('steps are counted from the epoch for what is near, too', () => {
    const epoch = 1_700_000_000;
    const code = (at: number, away: number) => ({
      at,
      step: Math.floor((at / 1000 - epoch) / 30) + away,
      period: 30,
      epoch,
    });
    const first = observe(undefined, code(START, 0));
    const next = [-3, 0, 3].map((away) => observe(first, code(START + DAY, away)).samples.length);
    expect(next).toStrictEqual([1, 2, 1]);
  });
});

describe('an estimate without a sample', () => {
  it('is what a step already consumed leaves, and expects anything up to a day', () => {
    const empty = observe(undefined, {
      at: START,
      step: 60_000_000,
      period: 30,
      after: 60_000_000,
    });
    expect(empty.samples).toStrictEqual([]);
    expect(predict(empty, START)).toStrictEqual({ min: -86_400, best: 0, max: 86_400 });
    const first = observe(empty, { at: START, step: shown(START, -400), period: 30 });
    expect(first.samples.length).toBe(1);
    expect(first.origin).toBeCloseTo(predict(first, START).best, 3);
  });
});

describe('what was not made by observe', () => {
  const good = learn([{ at: START, offset: 0 }]);
  const sample = good.samples[0]!;
  const garbage: [string, unknown][] = [
    ['null', null],
    ['a number', 5],
    ['text', '{}'],
    ['an empty object', {}],
    ['another version', { ...good, version: 2 }],
    ['a period of 0', { ...good, period: 0 }],
    ['an origin that is null', { ...good, origin: null }],
    ['a rate beyond belief', { ...good, rate: 1 }],
    ['a negative rate', { ...good, rate: -1 }],
    ['samples that are no list', { ...good, samples: {} }],
    ['a sample of null', { ...good, samples: [null] }],
    ['a sample without a step', { ...good, samples: [{ ...sample, step: undefined }] }],
    ['a sample with text in it', { ...good, samples: [{ ...sample, min: '1' }] }],
    ['a sample inside out', { ...good, samples: [{ ...sample, min: 1, max: 0 }] }],
    ['days that are no list', { ...good, days: null }],
    ['three days', { ...good, days: [...good.days, ...good.days, ...good.days] }],
    ['a day of text', { ...good, days: [{ since: 'x', min: 0, max: 0 }] }],
    ['an origin below all offsets', { ...good, origin: -1e22 }],
    ['an epoch of text', { ...good, epoch: '0' }],
    ['no rate', { ...good, rate: null }],
    ['an origin beyond all offsets', { ...good, origin: 1e22 }],
    ['refused codes that are no list', { ...good, refused: null }],
    ['a refused code of text', { ...good, refused: ['x'] }],
    ['9 refused codes', { ...good, refused: Array.from({ length: 9 }, () => sample) }],
    ['17 samples', { ...good, samples: Array.from({ length: 17 }, () => sample) }],
  ];

  it.each(garbage)('is refused: %s', (_, estimate) => {
    const observation = { at: START + DAY, step: shown(START + DAY, 0), period: 30 };
    expect(() => observe(estimate as never, observation)).toThrow(BAD_PARAMS);
    expect(() => predict(estimate as never, START)).toThrow(BAD_PARAMS);
  });

  it('is refused for another period or epoch', () => {
    expect(() => observe(good, { at: START, step: 1, period: 60 })).toThrow(BAD_PARAMS);
    expect(() => observe(good, { at: START, step: 1, period: 30, epoch: 1 })).toThrow(BAD_PARAMS);
  });

  it.each([
    { step: -1 },
    { step: 0.5 },
    { step: Number.NaN },
    { period: 0 },
    { epoch: Number.NaN },
    { delay: { min: -1, max: 3 } },
    { delay: { min: 5, max: 3 } },
    { delay: { min: 0, max: 31 } },
    { delay: { min: 0, max: Number.NaN } },
    { error: -1 },
    { error: Number.NaN },
    { rate: 0.1 },
    { rate: Number.NaN },
    { after: Number.NaN },
  ])('is refused as an observation: %o', (wrong) => {
    expect(() => observe(undefined, { at: START, step: 1, period: 30, ...wrong })).toThrow(
      BAD_PARAMS,
    );
  });

  it('is a TypeError or no instant where the type or the time is wrong', () => {
    for (const wrong of [
      { step: '1' },
      { period: '30' },
      { at: '0' },
      { error: null },
      { after: '1' },
    ]) {
      const observation = { at: START, step: 1, period: 30, ...wrong };
      expect(() => observe(undefined, observation as never)).toThrow(TypeError);
    }
    expect(() => observe(undefined, null as never)).toThrow(TypeError);
    const noInstant = expect.objectContaining({ code: 'ERR_INSTANT' });
    expect(() => observe(undefined, { at: Number.NaN, step: 1, period: 30 })).toThrow(noInstant);
    expect(() => predict(good, Number.NaN)).toThrow(noInstant);
  });
});
