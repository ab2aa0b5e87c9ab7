// Keys: what is imported, what is refused, and that nothing leaks out of one.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as core from '../src/index.js';
import { AUTHY_APP, hotp, importKey, type TotpKey, verify } from '../src/index.js';
import { openKey } from '../src/key.js';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const BAD_SECRET = expect.objectContaining({ name: 'TotpError', code: 'ERR_SECRET' });
const BAD_PARAMS = expect.objectContaining({ name: 'TotpError', code: 'ERR_PARAMS' });

describe('importKey', () => {
  it('fills in the defaults of RFC 6238', () => {
    expect(importKey(SECRET).params).toStrictEqual({
      algorithm: 'SHA1',
      digits: 6,
      period: 30,
      epoch: 0,
    });
    expect(importKey(SECRET, {}).params).toStrictEqual(importKey(SECRET).params);
  });

  it('knows the tokens of the Authy app', () => {
    const { params } = importKey(SECRET, AUTHY_APP);
    expect(params).toStrictEqual({ algorithm: 'SHA1', digits: 7, period: 10, epoch: 0 });
  });

  it('makes the same key from bytes as from Base32', () => {
    const bytes = new TextEncoder().encode('12345678901234567890');
    expect(hotp(importKey(bytes), 1)).toBe(hotp(importKey(SECRET), 1));
  });

  it('keeps a copy of bytes that the caller wipes', () => {
    const bytes = new TextEncoder().encode('12345678901234567890');
    const key = importKey(bytes);
    bytes.fill(0);
    expect(hotp(key, 0)).toBe('755224');
    const code = hotp(importKey(SECRET, { digits: 8 }), 1);
    expect(core.diagnose(key, code, { at: 59_000 }).verdict).toBe('wrong-parameters');
  });

  it.each([1, 10, 64, 65, 128, 129, 1000])('accepts a secret of %i bytes', (length) => {
    expect(hotp(importKey(new Uint8Array(length).fill(7)), 0)).toMatch(/^[0-9]{6}$/);
  });

  it.each(['', ' ', 'A', '1', 'MZ=W6YTB'])('refuses the secret "%s"', (secret) => {
    expect(() => importKey(secret)).toThrow(BAD_SECRET);
  });

  it('refuses no bytes at all', () => {
    expect(() => importKey(new Uint8Array())).toThrow(BAD_SECRET);
  });

  it.each([undefined, null, 5, [1, 2], {}, new ArrayBuffer(20), new Uint16Array(10)])(
    'throws a TypeError for a secret that is neither text nor bytes (%#)',
    (secret) => {
      expect(() => importKey(secret as never)).toThrow(TypeError);
    },
  );

  it.each([
    { digits: 5 },
    { digits: 9 },
    { digits: 0 },
    { digits: Number.NaN },
    { digits: 6.5 },
    { period: 0 },
    { period: -30 },
    { period: 0.5 },
    { period: 30.5 },
    { period: 86_401 },
    { period: Number.NaN },
    { period: Number.POSITIVE_INFINITY },
    { epoch: Number.NaN },
    { epoch: Number.NEGATIVE_INFINITY },
    { epoch: 1e300 },
    { epoch: 8.64e12 + 1 },
    { epoch: -8.64e12 - 1 },
    { algorithm: 'MD5' },
    { algorithm: 'sha1' },
    { algorithm: 'toString' },
  ])('refuses the parameters %o', (params) => {
    expect(() => importKey(SECRET, params as never)).toThrow(BAD_PARAMS);
  });

  it('takes the whole range of Date for an epoch, and of whole seconds for a period', () => {
    for (const epoch of [-8.64e12, 0.5, 8.64e12]) {
      expect(importKey(SECRET, { epoch }).params).toMatchObject({ epoch });
    }
    for (const period of [1, 86_400]) {
      expect(importKey(SECRET, { period }).params).toMatchObject({ period });
    }
  });

  it.each([null, 5, 'SHA1', { digits: '6' }, { period: '30' }, { epoch: null }, { algorithm: 1 }])(
    'throws a TypeError for parameters of the wrong type (%o)',
    (params) => {
      expect(() => importKey(SECRET, params as never)).toThrow(TypeError);
    },
  );
});

describe('a key', () => {
  it('throws ERR_SECRET for every use after destroy, which may be called again', () => {
    const key = importKey(SECRET);
    key.destroy();
    key.destroy();
    const at = 59_000;
    expect(() => core.hotp(key, 1)).toThrow(BAD_SECRET);
    expect(() => core.totp(key, { at })).toThrow(BAD_SECRET);
    expect(() => core.verify(key, '287082', { at })).toThrow(BAD_SECRET);
    expect(() => core.verify(key, 'no code', { at })).toThrow(BAD_SECRET);
    expect(() => core.diagnose(key, '287082', { at })).toThrow(BAD_SECRET);
    expect(() =>
      core.resynchronize(key, [
        { code: '1', at },
        { code: '2', at },
      ]),
    ).toThrow(BAD_SECRET);
  });

  it('accepts nothing if it is destroyed while it is asked', () => {
    const key = importKey(SECRET);
    const options = {
      get at() {
        key.destroy();
        return 1.8e12;
      },
    };
    // What HMACs of wiped midstates come to at that instant, for every key.
    expect(() => verify(key, '004250', options)).toThrow(BAD_SECRET);
  });

  it('wipes its secret when destroyed', () => {
    const key = importKey(SECRET);
    const { secret } = openKey(key);
    expect(secret).toStrictEqual(new TextEncoder().encode('12345678901234567890'));
    key.destroy();
    expect(secret).toStrictEqual(new Uint8Array(20));
  });

  it('leaves other keys of the same secret alone when destroyed', () => {
    const [one, other] = [importKey(SECRET), importKey(SECRET)];
    one.destroy();
    expect(hotp(other, 0)).toBe('755224');
  });

  it('shows nothing of its secret to print, copy or serialize', () => {
    const key = importKey(SECRET);
    expect(JSON.parse(JSON.stringify(key))).toStrictEqual({ params: key.params });
    expect(Reflect.ownKeys(key)).toStrictEqual(['params', 'destroy']);
    expect(inspect(key, { depth: 9, showHidden: true })).not.toMatch(/3132|GEZD|Uint8Array|mac/);
  });

  it('cannot be changed or forged', () => {
    const key = importKey(SECRET);
    expect(Object.isFrozen(key) && Object.isFrozen(key.params)).toBe(true);
    const forged: TotpKey = { ...key };
    expect(() => verify(forged, '287082', { at: 59_000 })).toThrow(TypeError);
  });

  it.each([undefined, null, SECRET, {}])('is not %o', (key) => {
    expect(() => verify(key as never, '287082', { at: 59_000 })).toThrow(TypeError);
  });
});
