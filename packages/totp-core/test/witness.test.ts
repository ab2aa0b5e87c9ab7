// What witnesses' dates tell of this machine's clock, and which of them count.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ClockOffset,
  clockOffset,
  type Probe,
  readClock,
  trustClock,
  witnessClock,
} from '../src/index.js';

const T = 1_800_000_000_000; // Fri, 15 Jan 2027 08:00:00 GMT

/** A probe sent `sent` ms after the start, answered with the date `date` seconds after it. */
function probe(date: number | string | null, more: Partial<Probe> = {}): Probe {
  return {
    witness: 'a',
    authenticated: true,
    sent: T,
    took: 100,
    date: typeof date === 'number' ? new Date(T + date * 1000).toUTCString() : date,
    ...more,
  };
}

const NONE: ClockOffset = { agreed: false, reason: 'no-witness' };

describe('clockOffset', () => {
  it('knows a clock to a second and the round trip by one probe, if that confirms it', () => {
    expect(clockOffset([probe(0)])).toStrictEqual({
      agreed: true,
      offset: { min: -0.1, max: 1 },
      witnesses: ['a'],
    });
  });

  it('intersects the probes of a witness', () => {
    const probes = [probe(0), probe(0, { sent: T + 400 }), probe(0, { sent: T - 300, took: 700 })];
    expect(clockOffset(probes)).toStrictEqual({
      agreed: true,
      offset: { min: -0.1, max: 0.6 },
      witnesses: ['a'],
    });
  });

  it('takes two witnesses to move a clock, and one to confirm it', () => {
    const off = [probe(60), probe(60, { sent: T + 300 })];
    expect(clockOffset(off)).toStrictEqual({ agreed: false, reason: 'one-witness' });
    expect(clockOffset([...off, probe(60, { witness: 'b', took: 20 })])).toStrictEqual({
      agreed: true,
      offset: { min: 59.98, max: 60.7 },
      witnesses: ['a', 'b'],
    });
    expect(clockOffset([probe(1.1)])).toMatchObject({ reason: 'one-witness' });
    expect(clockOffset([probe(-2)])).toMatchObject({ reason: 'one-witness' });
  });

  it('believes neither of two that differ, and the two of three that do not', () => {
    const two = [probe(0), probe(60, { witness: 'b' })];
    expect(clockOffset(two)).toStrictEqual({ agreed: false, reason: 'disagreement' });
    expect(clockOffset([...two, probe(60, { witness: 'c' })])).toStrictEqual({
      agreed: true,
      offset: { min: 59.9, max: 61 },
      witnesses: ['b', 'c'],
    });
    const four = [...two, probe(60, { witness: 'c' }), probe(0, { witness: 'd' })];
    expect(clockOffset(four)).toMatchObject({ reason: 'disagreement' });
  });

  it('spans what any majority holds possible', () => {
    const probes = [
      probe(0, { witness: 'low' }),
      probe(0, { witness: 'long', took: 5000, sent: T - 4500 }),
      probe(4, { witness: 'high' }),
    ];
    // [-0.1, 1], [-0.5, 5.5] and [3.9, 5]: two majorities, and either may be the right one.
    expect(clockOffset(probes)).toStrictEqual({
      agreed: true,
      offset: { min: -0.1, max: 5 },
      witnesses: ['low', 'long', 'high'],
    });
  });

  it('counts a witness that contradicts itself, and does not believe it', () => {
    const liar = [
      probe(0, { witness: 'c' }),
      probe(60, { witness: 'c' }),
      probe(0, { witness: 'c' }),
    ];
    expect(clockOffset(liar)).toStrictEqual({ agreed: false, reason: 'disagreement' });
    expect(clockOffset([probe(0), ...liar])).toStrictEqual({
      agreed: false,
      reason: 'disagreement',
    });
    expect(clockOffset([probe(0), probe(0, { witness: 'b' }), ...liar])).toMatchObject({
      agreed: true,
      witnesses: ['a', 'b'],
    });
  });

  it('does not count what came without TLS, however many say it', () => {
    const word = ['b', 'c', 'd'].map((witness) => probe(60, { witness, authenticated: false }));
    expect(clockOffset(word)).toStrictEqual(NONE);
    expect(clockOffset([probe(0), ...word])).toMatchObject({ agreed: true, witnesses: ['a'] });
    expect(clockOffset([probe(0, { authenticated: 'yes' as never })])).toStrictEqual(NONE);
    // Nor does it speak against its own witness.
    const own = probe(60, { authenticated: false });
    expect(clockOffset([probe(0), own])).toStrictEqual(clockOffset([probe(0)]));
  });

  it('adds an Age to its Date, and a second at each end', () => {
    expect(clockOffset([probe(-90, { age: '90' })])).toStrictEqual({
      agreed: true,
      offset: { min: -1.1, max: 2 },
      witnesses: ['a'],
    });
    expect(clockOffset([probe(0, { age: '0' })])).toMatchObject({ offset: { min: -1.1, max: 2 } });
    expect(clockOffset([probe(0, { age: null })])).toStrictEqual(clockOffset([probe(0)]));
  });

  it.each(['', '-1', '1.5', ' 5', '5, 5', '1e3', '0x10', '99999999999', '٥'])(
    'does not count a probe whose Age is %j',
    (age) => {
      expect(clockOffset([probe(0, { age })])).toStrictEqual(NONE);
    },
  );

  it('is nothing without probes', () => {
    expect(clockOffset([])).toStrictEqual(NONE);
  });
});

