// Bugs found in other TOTP libraries; each is one we must not have.
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  diagnose,
  formatUri,
  hotp,
  importKey,
  parseUri,
  resynchronize,
  timeStep,
  totp,
  type Verdict,
  verify,
  verifyMacs,
} from '../src/index.js';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const KEY = importKey(SECRET);
const AT = 1_800_000_007_000;
const NOW = 60_000_000;
const MALFORMED: Verdict = { valid: false, reason: 'malformed' };
const MISMATCH: Verdict = { valid: false, reason: 'mismatch' };

function nodeHotp(
  counter: bigint,
  digits: number,
  secret: Uint8Array = Buffer.from('12345678901234567890'),
): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(counter);
  const mac = createHmac('sha1', secret).update(message).digest();
  const word = mac.readUInt32BE(mac[19]! & 15) & 0x7fffffff;
  return String(word % 10 ** digits).padStart(digits, '0');
}

/** A step and its code, whose code begins with a zero. */
function zeroLed(): { step: number; code: string } {
  for (let step = NOW; ; step++) {
    const code = hotp(KEY, step);
    if (code.startsWith('0')) return { step, code };
  }
}

describe('counters', () => {
  it.each([
    2 ** 31 - 1,
    2 ** 31,
    2 ** 31 + 1,
    2 ** 32 - 1,
    2 ** 32,
    2 ** 32 + 7,
    2 ** 40,
    2 ** 52 + 1,
    Number.MAX_SAFE_INTEGER,
  ])('speakeasy, epic-web, notp, 2fa: a counter of %i is not cut to 32 bits', (counter) => {
    expect(hotp(KEY, counter)).toBe(nodeHotp(BigInt(counter), 6));
  });

  it('speakeasy, epic-web, notp, 2fa: a period of 1 second works after 2038', () => {
    const key = importKey(SECRET, { period: 1 });
    const seconds = 2 ** 32 + 7;
    expect(totp(key, { at: seconds * 1000 })).toBe(nodeHotp(BigInt(seconds), 6));
    expect(verify(key, totp(key, { at: seconds * 1000 }), { at: seconds * 1000 })).toMatchObject({
      valid: true,
      step: seconds,
    });
  });

  it('speakeasy, epic-web, notp, 2fa: nor does a search after 2106 see another step', () => {
    const key = importKey(SECRET, { period: 1 });
    const now = 2 ** 32 + 500;
    const at = now * 1000;
    const code = hotp(key, now - 400);
    expect(verify(key, code, { at, drift: -400 })).toMatchObject({ valid: true, step: now - 400 });
    expect(diagnose(key, code, { at }).verdict).toBe('device-slow');
    expect(
      resynchronize(key, [
        { code, at },
        { code: hotp(key, now - 399), at: at + 1000 },
      ]),
    ).toMatchObject({ synchronized: true, step: now - 399 });
  });

  it('otp-io: no counter makes a code of NaN', () => {
    for (const counter of [2 ** 40, 2 ** 48, Number.MAX_SAFE_INTEGER - 1]) {
      expect(hotp(KEY, counter)).toBe(nodeHotp(BigInt(counter), 6));
    }
    for (const counter of [Number.NaN, -1, 1.5, 2 ** 53, 2 ** 64, Number.POSITIVE_INFINITY]) {
      expect(() => hotp(KEY, counter)).toThrow(expect.objectContaining({ code: 'ERR_PARAMS' }));
    }
  });

  it('jsotp: a counter with bit 31 set comes to an end', () => {
    expect(hotp(KEY, 0x8000_0001)).toBe(nodeHotp(0x8000_0001n, 6));
  });
});

