// What each of seven clients writes to a socket, and the bytes that come back.
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Authority } from '@driftlock/api-client';
import { AUTHY_APP, importKey, totp } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import { AUTHY, serve } from '../served.js';
import { SECRET, world } from './opened.js';

interface Client {
  /** Its query and its own headers, as it writes them. */
  query: string;
  headers: string[];
  /** What it takes for a yes. */
  accepts(raw: Raw): boolean;
}

interface Raw {
  statusLine: string;
  headers: Record<string, string>;
  body: string;
}

const KEY = `X-Authy-API-Key: ${AUTHY}`;
const isOk = ({ statusLine }: Raw) => statusLine.split(' ')[1] === '200';
const says = ({ body }: Raw) => JSON.parse(body);

const CLIENTS: Record<string, Client> = {
  'authy-python 2.2.6': {
    query: '?force=true',
    headers: [
      'User-Agent: AuthyPython/2.2.6 (Linux-6.1; Python 3.11.2)',
      'Accept-Encoding: gzip, deflate',
      'Accept: */*',
      KEY,
    ],
    // The bytes themselves, in an answer of 200: a space after the colon would be a no.
    accepts: (raw) => isOk(raw) && raw.body.includes('"token":"is valid"'),
  },
  'authy-ruby 3.0.1': {
    query: '?force=true',
    headers: [KEY, 'User-Agent: AuthyRuby/3.0.1 (x86_64-linux; Ruby 3.1.2)', 'Accept: */*'],
    accepts: (raw) => isOk(raw) && says(raw).token === 'is valid',
  },
  'authy-php 3': {
    query: '?force=true',
    headers: ['User-Agent: AuthyPHP/3.0.4 (Linux; PHP 8.2.7)', KEY],
    accepts: (raw) => isOk(raw) && says(raw).token === 'is valid',
  },
  'authy-java 1.5.0': {
    query: '?force=true',
    headers: [
      KEY,
      'Content-Type: application/json',
      'User-Agent: AuthyJava/1.5.0 (Linux 6.1; Java 17)',
      'Accept: text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2',
    ],
    accepts: (raw) => isOk(raw) && says(raw).message === 'Token is valid.',
  },
  'go-authy': {
    query: `?api_key=${AUTHY}`,
    headers: ['User-Agent: authy-go (1.0)', 'Accept-Encoding: gzip'],
    accepts: (raw) => isOk(raw) && says(raw).token === 'is valid',
  },
  'authy-client 1.1.4': {
    query: '',
    headers: [
      'User-Agent: authy-client/1.1.4 (https://github.com/ruimarinho/authy-client)',
      KEY,
      'accept: application/json',
    ],
    accepts(raw) {
      if (!isOk(raw)) return false;
      const { success, message, token } = says(raw);
      return Boolean(success) && message === 'Token is valid.' && token === 'is valid';
    },
  },
  'authy 1.4.0': {
    query: `?api_key=${AUTHY}`,
    headers: [
      'User-Agent: AuthyNode/1.1 (node v20.19.0)',
      'accept: application/json',
      'content-type: application/x-www-form-urlencoded',
      'content-length: 0',
    ],
    accepts: (raw) => isOk(raw) && says(raw).token === 'is valid',
  },
};

/** Writes one request and reads until the server ends the connection. */
async function write(port: number, path: string, headers: string[]): Promise<Raw> {
  const socket = connect(port, '127.0.0.1');
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    ...headers,
    'Connection: close',
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'close');
  const [head = '', body = ''] = Buffer.concat(chunks).toString('latin1').split('\r\n\r\n');
  const [statusLine = '', ...rest] = head.split('\r\n');
  const pairs = rest.map((line) => line.split(': ') as [string, string]);
  return {
    statusLine,
    headers: Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value])),
    body,
  };
}

const GOOD =
  '{"message":"Token is valid.","token":"is valid","success":"true","device":{"id":null,"os_type":null,' +
  '"registration_date":null,"registration_method":null,"registration_country":null,"registration_region":null,' +
  '"registration_city":null,"country":null,"region":null,"city":null,"ip":null,"last_account_recovery_at":null,' +
  '"last_sync_date":null}}';
const refusal = (message: string, code: string, token = '"token":"is invalid",') =>
  `{"message":"${message}",${token}"success":false,"errors":{"message":"${message}"},"error_code":"${code}"}`;

