import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { problem, serve } from './served.js';

const BODIES = ['/v1/accounts', '/v1/accounts/ana/verify', '/v1/accounts/ana/diagnose'];

async function served() {
  const { call, enrol, url } = await serve();
  const ana = await enrol('ana');
  return { call, ana, url };
}

test('a body that is not JSON is 400', async () => {
  const { call } = await served();
  for (const path of BODIES) {
    for (const raw of ['', '{', 'code=000000', '{"code":"000000"} {}', 'NaN']) {
      const { status, code } = problem(await call('POST', path, { raw }));
      expect({ status, code }).toStrictEqual({ status: 400, code: 'not-json' });
    }
  }
});

test('a body that is no object, or lacks a field, is 422', async () => {
  const { call } = await served();
  for (const raw of ['null', '17', '"000000"', 'true', '[]', '["code"]']) {
    const { status, body } = await call('POST', '/v1/accounts/ana/verify', { raw });
    expect([status, body.code, body.detail]).toStrictEqual([
      422,
      'bad-field',
      'the body is not a JSON object',
    ]);
  }
  expect(problem(await call('POST', '/v1/accounts/ana/verify', { raw: '{}' }))).toStrictEqual({
    status: 422,
    type: 'application/problem+json',
    code: 'bad-field',
    field: 'code',
  });
});

test('an unknown field is refused without repeating its name', async () => {
  const { call } = await served();
  const body = { code: '000000', 'otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ': 1 };
  const answer = await call('POST', '/v1/accounts/ana/verify', { body });
  expect(answer.body).toStrictEqual({
    type: 'about:blank',
    title: 'Unprocessable Content',
    status: 422,
    code: 'bad-field',
    detail: 'the body has an unknown field',
  });
});

test('16 KiB are read, one byte more is 413', async () => {
  const { call } = await served();
  const sized = (bytes: number) => `{"code":"${'x'.repeat(bytes - 11)}"}`;
  const fits = await call('POST', '/v1/accounts/ana/verify', { raw: sized(16_384) });
  expect([fits.status, fits.body.reason]).toStrictEqual([200, 'malformed']);
  const over = await call('POST', '/v1/accounts/ana/verify', { raw: sized(16_385) });
  expect(problem(over)).toStrictEqual({
    status: 413,
    type: 'application/problem+json',
    code: 'too-large',
    field: undefined,
  });
});

test('a body whose length is not told is read, and cut off at the same size', async () => {
  const { url } = await served();
  const send = async (parts: string[]) => {
    const body = new ReadableStream({
      pull(controller) {
        const part = parts.shift();
        if (part === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(part));
      },
    });
    const response = await fetch(`${url}/v1/accounts/ana/verify`, {
      method: 'POST',
      headers: { Authorization: 'Bearer operator-key-1f0c' },
      body,
      duplex: 'half',
    } as RequestInit);
    return { status: response.status, body: await response.json() };
  };
  expect(await send(['{"code":', '"12"}'])).toMatchObject({
    status: 200,
    body: { reason: 'malformed' },
  });
  const over = Array.from({ length: 5 }, () => 'x'.repeat(4096));
  expect(await send(over)).toMatchObject({ status: 413, body: { code: 'too-large' } });
});

test('a request without a body may leave its length out', async () => {
  const { url, call } = await served();
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write('POST /v1/accounts/ana/unlock HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n');
  socket.write('Authorization: Bearer operator-key-1f0c\r\n\r\n');
  expect((await text(socket)).split('\r\n')[0]).toBe('HTTP/1.1 204 No Content');
  expect((await call('DELETE', '/v1/accounts/ana')).status).toBe(204);
});

test('a body of the wrong key is not even read', async () => {
  const { call } = await served();
  const { status } = await call('POST', '/v1/accounts', { key: 'wrong', raw: 'x'.repeat(20_000) });
  expect(status).toBe(401);
});
