import { importKey, parseUri, totp } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import { form, json, type Loopback, RFC_SEED, send, serveEmulator } from './loopback.js';
import { readPng } from './read-png.js';

function addUser({ emulator }: Loopback) {
  return emulator.addUser({ secret: RFC_SEED, email: 'a@b.example' }).authyId;
}

async function scan(url: string) {
  const response = await fetch(url);
  const { text, width } = readPng(new Uint8Array(await response.arrayBuffer()));
  return {
    type: response.headers.get('content-type'),
    caching: response.headers.get('cache-control'),
    width,
    ...parseUri(text),
  };
}

test('/secret answers the URL of a picture that a phone can enrol from', async () => {
  const loopback = await serveEmulator({ appName: 'Acme' });
  const { authy, clock, origin } = loopback;
  const id = addUser(loopback);
  const sent = form({ qr_size: '256', label: 'Jo at Acme' });
  const answer = await authy(`/protected/json/users/${id}/secret`, sent);
  const { qr_code, ...rest } = JSON.parse(answer.text);
  expect(rest).toStrictEqual({ label: 'Jo at Acme', issuer: 'Acme', success: true });
  expect(qr_code).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/emulator\/qr\/[0-9a-f-]{36}\.png$/);
  expect(qr_code.startsWith(origin)).toBe(true);
  const { secret, ...scanned } = await scan(qr_code);
  expect(scanned).toStrictEqual({
    type: 'image/png',
    caching: 'no-store',
    width: 256,
    issuer: 'Acme',
    account: 'Jo at Acme',
    params: { algorithm: 'SHA1', digits: 6, period: 30, epoch: 0 },
  });
  const code = totp(importKey(secret), { at: clock.now });
  expect((await authy(`/protected/json/verify/${code}/${id}`)).status).toBe(200);
});

test('asked again, the same seed is drawn under a new name, and the old picture is gone', async () => {
  const loopback = await serveEmulator();
  const id = addUser(loopback);
  const ask = async () =>
    JSON.parse((await loopback.authy(`/protected/json/users/${id}/secret`, json({}))).text).qr_code;
  const first = await ask();
  const before = await scan(first);
  const second = await ask();
  expect(await scan(second)).toStrictEqual(before);
  expect(before).toMatchObject({ account: 'a@b.example', width: 300 });
  expect((await fetch(first)).status).toBe(404);
});

test('the picture of a removed user is gone', async () => {
  const loopback = await serveEmulator();
  const id = addUser(loopback);
  const { text } = await loopback.authy(`/protected/json/users/${id}/secret`, json({}));
  await loopback.authy(`/protected/json/users/${id}/delete`, json({}));
  expect((await fetch(JSON.parse(text).qr_code)).status).toBe(404);
});

test.each([
  [{ qr_size: 'big' }, 'qr_size'],
  [{ qr_size: '99' }, 'qr_size'],
  [{ qr_size: '1001' }, 'qr_size'],
  [{ qr_size: '300.5' }, 'qr_size'],
  [{ label: 'x'.repeat(101) }, 'label'],
  [{ label: 'Acme:jo' }, 'label'],
  [{ label: 'jo\u0000' }, 'label'],
])('%j is refused by name', async (params, field) => {
  const loopback = await serveEmulator();
  const id = addUser(loopback);
  const { status, text } = await loopback.authy(`/protected/json/users/${id}/secret`, form(params));
  expect([status, text]).toStrictEqual([
    400,
    `{"message":"Invalid parameter","${field}":"is invalid","success":false,"errors":{"message":"Invalid parameter","${field}":"is invalid"},"error_code":"60004"}`,
  ]);
});

test('the name of a picture opens nothing else and needs no key', async () => {
  const loopback = await serveEmulator();
  for (const path of [
    '/emulator/qr/0.png',
    '/emulator/qr/00000000-0000-0000-0000-000000000000.png',
  ]) {
    expect((await send(loopback.port, path)).status).toBe(404);
  }
});
