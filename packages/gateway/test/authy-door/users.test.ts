import { importKey, parseUri, totp } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import { memoryStores } from '../../src/index.js';
import { readPng } from '../emulator/read-png.js';
import { open, ragged, told } from './opened.js';

const users = '/protected/json/users';
const person = { email: 'ana@a.example', cellphone: '317-555-0100', country_code: '1' };

test('a person is registered once for each phone, under an id that fits 32 bits', async () => {
  const { authy, operator } = open();
  const first = await authy('POST', `${users}/new`, { user: person });
  const { id } = first.body.user;
  expect(told(first)).toStrictEqual([
    200,
    `{"message":"User created successfully.","user":{"id":${id}},"success":true}`,
  ]);
  expect(id).toBeGreaterThan(0);
  expect(id).toBeLessThan(2 ** 31);
  const again = await authy('POST', `${users}/new`, {
    user: { ...person, cellphone: '3175550100' },
  });
  expect(again.body.user.id).toBe(id);
  const other = await authy('POST', `${users}/new`, { user: { ...person, country_code: '44' } });
  expect(other.body.user.id).not.toBe(id);
  const { body } = await operator('GET', '/accounts');
  expect(body.accounts.length).toBe(2);
});

test('registering one phone at once from everywhere makes one account', async () => {
  const { authy, operator } = open({ stores: { ...memoryStores(), door: ragged() } });
  const made = await Promise.all(
    Array.from({ length: 20 }, () => authy('POST', `${users}/new`, { user: person })),
  );
  expect(new Set(made.map(({ body }) => body.user.id)).size).toBe(1);
  expect((await operator('GET', '/accounts')).body.accounts.length).toBe(1);
});

test.each([
  ['nothing', {}, { email: 'is invalid', cellphone: 'is invalid', country_code: 'is invalid' }],
  ['no address', { ...person, email: 'ana' }, { email: 'is invalid' }],
  ['letters', { ...person, cellphone: 'abc' }, { cellphone: 'is invalid' }],
  ['no country', { ...person, country_code: '0' }, { country_code: 'is invalid' }],
])('%s is no person, and each field is named twice', async (_, user, fields) => {
  const { authy } = open();
  const message = 'User was not valid';
  const { status, body } = await authy('POST', `${users}/new`, { user });
  expect([status, body]).toStrictEqual([
    400,
    { message, ...fields, success: false, errors: { message, ...fields }, error_code: '60027' },
  ]);
});

test('parameters are read from JSON, a form and a query', async () => {
  const { call } = open();
  const form = 'user[email]=ana@a.example&user[cellphone]=3175550100&user[country_code]=1';
  const json = JSON.stringify({ user: { ...person, country_code: 1 } });
  const key = { 'X-Authy-API-Key': 'authy-key-77ab' };
  const typed = (type: string) => ({ ...key, 'Content-Type': type });
  const ids = [];
  for (const [path, init] of [
    [`${users}/new`, { headers: typed('application/json'), body: json }],
    [`${users}/new`, { headers: typed('application/x-www-form-urlencoded'), body: form }],
    [`${users}/new?${form}`, { headers: key }],
    [
      `${users}/new?api_key=authy-key-77ab`,
      { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: form },
    ],
  ] as [string, RequestInit][]) {
    ids.push((await call(path, { method: 'POST', ...init })).body.user?.id);
  }
  expect(new Set(ids).size).toBe(1);
  expect(ids[0]).toBeGreaterThan(0);
});

test.each([
  ['no JSON', '{', 'application/json', [400, '60002']],
  ['a list', '[]', 'application/json', [400, '60002']],
  [
    'no UTF-8',
    new Uint8Array([0x61, 0x3d, 0xff]),
    'application/x-www-form-urlencoded',
    [400, '60005'],
  ],
  ['too much', 'a'.repeat(17_000), 'application/json', [413, '60002']],
])('%s is refused before anything is done', async (_, body, type, expected) => {
  const { call } = open();
  const headers = { 'X-Authy-API-Key': 'authy-key-77ab', 'Content-Type': type };
  const said = await call(`${users}/new`, { method: 'POST', headers, body });
  expect([said.status, said.body.error_code]).toStrictEqual(expected);
});

