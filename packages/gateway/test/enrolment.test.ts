import { formatUri, importKey, type TotpParams, totp } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import { problem, START, serve } from './served.js';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

async function create(body: unknown) {
  const { call } = await serve();
  return call('POST', '/v1/accounts', { body });
}

test('a secret as people paste it verifies what its phone shows', async () => {
  const { call } = await serve();
  const secret = ' gezd gnbv-gy3t qojq gezd gnbv gy3t qojq ====  ';
  const { status } = await call('POST', '/v1/accounts', { body: { id: 'ana', secret } });
  expect(status).toBe(422);
  const pasted = secret.replaceAll('=', '');
  const created = await call('POST', '/v1/accounts', { body: { id: 'ana', secret: pasted } });
  expect([created.status, created.body.id]).toStrictEqual([201, 'ana']);
  const code = totp(importKey(SECRET), { at: START });
  const { body } = await call('POST', '/v1/accounts/ana/verify', { body: { code } });
  expect(body.accepted).toBe(true);
});

const PARAMS: TotpParams[] = [
  { algorithm: 'SHA256' },
  { algorithm: 'SHA512', digits: 8 },
  { digits: 7, period: 10 },
  { period: 60, epoch: 17 },
];

test.for(PARAMS)(
  'an account with %o is verified, here and at its emulated user',
  async (params) => {
    const { call, settled } = await serve();
    await call('POST', '/v1/accounts', { body: { id: 'ana', secret: SECRET, ...params } });
    const code = totp(importKey(SECRET, params), { at: START });
    const { body } = await call('POST', '/v1/accounts/ana/verify', { body: { code } });
    expect(body.accepted).toBe(true);
    expect((await settled(body.id)).settlement).toBe('confirmed');
  },
);

test('an otpauth URI takes the place of secret and parameters', async () => {
  const { call } = await serve();
  const params: TotpParams = { algorithm: 'SHA256', digits: 8, period: 60 };
  const uri = formatUri({ issuer: 'Acme', account: 'ann@acme.org', secret: SECRET, params });
  await call('POST', '/v1/accounts', { body: { id: 'ann', uri } });
  const code = totp(importKey(SECRET, params), { at: START });
  const { body } = await call('POST', '/v1/accounts/ann/verify', { body: { code } });
  expect(body.accepted).toBe(true);
});

const uri = `otpauth://totp/ann?secret=${SECRET}`;
const REFUSED: [string, Record<string, unknown>][] = [
  ['id', {}],
  ['id', { id: 7, secret: SECRET }],
  ['id', { id: '', secret: SECRET }],
  ['id', { id: '..', secret: SECRET }],
  ['id', { id: 'a/b', secret: SECRET }],
  ['id', { id: 'a\u0000b', secret: SECRET }],
  ['id', { id: 'ana\n', secret: SECRET }],
  ['id', { id: 'añа', secret: SECRET }],
  ['id', { id: 'x'.repeat(129), secret: SECRET }],
  ['authyId', { id: 'ana', authyId: 100001, secret: SECRET }],
  ['authyId', { id: 'ana', authyId: '1/../2', secret: SECRET }],
  ['secret', { id: 'ana' }],
  ['secret', { id: 'ana', secret: null }],
  ['secret', { id: 'ana', secret: '' }],
  ['secret', { id: 'ana', secret: 'not base32 at all!' }],
  ['secret', { id: 'ana', secret: 'GEZDGNB1' }],
  ['secret', { id: 'ana', secret: 'GEZDGNBVGY3TQOI' }],
  ['uri', { id: 'ana', uri: 17 }],
  ['uri', { id: 'ana', uri: 'https://example.org' }],
  ['uri', { id: 'ana', uri: `otpauth://hotp/ann?secret=${SECRET}` }],
  ['uri', { id: 'ana', uri: 'otpauth://totp/ann?secret=GEZDGNBV' }],
  ['uri', { id: 'ana', uri, secret: SECRET }],
  ['uri', { id: 'ana', uri, digits: 8 }],
  ['algorithm', { id: 'ana', secret: SECRET, algorithm: 'MD5' }],
  ['digits', { id: 'ana', secret: SECRET, digits: 9 }],
  ['digits', { id: 'ana', secret: SECRET, digits: '6' }],
  ['period', { id: 'ana', secret: SECRET, period: 0 }],
  ['period', { id: 'ana', secret: SECRET, period: -30 }],
  ['period', { id: 'ana', secret: SECRET, period: 0.5 }],
  ['period', { id: 'ana', secret: SECRET, period: 1e300 }],
  ['epoch', { id: 'ana', secret: SECRET, epoch: 1e300 }],
  ['digits', { id: 'ana', authyId: '100001', digits: 8 }],
];

test.for(REFUSED)('what is wrong with %s is named: %o', async ([field, body]) => {
  expect(problem(await create(body))).toStrictEqual({
    status: 422,
    type: 'application/problem+json',
    code: 'bad-field',
    field,
  });
});

test('ten bytes of secret are enough, nine are not', async () => {
  expect((await create({ id: 'ana', secret: 'GEZDGNBVGY3TQOJQ' })).status).toBe(201);
  const { status, body } = await create({ id: 'ana', secret: 'GEZDGNBVGY3TQOI' });
  expect([status, body.detail]).toStrictEqual([422, 'the secret has fewer than 10 bytes']);
});
