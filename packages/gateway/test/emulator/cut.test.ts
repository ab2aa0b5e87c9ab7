import { AUTHY_APP } from '@driftlock/totp-core';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import type { NodeFetch } from '../../src/emulator/faults/cut.js';
import { json, type Loopback, RFC_SEED, serveEmulator } from './loopback.js';

const GOOD = '2476215';

async function losing(lostReply: boolean | number, wrap?: (fetch: NodeFetch) => NodeFetch) {
  const loopback = await serveEmulator(wrap && { wrap });
  const { authyId } = loopback.emulator.addUser({ secret: RFC_SEED, params: AUTHY_APP });
  await loopback.operator('/emulator/faults', json({ lostReply }, 'PUT'));
  return { ...loopback, path: `/protected/json/verify/${GOOD}/${authyId}` };
}

async function isConsumed({ authy, operator, path }: Loopback & { path: string }) {
  await operator('/emulator/faults', json({}, 'PUT'));
  const { status, text } = await authy(path);
  return status === 401 && text.includes('"error_code":"60019"');
}

test('a lost reply ends the connection without a byte, and the code is used up', async () => {
  const loopback = await losing(true);
  expect(await loopback.raw(loopback.path)).toBe(0);
  expect(await isConsumed(loopback)).toBe(true);
});

test('a client sees its connection reset, on a fresh and on a kept one', async () => {
  const { authy, path, origin, operator } = await losing(true);
  await expect(authy(path)).rejects.toMatchObject({ code: 'ECONNRESET' });
  const status = path.replace(/verify\/\d+\/(\d+)/, 'users/$1/status');
  await (await fetch(origin + status)).text();
  await expect(fetch(`${origin}${path}?api_key=key-of-the-application`)).rejects.toThrow(TypeError);
  expect((await operator('/emulator/users/1')).status).toBe(404);
});

test('a middleware that copies the response does not save the reply', async () => {
  const wrap = (fetch: NodeFetch): NodeFetch => {
    const outer = new Hono();
    outer.use(async (c, next) => {
      await next();
      c.res = new Response(c.res.body, c.res);
      c.header('X-Copied', 'yes');
    });
    outer.all('*', (c) => fetch(c.req.raw, c.env as never));
    return async (request, env) => outer.fetch(request, env);
  };
  const loopback = await losing(true, wrap);
  expect(await loopback.raw(loopback.path)).toBe(0);
  expect(await isConsumed(loopback)).toBe(true);
});

test('as many replies are lost as were asked for', async () => {
  const { authy, path } = await losing(2);
  const lost = path.replace(GOOD, '0000000');
  await expect(authy(lost)).rejects.toMatchObject({ code: 'ECONNRESET' });
  await expect(authy(path)).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect((await authy(path)).status).toBe(401);
});

test('only replies to a verify with the right key are lost', async () => {
  const { authy, path } = await losing(1);
  const wrong = { headers: { 'X-Authy-API-Key': 'wrong' } };
  expect((await authy(path, wrong)).status).toBe(401);
  expect((await authy(path.replace(/verify\/\d+\/(\d+)/, 'users/$1/status'))).status).toBe(200);
  await expect(authy(path)).rejects.toMatchObject({ code: 'ECONNRESET' });
});