test('a status says what is known here, and no more', async () => {
  const { authy, register, enrol } = open();
  const id = await register();
  expect(told(await authy('GET', `${users}/${id}/status`))).toStrictEqual([
    200,
    `{"status":{"authy_id":${id},"confirmed":false,"registered":false,"country_code":1,` +
      '"phone_number":"XXX-XXX-0100","devices":[],"has_hard_token":false,"account_disabled":false,' +
      '"email":"ana@a.example","detailed_devices":[],"deleted_devices":[]},"message":"User status.","success":true}',
  ]);
  const { code, verify } = await enrol('ben', '17');
  await verify(code());
  const { body } = await authy('GET', `${users}/17/status`);
  expect(body.status).toStrictEqual({
    authy_id: 17,
    confirmed: true,
    registered: true,
    country_code: null,
    phone_number: 'XXX-XXX-XXXX',
    devices: [],
    has_hard_token: false,
    account_disabled: false,
    detailed_devices: [],
    deleted_devices: [],
  });
});

test.each([['/delete/ID'], ['/ID/delete'], ['/ID/remove']])(
  '%s removes a user for good',
  async (path) => {
    const { authy, operator, register } = open();
    const id = await register();
    const removed = await authy('POST', users + path.replace('ID', id), {});
    expect(told(removed)).toStrictEqual([
      200,
      '{"message":"User removed from application","success":true}',
    ]);
    const again = await authy('POST', users + path.replace('ID', id), {});
    expect([again.status, again.body.error_code]).toStrictEqual([404, '60026']);
    expect((await operator('GET', '/accounts')).body.accounts).toStrictEqual([]);
    expect(await register()).not.toBe(id);
  },
);

test('an address can be changed, where a person is known', async () => {
  const { authy, register, enrol } = open();
  const id = await register();
  const update = (user: string, email: string) =>
    authy('POST', `${users}/${user}/update`, { email });
  expect(told(await update(id, 'ana@b.example'))).toStrictEqual([
    200,
    '{"message":"User was updated successfully","success":true}',
  ]);
  expect((await authy('GET', `${users}/${id}/status`)).body.status.email).toBe('ana@b.example');
  expect((await update(id, 'no')).body.email).toBe('is invalid');
  await enrol('ben', '17');
  expect((await update('17', 'ben@b.example')).body.error_code).toBe('60031');
  expect((await update('18', 'ben@b.example')).body.error_code).toBe('60026');
});

test('activities are kept, the newest twenty', async () => {
  const { authy, operator, register, clock } = open();
  const id = await register();
  const tell = (type: string) =>
    authy('POST', `${users}/${id}/register_activity`, { type, data: { a: 1 } });
  for (let i = 0; i < 25; i++) {
    clock.at += 1000;
    expect((await tell('banned')).text).toBe('{"message":"Activity was created.","success":true}');
  }
  expect((await tell('slept')).body.error_code).toBe('60004');
  const { body } = await operator('GET', `/accounts/authy:${id}/activities`);
  expect(body.activities.length).toBe(20);
  expect(body.activities.at(-1)).toStrictEqual({ type: 'banned', at: clock.at });
});

