// An authenticator's offset over time: what codes teach, and what they must not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUnstable } from '../src/drift.js';
import { type DriftEstimate, observe, predict } from '../src/index.js';

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
      origin: 23,
      days: [{ since: START + 7_000, min: 23, max: 23 }],
      samples: [{ at: START + 7_000, step: 60_000_000, min: -7.5, max: 53.5 }],
    });
    expect(predict(estimate, START + 7_000)).toStrictEqual({ min: -7.5, best: 23, max: 53.5 });
  });

  it('count steps from the epoch and trust a shorter delay', () => {
    const delay = { min: 1, max: 3 };
    const observation = { at: 1_000_000, step: 5, period: 10, epoch: 900, delay, error: 0 };
    expect(predict(observe(undefined, observation), 1_000_000)).toStrictEqual({
      min: -49,
      best: -43,
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

  it('hold the true offset, ever closer, for any steady authenticator', () => {
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
          expect(max - min).toBeLessThanOrEqual(61);
        }
      }),
    );
  });

  it('narrow to a few seconds when codes come at many phases without delay', () => {
    const codes = Array.from({ length: 12 }, (_, i) => ({ at: START + i * 67_000, offset: -240 }));
    const { min, max } = predict(learn(codes), START + 12 * 67_000);
    expect(min).toBeLessThanOrEqual(-240);
    expect(max).toBeGreaterThanOrEqual(-240);
    expect(max - min).toBeLessThan(40);
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

describe('a sample is refused, and the estimate comes back as it was', () => {
  const estimate = learn([
    { at: START, offset: 0 },
    { at: START + DAY, offset: 0 },
  ]);
  const at = START + 2 * DAY;
  const step = shown(at, 0);

  it('when its step is not newer than the last consumed', () => {
    expect(observe(estimate, { at, step, period: 30, after: step })).toBe(estimate);
    expect(observe(estimate, { at, step, period: 30, after: step - 1 })).not.toBe(estimate);
  });

  it('when its step was seen before, or an older one', () => {
    const last = estimate.samples.at(-1)!.step;
    expect(observe(estimate, { at: START + DAY, step: last, period: 30 })).toBe(estimate);
    expect(observe(estimate, { at: START + DAY, step: last - 1, period: 30 })).toBe(estimate);
  });

  it('when it lies more than a period from the prediction', () => {
    for (const offset of [-150, 150, 3600, -80_000]) {
      expect(observe(estimate, { at, step: shown(at, offset), period: 30 })).toBe(estimate);
    }
  });

  it('even where the others outvote it, and it would move nothing yet', () => {
    const four = learn([0, 1, 2, 3].map((day) => ({ at: START + day * DAY, offset: 0 })));
    const later = START + 4 * DAY;
    for (const offset of [-250, -150, 150, 250]) {
      expect(observe(four, { at: later, step: shown(later, offset), period: 30 })).toBe(four);
    }
  });

  it('so that 20 noted codes, each 6 steps older than the window, move nothing', () => {
    let walked = estimate;
    for (let i = 1; i <= 20; i++) {
      const when = at + i * 3_600_000;
      walked = observe(walked, { at: when, step: shown(when, -30 * (1 + 6 * i)), period: 30 });
    }
    expect(walked).toBe(estimate);
  });

  it.each([-1, 1])(
    'so that nobody walks it by more than 2 steps a day or 10 in all (%i)',
    (sign) => {
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
          if (next === walked) continue;
          walked = next;
          break;
        }
        bests.push({ at: when, best: predict(walked, when).best });
      }
      const origin = estimate.origin;
      for (const [i, { best }] of bests.entries()) {
        expect(Math.abs(best - origin)).toBeLessThan(300.001);
        const dayAgo = bests[i - 24];
        if (dayAgo) expect(Math.abs(best - dayAgo.best)).toBeLessThan(60.001);
      }
    },
  );
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
    expect(first.origin).toBe(predict(first, START).best);
  });
});

describe('an estimate of two clocks', () => {
  it('is unstable, and expects the last one seen', () => {
    const one = observe(undefined, { at: START, step: shown(START, 0), period: 30 });
    const samples = [0, -500, 0, -500].map((offset, i) => {
      const at = START + i * 60_000;
      return observe(undefined, { at, step: shown(at, offset), period: 30 }).samples[0]!;
    });
    const torn: DriftEstimate = { ...one, samples };
    expect(isUnstable(torn, START + 300_000)).toBe(true);
    expect(isUnstable(one, START)).toBe(false);
    expect(predict(torn, START + 180_000).max).toBeLessThan(-400);
  });

  it('takes three in four for a majority', () => {
    const at = START + DAY;
    const estimate = learn([0, 1, 2, 3].map((i) => ({ at: START + i * 60_000, offset: 0 })));
    const [first, ...rest] = estimate.samples;
    const outlier = { ...first!, min: first!.min - 900, max: first!.max - 900 };
    const outvoted: DriftEstimate = { ...estimate, samples: [outlier, ...rest] };
    expect(isUnstable(outvoted, at)).toBe(false);
    expect(predict(outvoted, at).min).toBeGreaterThan(-40);
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
