import { getEventListeners } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  clientOf,
  failure,
  failureOf,
  html,
  reply,
  serve,
  TOKEN,
  TOKEN_IS_VALID,
  USER,
  verifyAt,
} from './scripted-server.js';

const DOWN = { name: 'AuthyError', code: 'ERR_AUTHY_DOWN', kind: 'down', retriable: true };
const AMBIGUOUS = {
  name: 'AuthyError',
  code: 'ERR_AUTHY_AMBIGUOUS',
  kind: 'ambiguous',
  retriable: false,
};
const STATUS = { success: true, status: { authy_id: 209, account_disabled: false } };

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
}

describe('a call that meets a fault of the network', () => {
  test('is down when the connection is refused', async () => {
    const server = createSocketServer();
    const port = await portOf(server);
    await new Promise((closed) => server.close(closed));
    await expect(failureOf(verifyAt(`http://127.0.0.1:${port}`))).resolves.toStrictEqual(DOWN);
  });

  test('is down when the name does not resolve', async () => {
    await expect(failureOf(verifyAt('https://authy.invalid'))).resolves.toStrictEqual(DOWN);
  });

  test('is down when the TLS handshake fails', async () => {
    const server = createTlsServer({});
    onTestFinished(() => {
      server.close();
    });
    const call = verifyAt(`https://127.0.0.1:${await portOf(server)}`);
    await expect(failureOf(call)).resolves.toStrictEqual(DOWN);
  });

  test('is ambiguous when the connection is reset before an answer', async () => {
    const { url } = await serve((response) => response.socket?.resetAndDestroy());
    await expect(failureOf(verifyAt(url))).resolves.toStrictEqual(AMBIGUOUS);
  });

  test('is ambiguous, and a read may be made again, when the connection is reset', async () => {
    const { url } = await serve((response) => response.socket?.resetAndDestroy());
    const status = clientOf(url, { retry: 0 }).users.status({ user: USER });
    await expect(failureOf(status)).resolves.toStrictEqual({ ...AMBIGUOUS, retriable: true });
  });

  test('is ambiguous when the connection closes before an answer', async () => {
    const { url } = await serve((response) => response.socket?.end());
    await expect(failureOf(verifyAt(url))).resolves.toStrictEqual(AMBIGUOUS);
  });

  test('is ambiguous when the peer does not speak HTTP', async () => {
    const server = createSocketServer((socket) => socket.once('data', () => socket.end('what?')));
    onTestFinished(() => {
      server.close();
    });
    const call = verifyAt(`http://127.0.0.1:${await portOf(server)}`);
    await expect(failureOf(call)).resolves.toStrictEqual(AMBIGUOUS);
  });

  test('is ambiguous when a yes breaks off, and when it is reset', async () => {
    const text = JSON.stringify(TOKEN_IS_VALID);
    const head = { 'content-type': 'application/json', 'content-length': text.length + 1 };
    const cut = await serve((response) => {
      response.writeHead(200, head);
      response.write(text, () => response.socket?.end());
    });
    const broken = { ...AMBIGUOUS, status: 200 };
    await expect(failureOf(verifyAt(cut.url))).resolves.toStrictEqual(broken);
    const reset = await serve((response) => {
      response.writeHead(200, head);
      response.write(text, () => response.socket?.resetAndDestroy());
    });
    await expect(failureOf(verifyAt(reset.url))).resolves.toMatchObject(AMBIGUOUS);
  });

  test('is refused when a 401 breaks off', async () => {
    const { url } = await serve((response) => {
      response.writeHead(401, { 'content-type': 'application/json', 'content-length': 500 });
      response.write('{"error_code":"600', () => response.socket?.end());
    });
    const failed = await failureOf(verifyAt(url));
    expect(failed).toMatchObject({ kind: 'refused', status: 401 });
  });
});

