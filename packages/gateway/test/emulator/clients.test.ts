// Each client of Authy's API as it asks, and what it takes for a yes: bytes, not shapes.
import { AUTHY_APP } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import {
  type Answer,
  API_KEY,
  form,
  json,
  messagesOf,
  RFC_SEED,
  type Sent,
  send,
  serveEmulator,
} from './loopback.js';

const GOOD = '2476215';

interface Client {
  /** The query its verification adds, its headers and its body. */
  verify: { query: string; sent: Sent };
  accepts(answer: Answer): boolean;
}

const header = { headers: { 'X-Authy-API-Key': API_KEY } };
const token = ({ text }: Answer) => JSON.parse(text).token;

const CLIENTS: Record<string, Client> = {
  'authy-python 2.2.6': {
    verify: {
      query: '?force=true',
      sent: { headers: { ...header.headers, 'User-Agent': 'AuthyPython/2.2.6' } },
    },
    accepts: ({ status, text }) => status === 200 && text.includes('"token":"is valid"'),
  },
  'authy-ruby 3': {
    verify: { query: '?force=true', sent: header },
    accepts: (answer) => answer.status === 200 && token(answer) === 'is valid',
  },
  'authy-php 3': {
    verify: { query: '?force=true', sent: header },
    accepts: (answer) => answer.status === 200 && token(answer) === 'is valid',
  },
  'authy-java 1.5': {
    verify: { query: '?force=true', sent: header },
    accepts: ({ status, text }) => status === 200 && JSON.parse(text).message === 'Token is valid.',
  },
  'go-authy': {
    verify: { query: `?api_key=${API_KEY}`, sent: {} },
    accepts: (answer) => answer.status === 200 && token(answer) === 'is valid',
  },
  'Node authy-client 1.1.4': {
    verify: { query: '', sent: header },
    accepts({ status, text }) {
      const { success, message, token: told } = JSON.parse(text);
      return (
        status === 200 && Boolean(success) && message === 'Token is valid.' && told === 'is valid'
      );
    },
  },
  'Node authy 1.4.0': {
    verify: { query: `?api_key=${API_KEY}`, sent: {} },
    accepts: (answer) => answer.status === 200 && token(answer) === 'is valid',
  },
};

async function withUser() {
  const loopback = await serveEmulator();
  const { authyId } = loopback.emulator.addUser({
    secret: RFC_SEED,
    params: AUTHY_APP,
    phone: '3054562312',
  });
  return { ...loopback, authyId };
}

test.each(Object.entries(CLIENTS))('%s takes a good code for good, once', async (_, client) => {
  const { port, authyId } = await withUser();
  const { query, sent } = client.verify;
  const verify = (code: string, id = authyId) =>
    send(port, `/protected/json/verify/${code}/${id}${query}`, sent);
  const taken = [];
  for (const answer of [
    await verify('0000000'),
    await verify(GOOD, '1'),
    await verify(GOOD),
    await verify(GOOD),
  ]) {
    expect(answer.headers['content-type']).toBe('application/json');
    taken.push(client.accepts(answer));
  }
  expect(taken).toStrictEqual([false, false, true, false]);
});

test.each(Object.entries(CLIENTS))('%s takes no code sent twice for good', async (_, client) => {
  const loopback = await withUser();
  const { port, authy, authyId } = loopback;
  await authy(`/protected/json/sms/${authyId}?force=true`);
  const [message] = await messagesOf(loopback);
  const { query, sent } = client.verify;
  const verify = () =>
    send(port, `/protected/json/verify/${message?.code}/${authyId}${query}`, sent);
  expect(client.accepts(await verify())).toBe(true);
  expect(client.accepts(await verify())).toBe(false);
});

