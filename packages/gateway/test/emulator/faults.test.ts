import { connect } from 'node:net';
import { AUTHY_APP } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import { createEmulator } from '../../src/emulator/index.js';
import { API_KEY, json, OPERATOR_KEY, RFC_SEED, serveEmulator } from './loopback.js';

const GOOD = '2476215';

async function suffering(faults: object) {
  const loopback = await serveEmulator();
  const { authyId } = loopback.emulator.addUser({ secret: RFC_SEED, params: AUTHY_APP });
  const suffer = (given: object) => loopback.operator('/emulator/faults', json(given, 'PUT'));
  expect((await suffer(faults)).status).toBe(200);
  const path = `/protected/json/verify/${GOOD}/${authyId}`;
  return {
    ...loopback,
    path,
    suffer,
    /** Whether the code is used up, asked without any faults. */
    async isConsumed() {
      await suffer({});
      return (await loopback.authy(path)).text.includes('"error_code":"60019"');
    },
  };
}

/** What a plain socket sees of one request, and how it ends. */
async function overSocket(port: number, path: string) {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  let end = 'ended';
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    end = error.code ?? 'unknown';
  });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nX-Authy-API-Key: ${API_KEY}\r\n\r\n`);
  await new Promise((resolve) => socket.on('close', resolve));
  return { text, end };
}

const DOS =
  '{"message":"DoS protection: User has requested too many tokens in the last hour.","success":false,"errors":{"message":"DoS protection: User has requested too many tokens in the last hour."},"error_code":"60003"}';
const PAGE = expect.stringMatching(/^<html><head><title>502 Bad Gateway</);

test.each([
  ['down', { down: true }, { status: 503, text: '' }],
  ['429', { '429': true }, { status: 429, text: DOS, type: 'application/json' }],
  [
    '429 with Retry-After',
    { '429': { retryAfter: 7 } },
    { status: 429, text: DOS, type: 'application/json', retryAfter: '7' },
  ],
  ['5xx', { '5xx': { status: 504 } }, { status: 504, text: '' }],
  ['html', { html: true }, { status: 200, text: PAGE, type: 'text/html' }],
  ['html with a status', { html: { status: 502 } }, { status: 502, text: PAGE, type: 'text/html' }],
])('%s stands in for an answer, and no code is consumed', async (_, faults, expected) => {
  const { authy, path, isConsumed } = await suffering(faults);
  const { status, headers, text } = await authy(path);
  const { 'content-type': type, 'retry-after': retryAfter } = headers;
  const seen = { status, text, ...(type && { type }), ...(retryAfter && { retryAfter }) };
  expect(seen).toStrictEqual(expected);
  expect(await isConsumed()).toBe(false);
  expect((await authy(path)).text).toContain('60019');
});

test('5xx draws what a proxy would answer, where it is not told', async () => {
  const { authy, path } = await suffering({ '5xx': true });
  const statuses = [];
  for (let i = 0; i < 60; i++) statuses.push((await authy(path)).status);
  expect([...new Set(statuses)].sort()).toStrictEqual([500, 502, 503, 504]);
});

test('reset resets the connection before anything is judged', async () => {
  const { port, path, isConsumed } = await suffering({ reset: true });
  expect(await overSocket(port, path)).toStrictEqual({ text: '', end: 'ECONNRESET' });
  expect(await isConsumed()).toBe(false);
});

test('a lost reply ends the connection without a reset, and the code is consumed', async () => {
  const { port, path, isConsumed } = await suffering({ lostReply: true });
  expect(await overSocket(port, path)).toStrictEqual({ text: '', end: 'ended' });
  expect(await isConsumed()).toBe(true);
});

test('what is lost is neither spoilt nor cut off as well', async () => {
  const { port, path } = await suffering({ lostReply: 1, garbage: 1, truncation: 1 });
  expect(await overSocket(port, path)).toStrictEqual({ text: '', end: 'ended' });
});

test('truncation ends the connection within the body, whose length was told', async () => {
  const { port, path, authy, suffer } = await suffering({ truncation: true });
  const { text, end } = await overSocket(port, path);
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
  expect([end, head.split('\r\n')[0]]).toStrictEqual(['ended', 'HTTP/1.1 200 OK']);
  expect([body.length > 0, body.length < length]).toStrictEqual([true, true]);
  expect(
    '{"message":"Token is valid.","token":"is valid","success":"true","device":{'.startsWith(
      body.slice(0, 70),
    ),
  ).toBe(true);
  await expect(authy(path)).rejects.toMatchObject({ code: 'ECONNRESET' });
  await suffer({});
  const whole = await authy(path);
  expect(whole.text).toContain('60019');
});

test('garbage is as long as the answer, of its status and type, and no JSON', async () => {
  const { port, path, isConsumed } = await suffering({ garbage: true });
  const response = await fetch(`http://127.0.0.1:${port}${path}?api_key=${API_KEY}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect([response.status, response.headers.get('content-type')]).toStrictEqual([
    200,
    'application/json',
  ]);
  expect(bytes.length).toBeGreaterThan(100);
  expect(bytes.every((byte) => byte >= 0x80 && byte < 0xc0)).toBe(true);
  expect(await isConsumed()).toBe(true);
});

