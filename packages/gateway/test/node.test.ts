import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Authority } from '@driftlock/verifier';
import { expect, onTestFinished, test } from 'vitest';
import type { Anchor } from '../src/audit/audit.js';
import { memoryEngine } from '../src/engines/memory.js';
import { serveGateway } from '../src/node.js';
import { memoryStores } from '../src/stores/memory-stores.js';
import { storesOver } from '../src/stores/stores-over.js';
import { AUTHY, OPERATOR, serve } from './served.js';

const keys = { operator: OPERATOR };
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const policy = { mode: 'authority-first', liveDeadline: 30_000 } as const;

/** An authority that answers when the test says so. */
function patient() {
  let answer = () => {};
  let begun = () => {};
  const asked = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const authority: Authority = {
    async verify() {
      begun();
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return { ruling: 'valid' };
    },
    status: async () => 'active',
  };
  return { authority, asked, answer: () => answer() };
}

async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  return socket;
}

test('it says where it answers, on the port it was given', async () => {
  const { url, port, call } = await serve();
  expect(url).toBe(`http://127.0.0.1:${port}`);
  expect((await call('GET', '/healthz')).status).toBe(200);
});

test('a wildcard host is reached, and asks its own emulator, over loopback', async () => {
  for (const [host, local] of [
    ['0.0.0.0', '127.0.0.1'],
    ['::', '[::1]'],
  ] as const) {
    const { url, port, enrol, settled } = await serve({ host });
    expect(url).toBe(`http://${local}:${port}`);
    const ana = await enrol('ana');
    const { body } = await ana.verify(ana.code());
    expect((await settled(body.id)).settlement).toBe('confirmed');
  }
});

test('the authority is asked over the wire', async () => {
  const { enrol, settled } = await serve();
  const ana = await enrol('ana');
  const code = ana.code();
  const received: unknown[] = [];
  const watch = (message: unknown) =>
    received.push((message as { request: IncomingMessage }).request.url);
  subscribe('http.server.request.start', watch);
  onTestFinished(() => void unsubscribe('http.server.request.start', watch));
  const { body } = await ana.verify(code);
  await settled(body.id);
  expect(received).toContain(`/protected/json/verify/${code}/${ana.authyId}?force=true`);
});

