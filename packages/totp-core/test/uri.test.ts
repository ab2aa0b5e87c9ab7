// otpauth URIs: what is read, what is refused, and that no message quotes one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AUTHY_APP, formatUri, parseUri, TotpError } from '../src/index.js';

const SECRET = 'GEZDGNBVGY3TQOJQ';
const PARAMS = { algorithm: 'SHA1', digits: 6, period: 30, epoch: 0 };

describe('parseUri', () => {
  it('reads every parameter', () => {
    const uri = `otpauth://totp/Acme:ann@example.com?secret=${SECRET}&issuer=Acme&algorithm=SHA512&digits=8&period=60`;
    expect(parseUri(uri)).toStrictEqual({
      issuer: 'Acme',
      account: 'ann@example.com',
      secret: SECRET,
      params: { algorithm: 'SHA512', digits: 8, period: 60, epoch: 0 },
    });
  });

  it('fills in what the format leaves out', () => {
    expect(parseUri(`otpauth://totp/ann?secret=${SECRET}`)).toStrictEqual({
      account: 'ann',
      secret: SECRET,
      params: PARAMS,
    });
  });

  it.each([
    ['a colon', 'Acme:ann', 'Acme', 'ann'],
    ['an encoded colon', 'Acme%3Aann', 'Acme', 'ann'],
    ['a small encoded colon', 'Acme%3aann', 'Acme', 'ann'],
    ['a colon and spaces', 'Acme:%20%20ann', 'Acme', 'ann'],
    ['a bare colon after an encoded one', 'Ac%3Ame:ann', 'Ac:me', 'ann'],
    ['a colon with spaces before it', 'Acme%20%20:ann', 'Acme', 'ann'],
    ['other letters', 'Caf%C3%A9:%E6%9D%8E', 'Caf\u00e9', '\u674e'],
  ])('splits a label at %s', (_, label, issuer, account) => {
    const read = parseUri(`otpauth://totp/${label}?secret=${SECRET}`);
    expect(read).toStrictEqual({ issuer, account, secret: SECRET, params: PARAMS });
  });

  it('believes the issuer parameter over the label, and the label over an empty one', () => {
    const issuer = (query: string): string | undefined =>
      parseUri(`otpauth://totp/Label:ann?secret=${SECRET}&issuer=${query}`).issuer;
    expect([issuer('Other'), issuer('Two+Words'), issuer('A%2BB'), issuer('')]).toStrictEqual([
      'Other',
      'Two Words',
      'A+B',
      'Label',
    ]);
  });

  it('drops spaces around an issuer, and an issuer that is nothing', () => {
    const issuer = (label: string, query: string): string | undefined =>
      parseUri(`otpauth://totp/${label}?secret=${SECRET}${query}`).issuer;
    expect(issuer('ann', '&issuer=%20Acme%20')).toBe('Acme');
    expect(issuer('Label:ann', '&issuer=%20')).toBe('Label');
    expect(issuer('ann', '&issuer')).toBeUndefined();
    expect(issuer('ann', '&issuer=')).toBeUndefined();
    expect(parseUri(`otpauth://totp/:ann?secret=${SECRET}&=x&`)).toStrictEqual({
      account: 'ann',
      secret: SECRET,
      params: PARAMS,
    });
  });

  it('reads the secret as people paste it, and gives it back canonical', () => {
    const lower = parseUri('otpauth://totp/a?secret=gezd%20gnbv-gy3tqojqge%3D%3D%3D%3D%3D%3D');
    expect(lower.secret).toBe(`${SECRET}GE`);
  });

  it('ignores parameters it does not know, and the case of scheme, type and algorithm', () => {
    const uri = `OTPAUTH://TOTP/a?secret=${SECRET}&image=x&image=y&counter=5&algorithm=sha256&flag`;
    expect(parseUri(uri).params).toStrictEqual({ ...PARAMS, algorithm: 'SHA256' });
  });

  const query = `secret=${SECRET}`;
  it.each([
    ['nothing', ''],
    ['another scheme', `https://totp/a?${query}`],
    ['a scheme in the middle', `x otpauth://totp/a?${query}`],
    ['the type hotp', `otpauth://hotp/a?${query}&counter=1`],
    ['no type', `otpauth:///a?${query}`],
    ['a type with something around it', `otpauth://me@totp/a?${query}`],
    ['no label', `otpauth://totp?${query}`],
    ['an empty label', `otpauth://totp/?${query}`],
    ['an issuer without an account', `otpauth://totp/Acme:?${query}`],
    ['a path of two parts', `otpauth://totp/a/b?${query}`],
    ['a fragment', `otpauth://totp/a?${query}#x`],
    ['no parameters', 'otpauth://totp/a'],
    ['no secret', 'otpauth://totp/a?issuer=b'],
    ['an empty secret', 'otpauth://totp/a?secret='],
    ['a secret that is not Base32', 'otpauth://totp/a?secret=GEZDGNB1'],
    ['a secret with a plus', 'otpauth://totp/a?secret=GEZD+GNBV'],
    ['two secrets', `otpauth://totp/a?${query}&${query}`],
    ['two issuers', `otpauth://totp/a?${query}&issuer=b&issuer=b`],
    ['two periods, one empty', `otpauth://totp/a?${query}&period=&period=30`],
    ['an unknown algorithm', `otpauth://totp/a?${query}&algorithm=MD5`],
    ['an algorithm with something before it', `otpauth://totp/a?${query}&algorithm=hmacsha1`],
    ['an algorithm with something after it', `otpauth://totp/a?${query}&algorithm=sha1x`],
    ['an algorithm that does not begin so', `otpauth://totp/a?${query}&algorithm=sha512256`],
    ['an algorithm with a long s', `otpauth://totp/a?${query}&algorithm=%C5%BFha1`],
    ['16 digits', `otpauth://totp/a?${query}&digits=16`],
    ['60 digits', `otpauth://totp/a?${query}&digits=60`],
    ['5 digits', `otpauth://totp/a?${query}&digits=5`],
    ['9 digits', `otpauth://totp/a?${query}&digits=9`],
    ['digits that are none', `otpauth://totp/a?${query}&digits=six`],
    ['empty digits', `otpauth://totp/a?${query}&digits=`],
    ['a period of 0', `otpauth://totp/a?${query}&period=0`],
    ['a negative period', `otpauth://totp/a?${query}&period=-30`],
    ['a fractional period', `otpauth://totp/a?${query}&period=30.5`],
    ['a period in exponents', `otpauth://totp/a?${query}&period=3e1`],
    ['a period of more than a day', `otpauth://totp/a?${query}&period=86401`],
    ['a malformed percent sequence in the label', `otpauth://totp/a%?${query}`],
    ['a malformed percent sequence in the issuer', `otpauth://totp/a?${query}&issuer=%ff`],
  ])('refuses %s', (_, uri) => {
    expect(() => parseUri(uri)).toThrow(
      expect.objectContaining({ name: 'TotpError', code: 'ERR_URI' }),
    );
  });

  it('throws a TypeError for what is no string', () => {
    for (const uri of [undefined, null, 5, new URL('otpauth://totp/a')]) {
      expect(() => parseUri(uri as never)).toThrow(TypeError);
    }
  });

  it('never quotes any part of a URI, whatever it is', () => {
    const marked = fc
      .tuple(fc.string(), fc.string(), fc.string())
      .map(([a, b, c]) => `otpauth://totp/QQ${a}?secret=QQ18${b}&digits=QQ${c}&issuer=%QQ`);
    fc.assert(
      fc.property(
        fc.oneof(
          marked,
          fc.string().map((text) => `QQ${text}`),
        ),
        (uri) => {
          try {
            parseUri(uri);
            expect.fail('was accepted');
          } catch (error) {
            expect(error).toBeInstanceOf(TotpError);
            expect(String(error)).not.toContain('QQ');
            expect((error as Error).cause).toBeUndefined();
          }
        },
      ),
    );
  });
});

