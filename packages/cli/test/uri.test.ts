import { parseUri } from '@driftlock/totp-core';
import { describe, expect, test } from 'vitest';
import { inProcess } from './in-process.js';
import { SECRET } from './terminal.js';

const base = ['uri', '--secret-file', '-', '--account', 'ann'];

describe('driftlock uri', () => {
  test('prints what a phone is to be told', async () => {
    const { out, status } = await inProcess([...base, '--issuer', 'Acme', '-d', '8', '-s', '60']);
    expect(status).toBe(0);
    expect(parseUri(out.trim())).toStrictEqual({
      issuer: 'Acme',
      account: 'ann',
      secret: SECRET,
      params: { algorithm: 'SHA1', digits: 8, period: 60, epoch: 0 },
    });
  });

  test('keeps what a URI said, but for what is given', async () => {
    const input = `otpauth://totp/Acme:bob?secret=${SECRET}&issuer=Acme&digits=7`;
    const { out } = await inProcess([...base, '--period', '10s'], { input });
    expect(parseUri(out.trim())).toMatchObject({
      issuer: 'Acme',
      account: 'ann',
      params: { digits: 7, period: 10 },
    });
  });

  test('draws it, dark on light where there are colours, within 80 columns', async () => {
    const plain = await inProcess([...base, '--qr']);
    expect(plain.out).toMatch(/^ {2}█{20}/);
    expect(plain.out).not.toContain(SECRET);
    expect(Math.max(...plain.out.split('\n').map((line) => line.length))).toBeLessThan(80);
    const { out } = await inProcess([...base, '--qr'], { colors: true });
    expect(out.replaceAll('\u001b[97;40m', '').replaceAll('\u001b[0m', '')).toBe(plain.out);
    expect(out).not.toBe(plain.out);
  });

  test.each<[string[], RegExp]>([
    [['uri', '--secret-file', '-'], /--account is missing/],
    [['uri', '--account', 'ann'], /--secret-file is missing/],
    [[...base, '--issuer', 'a'.repeat(3000), '--qr'], /too long for a picture/],
    [[...base, '--at', '59'], /of no instant/],
    [[...base, '--epoch', '30'], /carries no epoch|epoch/],
  ])('%j is refused', async (args, said) => {
    const { status, err, out } = await inProcess(args);
    expect([status, out]).toStrictEqual([2, '']);
    expect(err).toMatch(said);
    expect(err).not.toContain(SECRET);
  });
});