describe('codes', () => {
  it('totp-generator, otp-io, notp, 2fa: leading zeros are kept, and verify', () => {
    for (const digits of [6, 7, 8] as const) {
      const key = importKey(SECRET, { digits });
      let led = 0;
      for (let step = NOW; step < NOW + 3000; step++) {
        const code = hotp(key, step);
        expect(code).toBe(nodeHotp(BigInt(step), digits));
        if (!code.startsWith('0')) continue;
        led += 1;
        const window = { backward: 0, forward: 0 };
        expect(verify(key, code, { at: step * 30_000, window }).valid).toBe(true);
      }
      expect(led).toBeGreaterThan(200);
    }
  });

  it.each([
    [226_500, '000007'],
    [349_495, '000000'],
  ])('notp, 2fa: the code of counter %i is %s, with all its zeros', (counter, code) => {
    expect(nodeHotp(BigInt(counter), 6)).toBe(code);
    expect(hotp(KEY, counter)).toBe(code);
    const window = { backward: 0, forward: 0 };
    const typed = (text: string): Verdict => verify(KEY, text, { at: counter * 30_000, window });
    expect(typed(code)).toStrictEqual({ valid: true, step: counter, delta: 0 });
    for (let zeros = 0; zeros < 5; zeros++) {
      expect(typed(`${'0'.repeat(zeros)}${Number(code)}`)).toStrictEqual(MALFORMED);
    }
  });

  it('speakeasy: nothing parseInt would read as the code passes for it', () => {
    const { step, code } = zeroLed();
    const at = step * 30_000;
    const rest = code.slice(1);
    expect(verify(KEY, code, { at }).valid).toBe(true);
    for (const typed of [`+${rest}`, ` ${rest}`, `${rest} `, `${rest}x`, rest, `${Number(code)}`]) {
      expect(verify(KEY, typed, { at })).toStrictEqual(MALFORMED);
    }
    for (const typed of ['7e9999', '7.0000', [code], BigInt(code), Number(code)]) {
      expect(verify(KEY, typed as string, { at })).toStrictEqual(MALFORMED);
    }
  });

  it('otpauth: full-width and Arabic-Indic digits are a plain no, in every build', () => {
    expect(verify(KEY, '\uff11\uff12\uff13\uff14\uff15\uff16', { at: AT })).toStrictEqual(
      MALFORMED,
    );
    expect(verify(KEY, '\u0661\u0662\u0663\u0664\u0665\u0666', { at: AT })).toStrictEqual(
      MALFORMED,
    );
  });

  it('otplib, otpauth, oslo: null and undefined are a plain no', () => {
    expect(verify(KEY, null as never, { at: AT })).toStrictEqual(MALFORMED);
    expect(verify(KEY, undefined as never, { at: AT })).toStrictEqual(MALFORMED);
  });

  it('otplib#762: a code of the wrong length is a plain no', () => {
    for (const code of ['', '1', '12345', '1234567', '123456789012']) {
      expect(verify(KEY, code, { at: AT })).toStrictEqual(MALFORMED);
    }
  });

  it('otpauth, oslo, speakeasy: a String object is not a code', () => {
    expect(verify(KEY, new String(hotp(KEY, NOW)) as string, { at: AT })).toStrictEqual(MALFORMED);
  });

  it('Levminer/speakeasy#11: a wrong code is not valid', () => {
    const right = new Set([-1, 0, 1].map((delta) => hotp(KEY, NOW + delta)));
    let valid = 0;
    for (let n = 0; n < 2000; n++) {
      const code = String(n * 499).padStart(6, '0');
      if (!right.has(code) && verify(KEY, code, { at: AT }).valid) valid += 1;
    }
    expect(valid).toBe(0);
  });

  it('hectorm/otpauth#441: a match at delta 0 is not falsy', () => {
    expect(verify(KEY, hotp(KEY, NOW), { at: AT })).toStrictEqual({
      valid: true,
      step: NOW,
      delta: 0,
    });
  });
});

describe('windows', () => {
  it('guyht/notp#19: a window of 0 is 0 and not 50', () => {
    const window = { backward: 0, forward: 0 };
    for (const delta of [-50, -40, -1, 1, 40, 50]) {
      expect(verify(KEY, hotp(KEY, NOW + delta), { at: AT, window })).toStrictEqual(MISMATCH);
    }
  });

  it('2fa: a window of 0 on one side is 0 there', () => {
    const seen = (window: { backward: number; forward: number }): number[] =>
      [-2, -1, 0, 1, 2].filter(
        (delta) => verify(KEY, hotp(KEY, NOW + delta), { at: AT, window }).valid,
      );
    expect(seen({ backward: 0, forward: 2 })).toStrictEqual([0, 1, 2]);
    expect(seen({ backward: 2, forward: 0 })).toStrictEqual([-2, -1, 0]);
  });

  it('guyht/notp, otpauth#21: an old code has a negative delta, one of the future a positive', () => {
    const deltas = [-1, 0, 1].map((delta) => verify(KEY, hotp(KEY, NOW + delta), { at: AT }));
    expect(deltas.map((verdict) => verdict.valid && verdict.delta)).toStrictEqual([-1, 0, 1]);
  });

  it("speakeasy: a window of '1' does not become 11", () => {
    const code = hotp(KEY, NOW + 10);
    const window = { backward: '1', forward: '1' } as never;
    expect(() => verify(KEY, code, { at: AT, window })).toThrow(TypeError);
  });

  it('oslo: an instant near the epoch does not throw', () => {
    for (const at of [0, 1, 29_999, 30_000]) {
      const code = totp(KEY, { at });
      expect(verify(KEY, code, { at, window: { backward: 9, forward: 9 } }).valid).toBe(true);
    }
  });
});