test('a seed is handed out as a picture, and its codes are good', async () => {
  const { authy, call, clock, register } = open({ door: { name: 'Shop' } });
  const id = await register();
  const { status, body } = await authy('POST', `${users}/${id}/secret`, {
    label: 'ana',
    qr_size: 300,
  });
  expect([status, Object.keys(body)]).toStrictEqual([
    200,
    ['qr_code', 'label', 'issuer', 'success'],
  ]);
  expect([body.label, body.issuer, body.success]).toStrictEqual(['ana', 'Shop', true]);
  expect(body.qr_code).toMatch(/^http:\/\/gateway\.example\/authy\/pictures\/[0-9a-f]{64}\.png$/);
  const { pathname } = new URL(body.qr_code);
  const picture = await call(pathname);
  expect(picture.headers.get('Content-Type')).toBe('image/png');
  expect(picture.headers.get('Cache-Control')).toBe('no-store');
  const { secret, params, issuer, account } = parseUri(readPng(picture.bytes).text);
  expect([issuer, account]).toStrictEqual(['Shop', 'ana']);
  expect(params).toMatchObject({ digits: 6, period: 30 });
  const code = totp(importKey(secret), { at: clock.at });
  const verify = await authy('GET', `/protected/json/verify/${code}/${id}`);
  expect(verify.status).toBe(200);
  clock.at += 600_000;
  expect((await call(pathname)).status).toBe(404);
});

test('each picture shows a new seed, which takes the place of the one before', async () => {
  const { authy, call, clock, register } = open();
  const id = await register();
  const codes = [];
  for (const size of [100, 1000]) {
    const { body } = await authy('POST', `${users}/${id}/secret`, { qr_size: size });
    const { bytes } = await call(new URL(body.qr_code).pathname);
    const { secret } = parseUri(readPng(bytes).text);
    codes.push(totp(importKey(secret), { at: clock.at }));
  }
  const verify = async (code = '') =>
    (await authy('GET', `/protected/json/verify/${code}/${id}`)).status;
  expect([await verify(codes[0]), await verify(codes[1])]).toStrictEqual([401, 200]);
});

test('a new seed revokes the devices that hold the one before', async () => {
  const { authy, operator, call, register } = open();
  const id = await register();
  const { token } = (await operator('POST', `/accounts/authy:${id}/devices`)).body;
  const sync = () => call('/v1/sync', { headers: { Authorization: `Bearer ${token}` } });
  await authy('POST', `${users}/${id}/secret`);
  expect((await sync()).status).toBe(200);
  await authy('POST', `${users}/${id}/secret`);
  expect((await sync()).status).toBe(401);
});

test('what cannot be drawn is refused, and a wrong address shows nothing', async () => {
  const { authy, call, register } = open();
  const id = await register();
  const secret = (params: object) => authy('POST', `${users}/${id}/secret`, params);
  expect((await secret({ qr_size: 99 })).body.errors.qr_size).toBe('is invalid');
  expect((await secret({ qr_size: 1001 })).body.errors.qr_size).toBe('is invalid');
  expect((await secret({ label: 'a:b' })).body.errors.label).toBe('is invalid');
  for (const name of ['x', 'a'.repeat(64), `${'a'.repeat(64)}.png`]) {
    expect((await call(`/authy/pictures/${name}`)).status).toBe(404);
  }
});
test('no store holds a seed, a picture or a code that could be read', async () => {
  const { memoryEngine } = await import('../../src/engines/memory.js');
  const door = memoryEngine();
  const sent: string[] = [];
  const deliver = async ({ code }: { code: string }) => void sent.push(code);
  const { authy, call, register } = open({
    stores: { ...memoryStores(), door },
    door: { deliver },
  });
  const id = await register();
  const { body } = await authy('POST', `${users}/${id}/secret`);
  const { pathname } = new URL(body.qr_code);
  const { secret } = parseUri(readPng((await call(pathname)).bytes).text);
  await authy('GET', `/protected/json/sms/${id}`);
  const kept = JSON.stringify(await door.list({ kind: 'authy', limit: 1000 }));
  const name = pathname.slice(-68, -4);
  expect([sent.length, name.length]).toStrictEqual([1, 64]);
  for (const planted of [secret, name, ...sent, body.qr_code]) expect(kept).not.toContain(planted);
  // A phone number is kept with its person and stands in no key.
  expect(kept).toContain('3175550100');
  expect(kept.match(/"key":"[^"]*3175550100/)).toBe(null);
});
