import { totp } from '@driftlock/totp-core';
import { describe, expect, it } from 'vitest';
import { readCount, withKey } from '../src/key-options.js';
import { SECRET } from './terminal.js';

type Given = Parameters<typeof withKey>[0];

function params(given: Given, text: string = SECRET) {
  async function* stdin() {
    yield new TextEncoder().encode(text);
  }
  return withKey(
    { 'secret-file': '-', ...given },
    { stdin: stdin() } as never,
    (key) => key.params,
  );
}

describe('the options of a key', () => {
  it('have the defaults of totp-core', async () => {
    const defaults = { algorithm: 'SHA1', digits: 6, period: 30, epoch: 0 };
    await expect(params({})).resolves.toStrictEqual(defaults);
  });

  it('are read as people type them', async () => {
    const given: Given = { algorithm: 'sha256', digits: '8', period: '1m', epoch: '-60.5' };
    const read = { algorithm: 'SHA256', digits: 8, period: 60, epoch: -60.5 };
    await expect(params(given)).resolves.toStrictEqual(read);
  });

  it('may come in an otpauth URI, all but the epoch', async () => {
    const uri = `otpauth://totp/Acme:ann?secret=${SECRET}&digits=7&period=10`;
    const read = { algorithm: 'SHA1', digits: 7, period: 10, epoch: 5 };
    await expect(params({ epoch: '5' }, uri)).resolves.toStrictEqual(read);
  });

  it('are not taken beside an otpauth URI that says them', async () => {
    const uri = `otpauth://totp/ann?secret=${SECRET}`;
    await expect(params({ digits: '6' }, uri)).rejects.toThrow(
      '--digits: the otpauth URI says it already',
    );
  });

  it.each([
    [{ algorithm: 'MD5' }, '--algorithm takes SHA1, SHA256 or SHA512'],
    [{ digits: '5' }, '--digits takes 6, 7 or 8'],
    [{ digits: '6.0' }, '--digits takes 6, 7 or 8'],
    [{ period: '0' }, '--period takes 1 to 86400 seconds, as in 30 or 30s'],
    [{ period: '-30' }, '--period takes 1 to 86400 seconds, as in 30 or 30s'],
    [{ period: '1.5' }, '--period takes 1 to 86400 seconds, as in 30 or 30s'],
    [{ period: '2d' }, '--period takes 1 to 86400 seconds, as in 30 or 30s'],
    [{ epoch: 'now' }, '--epoch takes Unix seconds'],
    [{ epoch: 'NaN' }, '--epoch takes Unix seconds'],
    [{ epoch: '9999999999999' }, 'epoch must be a number from -8640000000000 to 8640000000000'],
  ])('%j are refused', async (given, message) => {
    await expect(params(given)).rejects.toThrow(message);
  });

  it.each([
    ['not Base32 !', '--secret-file: the secret is not Base32'],
    [`${SECRET}\n${SECRET}`, '--secret-file: the secret is not Base32'],
    [
      'otpauth://hotp/ann?secret=GEZD',
      '--secret-file: otpauth URI: only the type totp is supported',
    ],
    ['otpauth://totp/ann', '--secret-file: otpauth URI: not otpauth://TYPE/LABEL?PARAMETERS'],
  ])('refuse a secret that is none, without a word of it', async (text, message) => {
    await expect(params({}, text)).rejects.toThrow(message);
  });

  it('need a secret', async () => {
    await expect(withKey({}, {} as never, () => 1)).rejects.toThrow('--secret-file is missing');
  });

  it('leave no key behind, even where the work throws', async () => {
    async function* stdin() {
      yield new TextEncoder().encode(SECRET);
    }
    let kept: Parameters<Parameters<typeof withKey>[2]>[0] | undefined;
    const work = withKey({ 'secret-file': '-' }, { stdin: stdin() } as never, (key) => {
      kept = key;
      throw new Error('work failed');
    });
    await expect(work).rejects.toThrow('work failed');
    expect(() => totp(kept!, { at: 59_000 })).toThrow('the key was destroyed');
  });
});

describe('a count', () => {
  it('is a whole number from 0', () => {
    expect(readCount('--after', '0')).toBe(0);
    expect(readCount('--after', '37037036')).toBe(37_037_036);
  });

  it.each(['', '-1', '1.5', '1e3', 'NaN', '9999999999999999'])('is not %j', (text) => {
    expect(() => readCount('--after', text)).toThrow('--after takes a whole number from 0');
  });
});
