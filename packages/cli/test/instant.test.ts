import { describe, expect, it } from 'vitest';
import { readInstant, readSpan } from '../src/instant.js';

const NOW = 1_700_000_000_000;

describe('an instant', () => {
  it.each([
    [undefined, NOW],
    ['now', NOW],
    ['59', 59_000],
    ['@59', 59_000],
    ['0', 0],
    ['59.25', 59_250],
    ['20000000000', 20_000_000_000_000],
    ['253402300799', Date.UTC(9999, 11, 31, 23, 59, 59)],
    ['-90s', NOW - 90_000],
    ['+2m', NOW + 120_000],
    ['1h', NOW + 3_600_000],
    ['-1.5d', NOW - 129_600_000],
    ['1970-01-01T00:00:59Z', 59_000],
    ['1970-01-01t00:00:59z', 59_000],
    ['1970-01-01T01:00:59.250+01:00', 59_250],
    ['1970-01-01T00:00:59.123456789Z', 59_123],
    ['1970-01-01 00:00:59 UTC', 59_000],
    ['2024-02-29T12:00:00-05:30', Date.UTC(2024, 1, 29, 17, 30)],
  ])('reads %s', (text, at) => {
    expect(readInstant(text, NOW)).toBe(at);
  });

  it.each([
    '',
    ' 59',
    'NaN',
    'Infinity',
    '1e3',
    '0x3b',
    '59 s',
    '@',
    '@-59',
    '99999999999999999999',
    '-90',
    '+5',
    '5w',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:59:60Z',
    '2026-01-01T00:00:00',
    '2026-01-01',
    '2026-01-01T00:00:00+25:00',
    'yesterday',
    '٥٩',
  ])('refuses %j without repeating it', (text) => {
    expect(() => readInstant(text, NOW)).toThrow(
      expect.objectContaining({ code: 'ERR_USAGE', message: expect.stringMatching(/^--at/) }),
    );
  });

  it('asks for the unit of a bare signed number', () => {
    expect(() => readInstant('-90', NOW)).toThrow('--at: a duration needs a unit, as in -90s');
  });
});

it('takes no milliseconds for seconds', () => {
  for (const text of ['1700000000000', '@1700000000000', '253402300800', '-9999999d']) {
    expect(() => readInstant(text, NOW)).toThrow(
      '--at takes seconds, not milliseconds, to the year 9999',
    );
  }
});

describe('a span', () => {
  it.each([
    ['10s', 10],
    ['1m', 60],
    ['-0.5h', -1800],
    ['1d', 86_400],
    ['10', undefined],
    ['s', undefined],
    ['10S', undefined],
  ])('of %s is %s seconds', (text, seconds) => {
    expect(readSpan(text)).toBe(seconds);
  });
});