test('a port in use is a rejection, and so are options that do not fit', async () => {
  const { port } = await serve();
  const options = { mode: 'emulate', keys, policy } as const;
  await expect(serveGateway({ ...options, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port: unused } = free.address() as { port: number };
  free.close();
  await once(free, 'close');
  const proxy = { ...options, mode: 'proxy', port: unused } as const;
  await expect(serveGateway(proxy)).rejects.toThrow('proxy needs an authority');
  const again = createServer().listen(unused, '127.0.0.1');
  await once(again, 'listening');
  again.close();
});

test('rows left open by an earlier process are taken further', async () => {
  const stores = memoryStores();
  const first = await serve({ stores });
  const ana = await first.enrol('ana');
  await first.call('PUT', '/emulator/faults', { body: { down: true } });
  const { body } = await ana.verify(ana.code());
  await first.close();
  const second = await serve({
    stores,
    authority: { verify: async () => ({ ruling: 'valid' }), status: async () => 'active' },
  });
  expect((await second.settled(body.id)).settlement).toBe('confirmed');
});

test('closing lets what is under way be answered, and takes nothing more', async () => {
  const { authority, asked, answer } = patient();
  const { enrol, close, url } = await serve({ authority, policy });
  const ana = await enrol('ana');
  const idle = await open(url);
  const late = await open(url);
  const verified = ana.verify(ana.code());
  await asked;
  const closed = close();
  late.write(`GET /v1/time HTTP/1.1\r\nHost: gateway\r\n\r\n`);
  expect((await text(late)).split('\r\n')[0]).toBe('HTTP/1.1 503 Service Unavailable');
  // Longer than a connection without a request is kept.
  await new Promise((resolve) => setTimeout(resolve, 1200));
  answer();
  expect((await verified).body).toMatchObject({ accepted: true, by: 'authority' });
  await closed;
  await once(idle.resume(), 'close');
  await expect(open(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('closing waits for the question asked in the background, of its own emulator', async () => {
  const stores = memoryStores();
  const { enrol, close } = await serve({ stores });
  const ana = await enrol('ana');
  const { body } = await ana.verify(ana.code());
  await close();
  expect((await stores.outbox.find(body.id))?.settlement).toBe('confirmed');
});

test('closing waits for the reconciliation under way, and none follows', async () => {
  const stores = memoryStores();
  const first = await serve({ stores });
  const ana = await first.enrol('ana');
  await first.call('PUT', '/emulator/faults', { body: { down: true } });
  await ana.verify(ana.code());
  await first.close();
  const seen: string[] = [];
  let answer = () => {};
  const asked = new Promise<void>((begun) => {
    const status = async () => {
      begun();
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      seen.push('answered');
      return 'active' as const;
    };
    const authority: Authority = { verify: async () => ({ ruling: 'valid' }), status };
    void serve({ stores, authority }).then(({ close }) =>
      asked.then(() => {
        void close().then(() => seen.push('closed'));
        setImmediate(() => answer());
      }),
    );
  });
  await asked;
  while (!seen.includes('closed')) await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toStrictEqual(['answered', 'closed']);
});

test('the end of the log is told though something under way does not end', async () => {
  const silent = createServer();
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as { port: number };
  const anchors: Anchor[] = [];
  const { url, close } = await serveGateway({
    mode: 'authority',
    keys: { operator: OPERATOR, authy: AUTHY },
    policy: { mode: 'local-first' },
    stores: storesOver(memoryEngine(), {
      seal: { current: { id: 'k1', key: new Uint8Array(32) } },
    }),
    port: 0,
    door: { callback: { url: `http://127.0.0.1:${port}/` } },
    onAnchor: (anchor) => anchors.push(anchor),
  });
  const call = async (
    path: string,
    { method = 'POST', body }: { method?: string; body: object },
  ) => {
    const headers = {
      Authorization: `Bearer ${OPERATOR}`,
      'X-Authy-API-Key': AUTHY,
      'Content-Type': 'application/json',
    };
    const answer = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
    return JSON.parse(await answer.text());
  };
  await call('/v1/accounts', { body: { id: 'ana', authyId: '7', secret: SECRET } });
  const asked = await call('/onetouch/json/users/7/approval_requests', { body: { message: 'm' } });
  const told = once(silent, 'connection');
  const { uuid } = asked.approval_request;
  await call(`/v1/approval_requests/${uuid}`, { method: 'PUT', body: { status: 'denied' } });
  const [socket] = (await told) as [Socket];
  await close();
  expect(anchors).toStrictEqual([{ seq: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  socket.destroy();
  silent.close();
}, 30_000);

test('a lost reply leaves no byte on the socket', async () => {
  const { enrol, call, url } = await serve();
  const ana = await enrol('ana');
  await call('PUT', '/emulator/faults', { body: { lostReply: 1 } });
  const socket = await open(url);
  const path = `/protected/json/verify/${ana.code()}/${ana.authyId}`;
  socket.write(`GET ${path} HTTP/1.1\r\nHost: gateway\r\nX-Authy-API-Key: ${AUTHY}\r\n\r\n`);
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  socket.on('error', () => {});
  await once(socket, 'close');
  expect(Buffer.concat(received).toString()).toBe('');
});

test('a reset and a truncation reach the socket through the gateway', async () => {
  const { enrol, call, url } = await serve();
  const ana = await enrol('ana');
  const ask = (code: string) =>
    fetch(`${url}/protected/json/verify/${code}/${ana.authyId}?api_key=${AUTHY}`);
  await call('PUT', '/emulator/faults', { body: { reset: 1, truncation: 1 } });
  await expect(ask('0000000')).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
  const truncated = await ask('0000000');
  expect(truncated.status).toBe(401);
  await expect(truncated.text()).rejects.toThrow('terminated');
  expect((await ask('0000000')).status).toBe(401);
});

test('the body of a GET reaches the emulator through the gateway', async () => {
  const { url, call } = await serve();
  const socket = await open(url);
  const body = 'phone_number=3054562345&country_code=1';
  const path = `/protected/json/phones/info?api_key=${AUTHY}`;
  const head = `Host: gateway\r\nConnection: close\r\nContent-Length: ${body.length}`;
  socket.write(`GET ${path} HTTP/1.1\r\n${head}\r\n\r\n${body}`);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  await once(socket, 'close');
  expect(text).toMatch(/^HTTP\/1\.1 200 OK.*"type":"cellphone"/s);
  expect((await call('GET', '/dashboard/json/application/webhooks')).body.error_code).toBe('60001');
});

test('closing twice is closing once', async () => {
  const { close } = await serve();
  await Promise.all([close(), close()]);
  await close();
});

test('a verification under way while its account is deleted accepts nothing', async () => {
  const { authority, asked, answer } = patient();
  const { enrol, call } = await serve({ authority, policy });
  const ana = await enrol('ana');
  const verified = ana.verify('000000');
  await asked;
  await call('DELETE', ana.path);
  answer();
  const { status, body } = await verified;
  expect([status, body.reason]).toStrictEqual([503, 'unavailable']);
});