describe('times and parameters', () => {
  it('otpauth, speakeasy: a time of NaN does not fail open', () => {
    const staticCode = hotp(KEY, 0);
    for (const at of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const options = { at, after: -1 };
      const noInstant = expect.objectContaining({ code: 'ERR_INSTANT' });
      expect(() => verify(KEY, staticCode, options)).toThrow(noInstant);
      expect(() => verifyMacs([], 0, {}, staticCode, options)).toThrow(noInstant);
      expect(() => totp(KEY, { at })).toThrow(noInstant);
      expect(() => timeStep(KEY, at)).toThrow(noInstant);
      expect(() => diagnose(KEY, staticCode, { at })).toThrow(noInstant);
      const codes = [
        { code: staticCode, at },
        { code: hotp(KEY, 1), at },
      ] as const;
      expect(() => resynchronize(KEY, codes)).toThrow(noInstant);
    }
  });

  it('otpauth, speakeasy: nor does a drift or a consumed step of NaN', () => {
    const badParams = expect.objectContaining({ code: 'ERR_PARAMS' });
    const code = hotp(KEY, 0);
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(() => verify(KEY, code, { at: 0, drift: wrong })).toThrow(badParams);
      expect(() => verify(KEY, code, { at: 0, after: wrong })).toThrow(badParams);
      expect(() => verifyMacs([], 0, {}, code, { after: wrong })).toThrow(badParams);
    }
  });

  it('otplib: an epoch in milliseconds is no time before which codes are good', () => {
    const key = importKey(SECRET, { epoch: AT });
    expect(() => totp(key, { at: AT })).toThrow(expect.objectContaining({ code: 'ERR_INSTANT' }));
  });

  it('otpauth: a period of 0, NaN or Infinity does not fail open', () => {
    for (const period of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
      const badParams = expect.objectContaining({ code: 'ERR_PARAMS' });
      expect(() => importKey(SECRET, { period })).toThrow(badParams);
      expect(() => verifyMacs([], 0, { period }, '755224')).toThrow(badParams);
      const otp = { account: 'ann', secret: SECRET, params: { period } };
      expect(() => formatUri(otp)).toThrow(badParams);
    }
  });

  it('otplib, otpauth: digits of 0, 12, 99 or NaN are refused', () => {
    for (const digits of [0, 12, 99, Number.NaN]) {
      expect(() => importKey(SECRET, { digits: digits as 6 })).toThrow(
        expect.objectContaining({ code: 'ERR_PARAMS' }),
      );
    }
  });

  it.each(['0', '1', '5', '9', '12', '99', 'NaN', '6.0', '0x6', ' 6', '+6', '6e0', ''])(
    'otpauth: digits=%s in a URI is refused',
    (digits) => {
      expect(() =>
        parseUri(`otpauth://totp/a?secret=${SECRET}&digits=${encodeURIComponent(digits)}`),
      ).toThrow(expect.objectContaining({ code: 'ERR_URI' }));
    },
  );

  it.each(['0', '-30', 'NaN', 'Infinity', '3e1', '0x1e', ' 30', '030', '30.5', '86401', ''])(
    'otpauth: period=%s in a URI is refused',
    (period) => {
      expect(() =>
        parseUri(`otpauth://totp/a?secret=${SECRET}&period=${encodeURIComponent(period)}`),
      ).toThrow(expect.objectContaining({ code: 'ERR_URI' }));
    },
  );
});

