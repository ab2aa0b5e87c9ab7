/** The gateway's fetch handler, called as a worker's is: no server, no socket. */
import { createGateway } from '@driftlock/gateway';
import { importKey, totp } from '@driftlock/totp-core';
import { KEYS } from './authy.js';
import { type Check, same } from './check.js';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

/** A gateway that emulates its Authy, and the calls of its operator. */
function begin() {
  const background: Promise<unknown>[] = [];
  const ctx = { waitUntil: (work: Promise<unknown>) => background.push(work) };
  const policy = { mode: 'local-first', liveDeadline: 8000 } as const;
  const gateway = createGateway({ mode: 'emulate', keys: KEYS, policy });
  const call = async (path: string, body?: object, headers: Record<string, string> = {}) => {
    const request = new Request(`https://gateway.example/v1${path}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: {
        Authorization: `Bearer ${KEYS.operator}`,
        'Content-Type': 'application/json',
        ...headers,
      },
    });
    const response = await gateway.fetch(request, {}, ctx);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { call, done: () => Promise.all(background) };
}

export const GATEWAY: readonly Check[] = [
  {
    title: 'gateway: an account is made, its code accepted at once, confirmed, and then a replay',
    async run() {
      const { call, done } = begin();
      const made = await call('/accounts', { id: 'ana', secret: SECRET });
      same('made', made, { status: 201, body: { id: 'ana', authyId: '100001' } });
      const code = totp(importKey(SECRET), { at: Date.now() });
      const { status, body } = await call('/accounts/ana/verify', { code });
      const { accepted, by, standing, id } = body;
      same('at once', [status, accepted, by, standing], [200, true, 'local', 'provisional']);
      await done();
      const settled = await call(`/decisions/${String(id)}`);
      same('later', [settled.body.standing, settled.body.settlement], ['confirmed', 'confirmed']);
      const again = await call('/accounts/ana/verify', { code });
      same('again', [again.status, again.body.reason], [200, 'replayed']);
    },
  },
  {
    title: 'gateway: a request that is repeated under its key has one decision',
    async run() {
      const { call, done } = begin();
      await call('/accounts', { id: 'ben', secret: SECRET });
      const code = totp(importKey(SECRET), { at: Date.now() });
      const key = { 'Idempotency-Key': 'one' };
      const once = await call('/accounts/ben/verify', { code }, key);
      const twice = await call('/accounts/ben/verify', { code }, key);
      same('accepted', once.body.accepted, true);
      same('the decision', twice.body.id, once.body.id);
      await done();
    },
  },
  {
    title: 'gateway: whoever has no key is told nothing, and a wrong body is named',
    async run() {
      const { call } = begin();
      const stranger = await call('/accounts', undefined, { Authorization: 'Bearer wrong' });
      same('a stranger', [stranger.status, stranger.body.code], [401, 'unauthorized']);
      await call('/accounts', { id: 'eve', secret: SECRET });
      const wrong = await call('/accounts/eve/verify', { codes: [] });
      same('no code', [wrong.status, wrong.body.field], [422, 'code']);
    },
  },
];