describe('a Date', () => {
  it('is an IMF-fixdate (RFC 9110 section 5.6.7)', () => {
    const sent = 784_111_777_000;
    const [zero] = [clockOffset([probe('Sun, 06 Nov 1994 08:49:37 GMT', { sent, took: 0 })])];
    expect(zero).toStrictEqual({ agreed: true, offset: { min: 0, max: 1 }, witnesses: ['a'] });
  });

  it.each([
    ['RFC 850, which is obsolete', 'Sunday, 06-Nov-94 08:49:37 GMT'],
    ['asctime, which is obsolete', 'Sun Nov  6 08:49:37 1994'],
    ['another day of the week', 'Mon, 06 Nov 1994 08:49:37 GMT'],
    ['a day of one digit', 'Sun, 6 Nov 1994 08:49:37 GMT'],
    ['a month in lower case', 'Sun, 06 nov 1994 08:49:37 GMT'],
    ['a day that does not exist', 'Sun, 31 Feb 1994 08:49:37 GMT'],
    ['the hour 24', 'Sun, 06 Nov 1994 24:00:00 GMT'],
    ['a leap second', 'Sat, 31 Dec 2016 23:59:60 GMT'],
    ['UTC for GMT', 'Sun, 06 Nov 1994 08:49:37 UTC'],
    ['an offset', 'Sun, 06 Nov 1994 08:49:37 +0000'],
    ['no zone', 'Sun, 06 Nov 1994 08:49:37'],
    ['a space too many', ' Sun, 06 Nov 1994 08:49:37 GMT'],
    ['a year of five digits', new Date(8e14).toUTCString()],
    ['RFC 3339', '1994-11-06T08:49:37Z'],
    ['a number', '784111777'],
    ['nothing', ''],
    ['no field', null],
    ['no text', 784_111_777_000 as never],
  ])('is not %s', (_, date) => {
    const found = clockOffset([{ ...probe(0), sent: 784_111_777_000, date }]);
    expect(found).toStrictEqual(NONE);
  });

  it('is read as what it says, at every second of every year', () => {
    const second = fc.integer({ min: 0, max: 253_402_300_799 });
    fc.assert(
      fc.property(second, (at) => {
        const date = new Date(at * 1000).toUTCString();
        expect(clockOffset([probe(date, { sent: at * 1000, took: 0 })])).toMatchObject({
          offset: { min: 0, max: 1 },
        });
      }),
    );
  });
});