test.each([200, { min: 200, max: 210 }])(
  'latency %j: the answer comes after those of calls made later to a faultless path',
  async (latency) => {
    const { authy, operator, path, isConsumed } = await suffering({ latency });
    const order: string[] = [];
    const slow = authy(path).then(({ status }) => order.push(`authy ${status}`));
    await operator('/emulator/messages').then(({ status }) => order.push(`operator ${status}`));
    await slow;
    expect(order).toStrictEqual(['operator 200', 'authy 200']);
    expect(await isConsumed()).toBe(true);
  },
);

test('nobody is waited for who has left', async () => {
  const { fetch } = createEmulator({ apiKey: API_KEY, operatorKey: OPERATOR_KEY });
  const url = 'http://localhost/emulator/faults';
  const headers = { Authorization: `Bearer ${OPERATOR_KEY}` };
  const body = '{"latency":60000}';
  expect((await fetch(new Request(url, { method: 'PUT', headers, body }))).status).toBe(200);
  const leaving = new AbortController();
  const asked = fetch(new Request('http://localhost/nowhere', { signal: leaving.signal }));
  leaving.abort();
  expect((await asked).status).toBe(404);
  const gone = new Request('http://localhost/nowhere', { signal: AbortSignal.abort() });
  expect((await fetch(gone)).status).toBe(404);
});

test('so many times, and no more', async () => {
  const { authy, path } = await suffering({ '5xx': 2, html: { times: 1 }, down: 0, reset: false });
  const statuses = [];
  for (let i = 0; i < 5; i++) statuses.push((await authy(path)).headers['content-type']);
  expect(statuses).toStrictEqual([
    undefined,
    undefined,
    'text/html',
    'application/json',
    'application/json',
  ]);
});

test('the same seed is the same luck, another seed is another', async () => {
  const { authy, path, suffer } = await suffering({});
  const sequence = async (seed?: number) => {
    await suffer({ ...(seed === undefined ? {} : { seed }), '5xx': { chance: 0.5, status: 500 } });
    let struck = '';
    for (let i = 0; i < 40; i++) struck += (await authy(path)).status === 500 ? 'x' : '-';
    return struck;
  };
  const first = await sequence(7);
  const times = first.replaceAll('-', '').length;
  expect(times > 10 && times < 30).toBe(true);
  expect(await sequence(7)).toBe(first);
  expect(await sequence(8)).not.toBe(first);
  expect(await sequence(1)).toBe(await sequence());
});

test('each PUT begins anew', async () => {
  const { authy, path, suffer } = await suffering({ down: true, html: 1 });
  await suffer({ '429': 1 });
  expect((await authy(path)).status).toBe(429);
  expect((await authy(path)).status).toBe(200);
  await suffer({ '429': 1 });
  expect((await authy(path)).status).toBe(429);
});

test('no fault reaches the operator', async () => {
  const everything = { '5xx': true, html: true, garbage: true, truncation: true, lostReply: true };
  const { operator, suffer } = await suffering({ down: true, reset: true, ...everything });
  expect((await operator('/emulator/messages')).text).toBe('{"messages":[]}');
  expect((await suffer({ garbage: true, truncation: true })).status).toBe(200);
  expect((await operator('/emulator/messages')).text).toBe('{"messages":[]}');
});

test.each([
  ['timeout', { timeout: true }],
  ['503', { '503': true }],
  ['Reset', { Reset: true }],
  ['truncate', { truncate: 1 }],
  ['__proto__', JSON.parse('{"__proto__":{"down":true}}')],
  ['down.chance', { down: { chance: 2 } }],
  ['down.chance', { down: { chance: -0.1 } }],
  ['reset.times', { reset: { times: 1.5 } }],
  ['html.status', { html: { status: 404 } }],
  ['5xx.status', { '5xx': { status: 200 } }],
  ['429.retryAfter', { '429': { retryAfter: -1 } }],
  ['garbage', { garbage: { often: true } }],
  ['latency', { latency: true }],
  ['latency', { latency: 60_001 }],
  ['latency', { latency: { min: 2, max: 1 } }],
  ['seed', { seed: 1.5 }],
])('%s of %j is refused by name, and the faults before it stay', async (field, faults) => {
  const { authy, path, suffer } = await suffering({ '5xx': { status: 502 } });
  const { status, text } = await suffer(faults);
  expect([status, JSON.parse(text).field]).toStrictEqual([422, field]);
  expect((await authy(path)).status).toBe(502);
});