describe('a timeout', () => {
  test('and an abort close the connection', async () => {
    const aborting = new AbortController();
    let closed = 0;
    const { url } = await serve((response, { url: path }) => {
      response.once('close', () => closed++);
      if (path.includes('8888888')) aborting.abort();
    });
    const { tokens } = clientOf(url, { timeout: 40 });
    await failureOf(tokens.verify({ user: USER, token: TOKEN }));
    await vi.waitFor(() => expect(closed).toBe(1));
    const patient = clientOf(url, { timeout: 600_000 }).tokens;
    const { signal } = aborting;
    await failureOf(patient.verify({ user: USER, token: '8888888', signal }));
    await vi.waitFor(() => expect(closed).toBe(2));
  });

  test('and an abort leave nothing behind once there is an answer', async () => {
    const fetch = async (): Promise<Response> => Response.json(TOKEN_IS_VALID);
    const timers = (): number =>
      process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const { signal } = new AbortController();
    const before = timers();
    const { tokens } = clientOf('https://authy.example', { fetch, timeout: 600_000 });
    for (let i = 0; i < 20; i++) await tokens.verify({ user: USER, token: TOKEN, signal });
    // Others of this process may come and go meanwhile.
    expect(timers() - before).toBeLessThan(10);
    expect(getEventListeners(signal, 'abort')).toStrictEqual([]);
  });

  test('is ambiguous before the first byte', async () => {
    const { url } = await serve(() => {});
    const call = clientOf(url, { timeout: 40 }).tokens.verify({ user: USER, token: TOKEN });
    await expect(failureOf(call)).resolves.toStrictEqual(AMBIGUOUS);
  });

  test('covers the body too', async () => {
    const { url } = await serve((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(JSON.stringify(TOKEN_IS_VALID));
    });
    const call = clientOf(url, { timeout: 200 }).tokens.verify({ user: USER, token: TOKEN });
    await expect(failureOf(call)).resolves.toStrictEqual(AMBIGUOUS);
  });

  test('is not put off by an answer that drips', async () => {
    let dripped = 0;
    const { url } = await serve((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(JSON.stringify(TOKEN_IS_VALID)[dripped++]), 20);
      response.once('close', () => clearInterval(drip));
    });
    const call = clientOf(url, { timeout: 200 }).tokens.verify({ user: USER, token: TOKEN });
    await expect(failureOf(call)).resolves.toStrictEqual(AMBIGUOUS);
    expect(dripped).toBeGreaterThan(0);
    expect(dripped).toBeLessThan(JSON.stringify(TOKEN_IS_VALID).length);
  });
});

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])(
    'of %d to another host is refused, and the key stays here',
    async (status) => {
      const elsewhere = await serve(reply(200, TOKEN_IS_VALID));
      const location = `${elsewhere.url.replace('127.0.0.1', 'localhost')}/x`;
      const { url, heard } = await serve(reply(status, '', { location }));
      await expect(failureOf(verifyAt(url))).resolves.toMatchObject({ kind: 'refused', status });
      expect(heard).toHaveLength(1);
      expect(elsewhere.heard).toStrictEqual([]);
    },
  );

  test('is refused for a call with a body and for a repeatable one', async () => {
    const elsewhere = await serve(reply(200, STATUS));
    const { url } = await serve(reply(307, '', { location: elsewhere.url }));
    const { users } = clientOf(url);
    const refused = { kind: 'refused', status: 307 };
    await expect(failureOf(users.remove({ user: USER }))).resolves.toMatchObject(refused);
    await expect(failureOf(users.status({ user: USER }))).resolves.toMatchObject(refused);
    expect(elsewhere.heard).toStrictEqual([]);
  });
});

