// The kit for authorities on Authy's, before an emulator: what the gateway asks where it emulates.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import {
  type AuthorityFactory,
  authorityChecks,
  type Situation,
} from '@driftlock/api-client/testing';
import { AUTHY_APP } from '@driftlock/totp-core';
import { describe, expect, test } from 'vitest';
import { authorityAt } from '../src/emulated.js';
import type { FaultSettings } from '../src/emulator/faults/settings.js';
import { API_KEY, json, OPERATOR_KEY, RFC_SEED, send, serveEmulator } from './emulator/loopback.js';

/** Good at the loopback clock's start. */
const GOOD = '2476215';

/** The faults that bring about what a far side does wrong. */
const FAULTS: Partial<Record<Situation, FaultSettings>> = {
  // A standing is no verification: its answer is lost within its body.
  lost: { lostReply: {}, truncation: {} },
  silent: { latency: 60_000 },
  'too-many': { '429': {} },
  'web-page': { html: {} },
  half: { truncation: {} },
};

/** Authy's authority says neither pending nor elsewhere, and an emulator always tells standings. */
const NEVER: readonly Situation[] = [
  'pending',
  'confirmed',
  'contradicted',
  'lost-once',
  'redirect',
  'untold',
];

/** Where nobody listens any more. */
async function nowhere(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

const staged = new Set<Situation>();

const stageOf: AuthorityFactory = async (situation) => {
  if (NEVER.includes(situation)) return undefined;
  staged.add(situation);
  let asked = 0;
  const counted = '/protected/json/';
  const { emulator, origin, operator, port } = await serveEmulator({
    wrap: (fetch) => (request, env) => {
      asked += new URL(request.url).pathname.startsWith(counted) ? 1 : 0;
      return fetch(request, env);
    },
  });
  const { authyId } = emulator.addUser({ secret: RFC_SEED, params: AUTHY_APP });
  const put = async (path: string, body: object) =>
    expect((await operator(`/emulator/${path}`, json(body, 'PUT'))).status).toBe(200);
  if (situation === 'reused') {
    const headers = { 'X-Authy-API-Key': API_KEY };
    await send(port, `${counted}verify/${GOOD}/${authyId}`, { headers });
  }
  if (situation === 'suspended') await put(`users/${authyId}`, { suspended: true });
  const faults = FAULTS[situation];
  if (faults) await put('faults', faults);
  asked = 0;
  const authy = situation === 'wrong-key' ? 'key-of-somebody-else' : API_KEY;
  const baseUrl = situation === 'unreachable' ? await nowhere() : origin;
  return {
    authority: authorityAt({ operator: OPERATOR_KEY, authy }, { baseUrl }),
    user: situation === 'unknown-user' ? '445566778899' : authyId,
    code: situation === 'mismatch' ? '0000000' : GOOD,
    asked: () => asked,
  };
};

describe("the emulator's authority", () => {
  test.each(authorityChecks)('$name', ({ run }) => run(stageOf));

  test('was in every situation but those that never come about', () => {
    expect([...staged].sort()).toStrictEqual(
      [
        'active',
        'half',
        'lost',
        'mismatch',
        'reused',
        'silent',
        'suspended',
        'too-many',
        'unknown-user',
        'unreachable',
        'valid',
        'web-page',
        'wrong-key',
      ].sort(),
    );
  });
});

test('the kit finds an authority broken that does not wait for its answer', async () => {
  const { run } = authorityChecks.find(({ name }) => name.startsWith('a no is invalid'))!;
  const hasty: AuthorityFactory = async (situation) => {
    const stage = (await stageOf(situation))!;
    const verify = async () => ({ ruling: 'valid' }) as const;
    return { ...stage, authority: { ...stage.authority, verify } };
  };
  await expect(run(hasty)).rejects.toThrow(/expected .*mismatch/);
});
