// Whether an estimate can be relied on, and why not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DriftEstimate, observe, predict, stability } from '../src/index.js';
import { DAY, estimateOf, START } from './samples.js';

const DELAYS = [4, 11, 7, 15, 9, 12, 6, 18];

interface Login {
  day: number;
  offset: number;
  delay?: number;
}

/** What the logins of an authenticator so many seconds fast teach. */
function learn(logins: readonly Login[]): DriftEstimate {
  let estimate: DriftEstimate | undefined;
  for (const { day, offset, delay = DELAYS[Math.floor(day) % 8]! } of logins) {
    const at = START + day * DAY + ((day * 7919) % 3600) * 1000;
    const step = Math.floor((at / 1000 - delay + offset) / 30);
    estimate = observe(estimate, { at, step, period: 30 });
  }
  return estimate!;
}

function days(from: number, count: number, offset: number): Login[] {
  return Array.from({ length: count }, (_, i) => ({ day: from + i, offset }));
}

describe('an estimate', () => {
  it('is stable from the fourth code on', () => {
    expect(
      [1, 2, 3, 4, 16, 40].map((count) => stability(learn(days(0, count, -90)))),
    ).toStrictEqual([
      { stable: false, reason: 'few' },
      { stable: false, reason: 'few' },
      { stable: false, reason: 'few' },
      { stable: true },
      { stable: true },
      { stable: true },
    ]);
  });

  it('without a code is of too few', () => {
    const empty = observe(undefined, { at: START, step: 5, period: 30, after: 5 });
    expect(stability(empty)).toStrictEqual({ stable: false, reason: 'few' });
  });

  it('is in doubt while codes are refused and too few counted since', () => {
    const once = [...days(0, 6, 0), { day: 6, offset: 300 }];
    const since = (count: number) => stability(learn([...once, ...days(7, count, 0)]));
    expect([0, 1, 2, 3].map(since)).toStrictEqual([
      { stable: false, reason: 'refused' },
      { stable: false, reason: 'refused' },
      { stable: false, reason: 'refused' },
      { stable: true },
    ]);
  });

  it('is in doubt for longer after two refused codes', () => {
    const twice = [...days(0, 6, 0), { day: 6, offset: 300 }, { day: 7, offset: -900 }];
    const since = (count: number) => stability(learn([...twice, ...days(8, count, 0)]));
    expect(since(5)).toStrictEqual({ stable: false, reason: 'refused' });
    expect(since(6)).toStrictEqual({ stable: true });
  });

  it('has a clock that moved, once three refused codes agree on another', () => {
    const moved = (count: number) => stability(learn([...days(0, 8, 0), ...days(8, count, 400)]));
    expect(moved(2)).toStrictEqual({ stable: false, reason: 'refused' });
    const found = moved(3);
    expect(found).toMatchObject({ stable: false, reason: 'moved' });
    const [known, other] = (found as Extract<typeof found, { offsets: unknown }>).offsets;
    expect(known.min <= 0 && 0 <= known.max).toBe(true);
    expect(other.min <= 400 && 400 <= other.max).toBe(true);
    expect(other.max - other.min).toBeLessThan(61.5);
  });

  it('offers what it predicts and what was refused', () => {
    const estimate = learn([...days(0, 8, 0), ...days(8, 3, 400)]);
    const found = stability(estimate);
    const { at } = estimate.samples.at(-1)!;
    const { min, max } = predict(estimate, at);
    expect(found).toMatchObject({
      offsets: [{ min: expect.closeTo(min, 2), max: expect.closeTo(max, 2) }, {}],
    });
  });

  it('moved after the last code that counted, whatever stray code was refused before', () => {
    const stray = [...days(0, 5, 0), { day: 5, offset: -900 }, ...days(6, 8, 0)];
    expect(stability(learn([...stray, ...days(14, 3, 400)]))).toMatchObject({ reason: 'moved' });
  });

  it('is of two devices, if the refused codes come in turn with the others', () => {
    const two = Array.from({ length: 12 }, (_, i) => ({ day: i, offset: i % 2 === 0 ? 0 : -240 }));
    const found = stability(learn(two));
    expect(found).toMatchObject({ stable: false, reason: 'two-devices' });
    const [one, other] = (found as Extract<typeof found, { offsets: unknown }>).offsets;
    expect(one.min <= 0 && 0 <= one.max).toBe(true);
    expect(other.min <= -240 && -240 <= other.max).toBe(true);
  });

  it('is of neither, if a clock was set wrong a while and then right again', () => {
    const back = [...days(0, 8, 0), ...days(8, 4, 400)];
    const since = (count: number) => stability(learn([...back, ...days(12, count, 0)]));
    expect(since(11)).toStrictEqual({ stable: false, reason: 'refused' });
    expect(since(12)).toStrictEqual({ stable: true });
  });

  it('has no second clock that is nearer than two periods', () => {
    const estimate = learn(days(0, 8, 0));
    const { at, best } = { at: START + 8 * DAY, ...predict(estimate, START + 8 * DAY) };
    const rival = (away: number): DriftEstimate => {
      const refused = [0, 1, 2].map((i) => ({
        at: at + i * 60_000,
        step: Math.floor(at / 30_000) + 2 * i,
        min: best + away - 30,
        max: best + away + 30,
      }));
      return { ...estimate, refused };
    };
    expect(stability(rival(59))).toMatchObject({ reason: 'refused' });
    expect(stability(rival(61))).toMatchObject({ reason: 'moved' });
    expect(stability(rival(-59))).toMatchObject({ reason: 'refused' });
    expect(stability(rival(-61))).toMatchObject({ reason: 'moved' });
  });

  it('says why it is in doubt itself', () => {
    const lags = (...all: number[]) => estimateOf(all.map((lag) => [0, lag]));
    expect(stability(lags(0, 20, 30, 49))).toStrictEqual({ stable: false, reason: 'spread' });
    expect(stability(lags(10, 20, 30, 80))).toStrictEqual({ stable: false, reason: 'outvoted' });
    expect(stability(lags(10, 20, 30, 40))).toStrictEqual({ stable: true });
  });

  it('follows a clock that was set by less than two steps', () => {
    const estimate = learn([...days(0, 8, 0), ...days(8, 6, 40)]);
    expect(stability(estimate)).toStrictEqual({ stable: true });
    const { min, max } = predict(estimate, START + 14 * DAY);
    expect(min <= 40 && 40 <= max).toBe(true);
  });

  it('that is none is refused', () => {
    const bad = expect.objectContaining({ name: 'TotpError', code: 'ERR_PARAMS' });
    expect(() => stability(null as never)).toThrow(bad);
    expect(() => stability({} as never)).toThrow(bad);
  });

  it('holds the truth where it is stable, for people who type in half a minute', () => {
    let stable = 0;
    const delays = fc.array(fc.double({ min: 0, max: 30, noNaN: true }), {
      minLength: 8,
      maxLength: 24,
    });
    fc.assert(
      fc.property(fc.integer({ min: -80_000, max: 80_000 }), delays, (offset, all) => {
        const estimate = learn(all.map((delay, day) => ({ day, offset, delay })));
        if (!stability(estimate).stable) return;
        stable++;
        const { min, max } = predict(estimate, START + all.length * DAY);
        expect(min <= offset && offset <= max).toBe(true);
      }),
    );
    expect(stable).toBeGreaterThan(50);
  });
});