describe('an abort by the caller', () => {
  test('sends nothing when it came first', async () => {
    const { url, heard } = await serve(reply(200, TOKEN_IS_VALID));
    const question = { user: USER, token: TOKEN, signal: AbortSignal.abort() };
    await expect(failureOf(clientOf(url).tokens.verify(question))).resolves.toStrictEqual(
      AMBIGUOUS,
    );
    expect(heard).toStrictEqual([]);
  });

  test('that came first does not depend on fetch to heed it', async () => {
    let asked = 0;
    const fetch = async (): Promise<Response> => {
      asked++;
      return Response.json(TOKEN_IS_VALID);
    };
    const question = { user: USER, token: TOKEN, signal: AbortSignal.abort() };
    const call = clientOf('https://authy.example', { fetch }).tokens.verify(question);
    await expect(failureOf(call)).resolves.toStrictEqual(AMBIGUOUS);
    expect(asked).toBe(0);
  });

  test('ends a call under way, which stays ambiguous whatever the reason', async () => {
    const aborting = new AbortController();
    const { url } = await serve(() =>
      aborting.abort(Object.assign(new Error('x'), { code: 'ECONNREFUSED' })),
    );
    const question = { user: USER, token: TOKEN, signal: aborting.signal };
    await expect(
      failureOf(clientOf(url, { timeout: 600_000 }).tokens.verify(question)),
    ).resolves.toStrictEqual(AMBIGUOUS);
  });

  test('ends the wait before a repeat', async () => {
    const aborting = new AbortController();
    const { url, heard } = await serve((response, asked) => {
      response.once('close', () => aborting.abort());
      reply(503, '', { 'retry-after': '5' })(response, asked);
    });
    const call = clientOf(url).users.status({ user: USER, signal: aborting.signal });
    await expect(failureOf(call)).resolves.toMatchObject({ kind: 'ambiguous' });
    expect(heard).toHaveLength(1);
  });
});

describe('users.status, as every call that only reads, is repeated and', () => {
  test.each([
    ['a 503 that is not Authy’s', reply(503, '', { 'retry-after': '0' })],
    ['a 429 that says when', reply(429, failure('60003'), { 'retry-after': '0' })],
    ['a 500', html(500)],
    ['a 502', html(502)],
    ['a 504', html(504)],
    ['a reset', (response: Parameters<ReturnType<typeof reply>>[0]) => response.destroy()],
  ])('is answered after %s', async (_, fault) => {
    const { url, heard } = await serve(fault, reply(200, STATUS));
    const status = clientOf(url).users.status({ user: USER });
    await expect(status).resolves.toStrictEqual({ known: true, suspended: false });
    expect(heard).toHaveLength(2);
  });

  test('is repeated as often as was asked, and then tells the last answer', async () => {
    const { url, heard } = await serve(reply(503, '', { 'retry-after': '0' }));
    const status = clientOf(url, { retry: 3 }).users.status({ user: USER });
    await expect(failureOf(status)).resolves.toStrictEqual({
      ...DOWN,
      status: 503,
      retryAfter: 0,
    });
    expect(heard).toHaveLength(4);
  });

  test('does not wait longer than the timeout, whatever header says so', async () => {
    const later = reply(503, '', { 'ratelimit-reset': '3600' });
    const { url, heard } = await serve(later, reply(200, STATUS));
    const status = clientOf(url, { timeout: 1000 }).users.status({ user: USER });
    await expect(status).resolves.toStrictEqual({ known: true, suspended: false });
    expect(heard).toHaveLength(2);
  });

  test.each([
    ['an answer of Authy’s', reply(503, failure('60017'), { 'retry-after': '0' })],
    ['a 429 that does not say when', reply(429, failure('60003'))],
    ['a wait longer than the timeout', reply(429, failure('60003'), { 'retry-after': '3600' })],
    ['a 404', reply(404, '')],
    ['a web page at 200', html(200)],
  ])('is not repeated after %s', async (_, script) => {
    const { url, heard } = await serve(script);
    await clientOf(url)
      .users.status({ user: USER })
      .catch(() => {});
    expect(heard).toHaveLength(1);
  });
});

test('a hundred calls at once each get their own answer', async () => {
  const waiting: (() => void)[] = [];
  const { url } = await serve((response, heard) => {
    const valid = /verify\/\d+[02468]\//.test(heard.url);
    const script = valid ? reply(200, TOKEN_IS_VALID) : reply(401, failure('60020'));
    waiting.push(() => script(response, heard));
    if (waiting.length === 100) for (const answer of waiting.reverse()) answer();
  });
  const { tokens } = clientOf(url);
  const asked = Array.from({ length: 100 }, (_, index) => String(1_000_000 + index));
  const verdicts = await Promise.all(asked.map((token) => tokens.verify({ user: USER, token })));
  expect(verdicts.map(({ valid }) => valid)).toStrictEqual(
    asked.map((token) => Number(token) % 2 === 0),
  );
});