const GOLDEN: [string, string][] = [
  ['HTTP/1.1 200 OK', GOOD],
  ['HTTP/1.1 401 Unauthorized', refusal('Token is invalid. Token was used recently.', '60019')],
  ['HTTP/1.1 401 Unauthorized', refusal('Token is invalid.', '60020')],
  ['HTTP/1.1 404 Not Found', refusal("User doesn't exist.", '60016', '')],
];

/** An Authy that knows one code of one user. */
function authorityFor(good: () => string): Authority {
  const { authority } = world();
  return {
    ...authority,
    async verify({ user, code }) {
      if (user !== '17') return { ruling: 'invalid', reason: 'unknown-user' };
      return code === good() ? { ruling: 'valid' } : { ruling: 'invalid', reason: 'mismatch' };
    },
  };
}

const MODES = ['authority', 'proxy'] as const;

test.each(
  MODES.flatMap((mode) =>
    Object.entries(CLIENTS).map(([name, client]) => ({ mode, name, client })),
  ),
)('$mode: $name reads exactly these bytes', async ({ mode, client }) => {
  let good = '';
  const { port, call, clock } = await serve({
    mode,
    policy: { mode: 'authority-first' },
    ...(mode === 'proxy' ? { authority: authorityFor(() => good) } : {}),
  });
  await call('POST', '/v1/accounts', {
    body: { id: 'ana', authyId: '17', secret: SECRET, digits: 7, period: 10 },
  });
  good = totp(importKey(SECRET, AUTHY_APP), { at: clock.at });
  const read = [];
  for (const [token, id] of [
    [good, '17'],
    [good, '17'],
    ['0000000', '17'],
    ['0000000', '18'],
  ] as const) {
    const path = `/protected/json/verify/${token}/${id}${client.query}`;
    const raw = await write(port, path, client.headers);
    const {
      'content-type': type,
      'content-length': length,
      'cache-control': caching,
    } = raw.headers;
    expect([type, Number(length), caching, raw.headers['transfer-encoding']]).toStrictEqual([
      'application/json',
      raw.body.length,
      'no-store',
      undefined,
    ]);
    read.push({ raw, accepted: client.accepts(raw) });
  }
  expect(read.map(({ raw }) => [raw.statusLine, raw.body])).toStrictEqual(GOLDEN);
  expect(read.map(({ accepted }) => accepted)).toStrictEqual([true, false, false, false]);
});

test('authy-python would take no answer with a space in it', () => {
  const { accepts } = CLIENTS['authy-python 2.2.6'] as Client;
  const statusLine = 'HTTP/1.1 200 OK';
  expect(accepts({ statusLine, headers: {}, body: GOOD })).toBe(true);
  const spaced = GOOD.replaceAll('":"', '": "');
  expect(accepts({ statusLine, headers: {}, body: spaced })).toBe(false);
  const pretty = JSON.stringify(JSON.parse(GOOD), null, 2);
  expect(accepts({ statusLine, headers: {}, body: pretty })).toBe(false);
});

test('whatever the clients are refused with reads the same at the emulator', async () => {
  const asked = [
    'verify/0000000/1',
    'users/1/status',
    'sms/1',
    'phones/verification/check?phone_number=3175550100&country_code=1&verification_code=0',
    'phones/verification/status?phone_number=3175550100&country_code=1',
    'phones/verification/check?phone_number=x&country_code=1&verification_code=0',
    'registrations/status?custom_user_id=nobody',
    'nowhere',
  ];
  const read = [];
  for (const mode of ['emulate', 'authority'] as const) {
    const { port } = await serve({
      mode,
      ...(mode === 'authority' ? { door: { deliver: async () => {} } } : {}),
    });
    const raws = [];
    for (const path of asked) raws.push(await write(port, `/protected/json/${path}`, [KEY]));
    raws.push(await write(port, '/protected/json/users/1/status', ['X-Authy-API-Key: wrong']));
    raws.push(await write(port, '/onetouch/json/approval_requests/x', [KEY]));
    read.push(
      raws.map(({ statusLine, headers, body }) => [statusLine, headers['content-type'], body]),
    );
  }
  expect(read[1]).toStrictEqual(read[0]);
});
