import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { API_KEY, form, json, refused, serveEmulator } from './loopback.js';

const PATH = '/dashboard/json/application/webhooks';
const NONCE = '1427849783.886085';

async function withKeys() {
  const loopback = await serveEmulator();
  const { authy, operator, origin } = loopback;
  const read = async () => JSON.parse((await operator('/emulator/webhooks')).text);
  const { signingKey, accessKey } = await read();
  const keys = `access_key=${accessKey}&app_api_key=${API_KEY}`;
  /** Signed here, over a string of parameters written by hand. */
  const signed = (method: string, query: string, { path = PATH, key = signingKey } = {}) => ({
    'X-Authy-Signature-Nonce': NONCE,
    'X-Authy-Signature': createHmac('sha256', key)
      .update(`${NONCE}|${method}|${origin}${path}|${query}`)
      .digest('base64'),
  });
  const ask = async (...[path, sent]: Parameters<typeof authy>) => {
    const { status, text } = await authy(path, sent);
    return [status, text] as const;
  };
  return { ...loopback, read, keys, signed, ask, signingKey, accessKey };
}

const WEBHOOK = { name: 'w', url: 'https://a.example/hook', events: ['user_added', 'a/b'] };
const SORTED =
  'events%5B%5D=user_added&events%5B%5D=a%2Fb&name=w&url=https%3A%2F%2Fa.example%2Fhook';

test('a webhook is made, listed and deleted with signed calls', async () => {
  const { keys, signed, ask, accessKey, read } = await withKeys();
  const [access, app] = keys.split('&');
  const query = `${access}&${app}&${SORTED}`;
  const sent = json({ ...WEBHOOK, access_key: accessKey, app_api_key: API_KEY });
  const headers = { ...sent.headers, ...signed('POST', query) };
  const [status, text] = await ask(PATH, { ...sent, headers });
  const { id } = JSON.parse(text).webhook;
  const webhook = `{"id":"${id}","name":"w","url":"https://a.example/hook","events":["user_added","a/b"]}`;
  expect([status, text]).toStrictEqual([
    200,
    `{"webhook":${webhook},"message":"Webhook created","success":true}`,
  ]);
  expect(id).toMatch(/^WH_[0-9a-f-]{36}$/);
  expect((await read()).webhooks).toStrictEqual([{ id, ...WEBHOOK }]);

  const list = () => ask(`${PATH}?${keys}`, { headers: signed('GET', keys) });
  expect(await list()).toStrictEqual([
    200,
    `{"webhooks":[${webhook}],"count":1,"message":"Webhooks","success":true}`,
  ]);
  const path = `${PATH}/${id}`;
  const remove = () =>
    ask(`${path}?${keys}`, { method: 'DELETE', headers: signed('DELETE', keys, { path }) });
  expect(await remove()).toStrictEqual([200, '{"message":"Webhook deleted","success":true}']);
  expect(await remove()).toStrictEqual(
    refused(404, { message: 'Webhook could not be deleted', code: '60100' }),
  );
  expect(await list()).toStrictEqual([
    200,
    '{"webhooks":[],"count":0,"message":"Webhooks","success":true}',
  ]);
});

test('a webhook is deleted by a parameter, too', async () => {
  const { keys, signed, ask, read } = await withKeys();
  const query = `${keys}&${SORTED}`;
  const sent = { method: 'POST', headers: signed('POST', query) };
  const { id } = JSON.parse((await ask(`${PATH}?${query}`, sent))[1]).webhook;
  const named = `${keys}&webhook_id=${id}`;
  const headers = signed('DELETE', named);
  expect((await ask(`${PATH}?${named}`, { method: 'DELETE', headers }))[0]).toBe(200);
  expect((await read()).webhooks).toStrictEqual([]);
});

test('a form says the same, and is signed the same', async () => {
  const { keys, signed, ask } = await withKeys();
  const sent = { ...form({}), body: `${keys}&${SORTED}` };
  const headers = { ...sent.headers, ...signed('POST', `${keys}&${SORTED}`) };
  expect((await ask(PATH, { ...sent, headers }))[0]).toBe(200);
});

test('no call is let in without its keys and its signature', async () => {
  const { keys, signed, ask, accessKey, signingKey, origin } = await withKeys();
  const key = refused(401, { message: 'Invalid API key', code: '60001' });
  const access = refused(401, { message: 'Invalid access key', code: '60072' });
  const signature = refused(401, { message: 'Invalid signature', code: '60087' });
  const headers = signed('GET', keys);
  const nonce = { ...headers, 'X-Authy-Signature-Nonce': '' };
  const empty = createHmac('sha256', signingKey)
    .update(`|GET|${origin}${PATH}|${keys}`)
    .digest('base64');
  for (const [query, sent, expected] of [
    ['', {}, key],
    [`access_key=${accessKey}`, {}, key],
    [`access_key=x&app_api_key=${API_KEY}`, {}, access],
    [`access_key=&app_api_key=${API_KEY}`, {}, access],
    [keys, {}, signature],
    [keys, nonce, signature],
    [keys, { ...nonce, 'X-Authy-Signature': empty }, signature],
    [keys, signed('POST', keys), signature],
    [keys, signed('GET', keys, { key: API_KEY }), signature],
    [keys, signed('GET', keys, { path: `${PATH}/x` }), signature],
    [`${keys}&more=1`, headers, signature],
  ] as const) {
    expect(await ask(`${PATH}?${query}`, { headers: sent })).toStrictEqual(expected);
  }
  expect((await ask(`${PATH}?${keys}`, { headers }))[0]).toBe(200);
});

test.each([
  ['name', 'events%5B%5D=e&url=https%3A%2F%2Fa.example'],
  ['url', 'events%5B%5D=e&name=w&url=ftp%3A%2F%2Fa.example'],
  ['events', 'name=w&url=https%3A%2F%2Fa.example'],
  ['events', 'events%5B%5D=&name=w&url=https%3A%2F%2Fa.example'],
])('%s is refused by name: %s', async (field, query) => {
  const { keys, signed, ask, read } = await withKeys();
  const headers = signed('POST', `${keys}&${query}`);
  expect(await ask(`${PATH}?${keys}&${query}`, { method: 'POST', headers })).toStrictEqual(
    refused(400, {
      message: 'Webhook could not be created',
      code: '60098',
      fields: { [field]: 'is invalid' },
    }),
  );
  expect((await read()).webhooks).toStrictEqual([]);
});