describe('formatUri', () => {
  it('spells out every parameter', () => {
    const otp = {
      issuer: 'Acme Corp',
      account: 'ann@example.com',
      secret: 'gezd gnbv',
      params: AUTHY_APP,
    };
    expect(formatUri(otp)).toBe(
      'otpauth://totp/Acme%20Corp:ann%40example.com?secret=GEZDGNBV&issuer=Acme%20Corp&algorithm=SHA1&digits=7&period=10',
    );
  });

  it('formats a secret given as bytes, and no issuer', () => {
    expect(formatUri({ account: 'ann', secret: new TextEncoder().encode('fooba') })).toBe(
      'otpauth://totp/ann?secret=MZXW6YTB&algorithm=SHA1&digits=6&period=30',
    );
  });

  it('is read back by parseUri, whatever the names', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .map((text) => text.replaceAll(':', '').trim())
      .filter((text) => text !== '');
    const plain = { noNullPrototype: true };
    const params = {
      algorithm: fc.constantFrom('SHA1', 'SHA256', 'SHA512'),
      digits: fc.constantFrom(6, 7, 8),
      period: fc.integer({ min: 1, max: 86_400 }),
      epoch: fc.constant(0),
    };
    const otp = fc.record(
      {
        issuer: name,
        account: name,
        secret: fc.constant(SECRET),
        params: fc.record(params, plain),
      },
      plain,
    );
    fc.assert(
      fc.property(otp, (given) => {
        expect(parseUri(formatUri(given as never))).toStrictEqual(given);
      }),
    );
  });

  it.each([
    ['no account', { account: ' ' }, 'ERR_URI'],
    ['a colon in the account', { account: 'a:b' }, 'ERR_URI'],
    ['a colon in the issuer', { issuer: 'a:b' }, 'ERR_URI'],
    ['half a character', { account: '\ud800' }, 'ERR_URI'],
    ['an epoch', { params: { epoch: 5 } }, 'ERR_URI'],
    ['an empty secret', { secret: '' }, 'ERR_SECRET'],
    ['no bytes', { secret: new Uint8Array() }, 'ERR_SECRET'],
    ['a period of 0', { params: { period: 0 } }, 'ERR_PARAMS'],
  ])('refuses %s', (_, wrong, code) => {
    const otp = { account: 'ann', secret: SECRET, ...wrong };
    expect(() => formatUri(otp)).toThrow(expect.objectContaining({ name: 'TotpError', code }));
  });

  it('throws a TypeError for the wrong types', () => {
    const types = [{ account: 5 }, { account: ['a'] }, { issuer: null }, { secret: 5 }];
    for (const wrong of [...types, { params: null }]) {
      expect(() => formatUri({ account: 'ann', secret: SECRET, ...wrong } as never)).toThrow(
        TypeError,
      );
    }
    for (const wrong of [null, undefined, 'otp', 5]) {
      expect(() => formatUri(wrong as never)).toThrow(TypeError);
    }
  });
});