describe('secrets', () => {
  const refusal = expect.objectContaining({ code: 'ERR_SECRET' });

  it('otpauth, speakeasy, totp-generator, jsotp, otp-io: an empty secret is refused', () => {
    expect(() => importKey('')).toThrow(refusal);
    expect(() => importKey(new Uint8Array())).toThrow(refusal);
    expect(() => importKey(undefined as never)).toThrow(TypeError);
    expect(() => importKey(null as never)).toThrow(TypeError);
    for (const blank of [' ', '-', '    ', '=', '========']) {
      expect(() => importKey(blank)).toThrow(refusal);
    }
    for (const blank of ['', '%20', '%3D', '%3D%3D%3D%3D%3D%3D%3D%3D']) {
      expect(() => parseUri(`otpauth://totp/a?secret=${blank}`)).toThrow(
        expect.objectContaining({ code: 'ERR_URI' }),
      );
    }
  });

  it('speakeasyjs/speakeasy#153: a secret in plain letters or hexadecimal is no Base32', () => {
    expect(() => importKey('12345678901234567890')).toThrow(refusal);
    expect(() => importKey('3132333435363738393031323334353637383930')).toThrow(refusal);
  });

  it('otplib: secrets of 10 bytes and of more than 64 work', () => {
    for (const length of [1, 10, 65, 128, 129]) {
      const secret = new Uint8Array(length).fill(0x31);
      expect(hotp(importKey(secret), 0)).toBe(nodeHotp(0n, 6, secret));
    }
  });

  it('otplib: the Base32 of the RFC secret is the right one', () => {
    expect([0, 1, 2].map((counter) => hotp(KEY, counter))).toStrictEqual([
      '755224',
      '287082',
      '359152',
    ]);
  });

  it('speakeasy, otp-io: spaces and dashes do not make another key', () => {
    const pasted = importKey(' gezd-gnbv gy3t-qojq gezd-gnbv gy3t-qojq ');
    expect(hotp(pasted, 7)).toBe(hotp(KEY, 7));
  });

  it('epic-web: lower case is accepted', () => {
    expect(hotp(importKey(SECRET.toLowerCase()), 7)).toBe(hotp(KEY, 7));
  });

  it.each(['GEZDGNBVGY3TQOJ8', 'GEZDGNBVGY3TQOJ!', 'GEZDGNBVGY3TQOJ\u0410'])(
    'speakeasy, otp-io: characters that are not Base32 do not make another key (%#)',
    (secret) => {
      expect(() => importKey(secret)).toThrow(refusal);
    },
  );

  it('speakeasy: 1, 3 or 6 letters left over do not make another key', () => {
    for (const extra of ['A', 'AAA', 'AAAAAA']) {
      expect(() => importKey(`GEZDGNBV${extra}`)).toThrow(refusal);
    }
  });

  it('jsotp, otp-io: an equals sign in the middle does not cut the secret', () => {
    expect(() => importKey('GEZDGNBV=GY3TQOJQ')).toThrow(refusal);
    expect(() => importKey('GEZDGN==GY3TQOJQ')).toThrow(refusal);
  });

  it('hi-base32: a tail it would drop is refused', () => {
    expect(() => importKey('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQO')).toThrow(refusal);
    expect(() => importKey('GEZDGNBVGY3TQOJQGEZDGNBVGY3')).toThrow(refusal);
  });
});

describe('URIs', () => {
  it('hectorm/otpauth#17, #25: an encoded colon, another issuer and unknown parameters are read', () => {
    const { issuer, account } = parseUri(
      `otpauth://totp/Acme%3A%20ann%40example.com?secret=${SECRET}&issuer=Acme%20Corp&image=x`,
    );
    expect({ issuer, account }).toStrictEqual({ issuer: 'Acme Corp', account: 'ann@example.com' });
  });

  it('pyotp#171: two issuers that differ are no error, and the parameter is believed', () => {
    const uri = `otpauth://totp/Acme:ann?secret=${SECRET}&issuer=Other`;
    expect(parseUri(uri)).toMatchObject({ issuer: 'Other', account: 'ann' });
  });

  it('pyotp#187: a colon encoded within the issuer is no separator where a bare one follows', () => {
    const uri = `otpauth://totp/Text%3A%20More:ann?secret=${SECRET}&issuer=Text%3A%20More`;
    expect(parseUri(uri)).toMatchObject({ issuer: 'Text: More', account: 'ann' });
  });

  it('jsotp: names are escaped, so that none becomes a parameter', () => {
    const names = { issuer: 'A&B=C?D#E/F', account: 'ann+1 &secret=GEZDGNBV%#' };
    const uri = formatUri({ ...names, secret: SECRET });
    expect(uri.match(/[?&][a-z]+=/g)).toStrictEqual([
      '?secret=',
      '&issuer=',
      '&algorithm=',
      '&digits=',
      '&period=',
    ]);
    expect(parseUri(uri)).toMatchObject({ ...names, secret: SECRET });
  });

  it('pyotp#20, Authenticator-Extension#1546: a secret goes out without padding', () => {
    expect(formatUri({ account: 'ann', secret: 'MZXW6===' })).toContain('?secret=MZXW6&');
    expect(parseUri('otpauth://totp/ann?secret=MZXW6%3D%3D%3D').secret).toBe('MZXW6');
    expect(parseUri('otpauth://totp/ann?secret=MZXW6===').secret).toBe('MZXW6');
  });

  it('otplib: an error about a URI quotes nothing of it', () => {
    const uri = `otpauth://totp/Acme:ann?secret=${SECRET}&digits=99`;
    try {
      parseUri(uri);
      expect.fail('was accepted');
    } catch (error) {
      const told = `${String(error)} ${JSON.stringify(error)} ${(error as Error).cause}`;
      expect(told).not.toMatch(/GEZD|ann|Acme|99/);
    }
  });
});