describe('a majority that is right', () => {
  interface Answer {
    lies: number;
    flight: number;
    stamped: number;
    age: number | undefined;
    when: number;
  }
  const answer: fc.Arbitrary<Answer> = fc.record({
    lies: fc.oneof(fc.integer({ min: -3000, max: 3000 }), fc.integer({ min: -1e9, max: 1e9 })),
    flight: fc.integer({ min: 0, max: 2000 }),
    stamped: fc.integer({ min: 0, max: 1000 }),
    age: fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: undefined }),
    when: fc.integer({ min: 0, max: 86_400_000 }),
  });

  /** What a server whose clock is `lies` ms off true time answers to a clock `offset` ms behind. */
  function answered(witness: string, offset: number, { lies, flight, stamped, age, when }: Answer) {
    const sent = T + when;
    const truth = sent + offset + lies + (flight * stamped) / 1000;
    // A cache that has held the answer for a while says for how long, in whole seconds.
    const held = age === undefined ? 0 : age / 10;
    return probe(new Date(Math.floor((truth - held * 1000) / 1000) * 1000).toUTCString(), {
      witness,
      sent,
      took: flight,
      ...(age === undefined ? {} : { age: String(Math.floor(held)) }),
    });
  }

  it('keeps the true offset in the interval, whatever the others say', () => {
    const tally = { agreed: 0, lied: 0, excluded: 0 };
    const witnesses = fc.array(fc.array(answer, { minLength: 1, maxLength: 4 }), {
      minLength: 2,
      maxLength: 7,
    });
    fc.assert(
      fc.property(witnesses, fc.integer({ min: -1e9, max: 1e9 }), (all, offset) => {
        const liars = Math.floor((all.length - 1) / 2);
        const probes = all.flatMap((answers, i) =>
          answers.map((one) => answered(`w${i}`, offset, i < liars ? one : { ...one, lies: 0 })),
        );
        const found = clockOffset(probes);
        if (!found.agreed) throw new Error(found.reason);
        expect(found.offset.min).toBeLessThanOrEqual(offset / 1000 + 1e-6);
        expect(found.offset.max).toBeGreaterThanOrEqual(offset / 1000 - 1e-6);
        tally.agreed++;
        if (liars > 0) tally.lied++;
        if (found.witnesses.length < all.length) tally.excluded++;
      }),
      { numRuns: 500 },
    );
    expect(tally.agreed).toBe(500);
    expect(tally.lied).toBeGreaterThan(200);
    expect(tally.excluded).toBeGreaterThan(100);
  });
});

describe('what witnesses agree on', () => {
  const reading = { wall: T, monotonic: 5_000 };
  const found = (date: number) => {
    const agreed = clockOffset(['a', 'b'].map((witness) => probe(date, { witness })));
    if (!agreed.agreed) throw new Error(agreed.reason);
    const [min, max] = [agreed.offset.min, agreed.offset.max].map((s) => T + s * 1000);
    return { min: min!, max: max! };
  };

  it('makes a clock safe that is right, and unsafe one that is not', () => {
    const later = { wall: T + 1, monotonic: 5_001 };
    const right = witnessClock(undefined, reading, found(0));
    expect(readClock(right, later).state).toBe('safe');
    const wrong = witnessClock(trustClock(undefined, reading), reading, found(60));
    expect(readClock(wrong, later)).toMatchObject({ state: 'unsafe', reason: 'off' });
  });
});

it('throws for what only a caller can get wrong', () => {
  expect(() => clockOffset(null as never)).toThrow(TypeError);
  expect(() => clockOffset([null as never])).toThrow(TypeError);
  for (const wrong of [{ witness: 5 }, { age: 86_400 }, { sent: '0' }, { took: undefined }]) {
    expect(() => clockOffset([probe(0, wrong as never)])).toThrow(TypeError);
  }
  expect(() => clockOffset([probe(0, { sent: Number.NaN })])).toThrow(
    expect.objectContaining({ code: 'ERR_INSTANT' }),
  );
  for (const took of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => clockOffset([probe(0, { took })])).toThrow(
      expect.objectContaining({ name: 'TotpError', code: 'ERR_PARAMS' }),
    );
  }
});
