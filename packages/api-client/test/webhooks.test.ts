import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createAuthyWebhooks, type Webhooks } from '../src/index.js';
import { errorOf, failure, failureOf, type Heard, html, reply, serve } from './scripted-server.js';

const KEYS = { apiKey: 'app+key', accessKey: 'access/key', signingKey: 'signing-key' };
const AT = 1_427_849_783_886;
const PATH = '/dashboard/json/application/webhooks';
const HOOK = {
  url: 'https://app.example/hook?a=1&b=2',
  name: 'All answers',
  events: ['one_touch_request_responded', 'account_recovery_approved'],
};

const clientAt = (baseUrl: string, options: object = {}): Webhooks =>
  createAuthyWebhooks({ ...KEYS, baseUrl, now: () => AT, ...options });

/** Recomputed from what was heard, by node's HMAC over parameters written out by hand. */
function expectSigned({ headers }: Heard, { text, key }: { text: string; key: string }): void {
  const nonce = headers['x-authy-signature-nonce'];
  expect(nonce).toMatch(/^1427849783\.\d{10}$/);
  const signature = createHmac('sha256', key).update(`${nonce}|${text}`).digest('base64');
  expect(headers['x-authy-signature']).toBe(signature);
  expect(headers['x-authy-api-key']).toBeUndefined();
}

const KEYS_OF = 'access_key=access%2Fkey&app_api_key=app%2Bkey';

describe('the webhooks of an application', () => {
  test('are created by a signed form', async () => {
    const { url, heard } = await serve(
      reply(200, { message: 'x', webhook: { id: 'WH_1' }, success: true }),
    );
    await expect(clientAt(url).create(HOOK)).resolves.toStrictEqual({ webhook: { id: 'WH_1' } });
    const params = `${KEYS_OF}&events%5B%5D=one_touch_request_responded&events%5B%5D=account_recovery_approved&name=All+answers&url=https%3A%2F%2Fapp.example%2Fhook%3Fa%3D1%26b%3D2`;
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({ method: 'POST', url: PATH, body: params });
    expect(heard[0]?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
    expectSigned(heard[0]!, { text: `POST|${url}${PATH}|${params}`, key: KEYS.signingKey });
  });

  test('are listed by a signed query', async () => {
    const { url, heard } = await serve(reply(200, { webhooks: [], success: 'true' }));
    await expect(clientAt(`${url}/authy/`).list()).resolves.toStrictEqual({ webhooks: [] });
    expect(heard[0]).toMatchObject({ method: 'GET', url: `/authy${PATH}?${KEYS_OF}`, body: '' });
    expectSigned(heard[0]!, { text: `GET|${url}/authy${PATH}|${KEYS_OF}`, key: KEYS.signingKey });
  });

  test('are removed by their id', async () => {
    const { url, heard } = await serve(reply(200, { success: true }));
    await expect(clientAt(url).remove({ webhook: 'WH_0a-1' })).resolves.toStrictEqual({});
    const params = `${KEYS_OF}&webhook_id=WH_0a-1`;
    expect(heard[0]).toMatchObject({ method: 'DELETE', url: PATH, body: params });
    expectSigned(heard[0]!, { text: `DELETE|${url}${PATH}|${params}`, key: KEYS.signingKey });
  });

  test('have a nonce of its own in every call, however many come in one moment', async () => {
    const { url, heard } = await serve(reply(200, { success: true }));
    const webhooks = clientAt(url);
    await Promise.all(Array.from({ length: 50 }, () => webhooks.list()));
    const nonces = heard.map(({ headers }) => headers['x-authy-signature-nonce']);
    expect(new Set(nonces).size).toBe(50);
  });

  test.each([
    ['a signature that Authy refuses', reply(401, failure('60087')), 'refused'],
    ['a success that is none', reply(200, { success: false }), 'refused'],
    ['a redirect', reply(302, '', { location: '/' }), 'refused'],
    ['a web page', html(200), 'ambiguous'],
  ])('throw for %s', async (_, script, kind) => {
    const { url } = await serve(script);
    for (const call of [
      clientAt(url, { retry: 0 }).list(),
      clientAt(url).create(HOOK),
      clientAt(url).remove({ webhook: 'WH_1' }),
    ]) {
      await expect(failureOf(call)).resolves.toMatchObject({ kind });
    }
  });

  test('are repeatedly asked for, and never repeatedly changed', async () => {
    const { url, heard } = await serve(reply(503, '', { 'retry-after': '0' }));
    const webhooks = clientAt(url, { retry: 1 });
    const methods = { list: 2, create: 1, remove: 1 };
    for (const [name, times] of Object.entries(methods)) {
      heard.length = 0;
      await failureOf(webhooks[name as 'create']({ ...HOOK, webhook: 'WH_1' } as never));
      expect(heard).toHaveLength(times);
    }
  });

  test('can be aborted', async () => {
    const { url, heard } = await serve(reply(200, { success: true }));
    const signal = AbortSignal.abort();
    for (const call of [
      clientAt(url).list({ signal }),
      clientAt(url).create({ ...HOOK, signal }),
      clientAt(url).remove({ webhook: 'WH_1', signal }),
    ]) {
      await expect(failureOf(call)).resolves.toMatchObject({ kind: 'ambiguous' });
    }
    expect(heard).toStrictEqual([]);
  });

  test.each([
    ['url', { url: '/hook' }],
    ['url', { url: 'javascript:1' }],
    ['name', { name: '' }],
    ['events', { events: ['One Touch'] }],
    ['events', { events: 'all' }],
  ])('are not created with a wrong %s', async (field, wrong) => {
    const { url, heard } = await serve(reply(200, { success: true }));
    const error = await errorOf(clientAt(url).create({ ...HOOK, ...wrong } as never));
    expect(error.message).toMatch(new RegExp(`^${field} must be `));
    expect(heard).toStrictEqual([]);
  });

  test.each(['', '../x', 'a b', 'x'.repeat(65)])(
    'are not removed by the id %j',
    async (webhook) => {
      const error = await errorOf(clientAt('https://authy.example').remove({ webhook }));
      expect(error).toMatchObject({ code: 'ERR_AUTHY_INPUT' });
    },
  );

  test.each(['apiKey', 'accessKey', 'signingKey'])('need their %s', (name) => {
    const missing = { ...KEYS, [name]: undefined } as never;
    expect(() => createAuthyWebhooks(missing)).toThrow(`${name} is missing`);
  });
});