test('no client can read a space into the answer: it is compact', async () => {
  const { authy, authyId } = await withUser();
  const answers = [
    await authy(`/protected/json/verify/${GOOD}/${authyId}`),
    await authy(`/protected/json/users/${authyId}/status`),
    await authy('/protected/json/app/details'),
    await authy('/protected/json/app/stats'),
    await authy('/protected/json/nowhere'),
    await authy(`/onetouch/json/users/${authyId}/approval_requests`, json({ message: 'm' })),
  ];
  for (const { text } of answers) expect(text).toBe(JSON.stringify(JSON.parse(text)));
});

test('authy-java finds a code in every JSON error', async () => {
  const { authy, authyId } = await withUser();
  const codes = [];
  for (const [path, sent] of [
    [`verify/0000000/${authyId}`],
    ['verify/0000000/1'],
    ['users/1/status'],
    ['users/new', json({})],
    ['phones/verification/check'],
    [`sms/${authyId}`, { headers: { 'X-Authy-API-Key': 'wrong' } }],
  ] as [string, Sent?][]) {
    const { text } = await authy(`/protected/json/${path}`, sent);
    const { error_code } = JSON.parse(text);
    expect(text).toContain(`"error_code":"${error_code}"`);
    codes.push(error_code);
  }
  expect(codes).toStrictEqual(['60020', '60016', '60026', '60027', '60033', '60001']);
});

test('Node authy sends the parameters of a GET as the body of a form', async () => {
  const loopback = await withUser();
  const { port } = loopback;
  const phone = { phone_number: '305-456-2345', country_code: '1' };
  const key = `?api_key=${API_KEY}`;
  const start = `/protected/json/phones/verification/start${key}`;
  await send(port, start, form({ ...phone, via: 'sms' }));
  const [message] = await messagesOf(loopback);
  const get = (path: string, body: Record<string, string>) =>
    send(port, `/protected/json/phones/${path}${key}`, { ...form(body), method: 'GET' });
  expect((await get('info', phone)).status).toBe(200);
  expect((await get('verification/status', phone)).text).toContain('"status":"pending"');
  const wrong = await get('verification/check', { ...phone, verification_code: '0' });
  expect(wrong.text).toContain('"error_code":"60022"');
  const code = String(message?.code);
  expect((await get('verification/check', { ...phone, verification_code: code })).status).toBe(200);
  const large = await get('info', { ...phone, more: 'x'.repeat(20_000) });
  expect([large.status, JSON.parse(large.text).error_code]).toStrictEqual([413, '60002']);
});

test('Node authy-client asks for a status with a JSON body', async () => {
  const { port, authyId } = await withUser();
  const sent = json({ ip: '10.0.0.1' }, 'GET');
  const headers = { ...sent.headers, ...header.headers };
  const path = `/protected/json/users/${authyId}/status`;
  expect((await send(port, path, { ...sent, headers })).status).toBe(200);
});

test('authy-php and Postman put everything on the query of a POST', async () => {
  const { authy, authyId } = await withUser();
  const user =
    'user%5Bemail%5D=a%40b.example&user%5Bcellphone%5D=3054562399&user%5Bcountry_code%5D=1';
  const created = await authy(`/protected/json/users/new?${user}`, { method: 'POST' });
  expect(created.text).toBe(
    '{"message":"User created successfully.","user":{"id":100002},"success":true}',
  );
  const path = `/onetouch/json/users/${authyId}/approval_requests?message=m&details%5Ba%5D=b`;
  expect((await authy(path, { method: 'POST' })).status).toBe(200);
});

test('authy-python posts an empty object where there is nothing to say', async () => {
  const { authy, authyId } = await withUser();
  expect((await authy(`/protected/json/users/${authyId}/delete`, json({}))).status).toBe(200);
});

test('authy-python always sends all five parts of an approval request', async () => {
  const { authy, authyId } = await withUser();
  const sent = json({
    message: 'm',
    seconds_to_expire: null,
    details: {},
    hidden_details: {},
    logos: [],
  });
  const { status } = await authy(`/onetouch/json/users/${authyId}/approval_requests`, sent);
  expect(status).toBe(200);
});
