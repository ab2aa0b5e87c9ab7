// The kit for authorities on Twilio Verify's, before an emulator of it over loopback.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { twilioVerifyAuthority } from '@driftlock/api-client';
import {
  type AuthorityFactory,
  authorityChecks,
  type Situation,
  type Stage,
} from '@driftlock/api-client/testing';
import { describe, expect, test } from 'vitest';
import { brokenReply } from '../../src/emulator/faults/broken.js';
import type { NodeFetch } from '../../src/emulator/faults/cut.js';
import { IDENTITY, type Loopback, serveVerify, verifiedFactor } from './loopback.js';

/** Verify suspends nobody, always tells how a factor stands, and has no ruling to wait for. */
const NEVER: readonly Situation[] = [
  'pending',
  'confirmed',
  'contradicted',
  'lost-once',
  'suspended',
  'untold',
];

/** What befalls an answer once the question was dealt with. */
const FAULTS: Partial<Record<Situation, (answer: Response) => Promise<Response>>> = {
  lost: async () => brokenReply('reset'),
  silent: () => new Promise(() => {}),
  'web-page': async () =>
    new Response('<html></html>', { headers: { 'content-type': 'text/html' } }),
  half: async (answer) => {
    const bytes = new Uint8Array(await answer.arrayBuffer()).slice(0, 40);
    const headers = { 'content-type': 'application/json', 'content-length': '900' };
    return brokenReply('truncated', { status: 201, headers, bytes });
  },
};

/** Where nobody listens any more. */
async function nowhere(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

/** Counts the questions from when it is armed, and lets a fault befall their answers. */
function between(situation: Situation, elsewhere: { url: string }) {
  const state = { armed: false, asked: 0 };
  const wrap =
    (fetch: NodeFetch): NodeFetch =>
    async (request, env) => {
      if (!state.armed) return fetch(request, env);
      state.asked++;
      if (situation === 'redirect') return Response.redirect(elsewhere.url, 307);
      const answer = await fetch(request, env);
      return FAULTS[situation]?.(answer) ?? answer;
    };
  return { state, wrap };
}

async function attackUntilLocked({ client }: Loopback, factor: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    await client.challenges.create({ identity: IDENTITY, factor, code: '000000' });
  }
}

const staged = new Set<Situation>();

async function stageIn(situation: Situation): Promise<Stage> {
  let strayed = 0;
  const other = await serveVerify({
    wrap: (fetch) => (request, env) => {
      strayed++;
      return fetch(request, env);
    },
  });
  const { state, wrap } = between(situation, { url: `${other.origin}/` });
  const there = await serveVerify({ wrap });
  const factorSid = await verifiedFactor(there);
  if (situation === 'too-many') await attackUntilLocked(there, factorSid);
  const authority = twilioVerifyAuthority({
    ...there.options,
    ...(situation === 'wrong-key' && { authToken: 'token-of-somebody-else' }),
    ...(situation === 'unreachable' && { baseUrl: await nowhere() }),
    factor: async (user) =>
      ({ ana: { identity: IDENTITY, factorSid }, bo: { identity: 'nobody-0', factorSid } })[user],
  });
  const code = situation === 'mismatch' ? '000000' : there.code();
  if (situation === 'reused') await authority.verify({ user: 'ana', code, id: 'd' });
  state.armed = true;
  const user = situation === 'unknown-user' ? 'bo' : 'ana';
  return { authority, user, code, asked: () => state.asked, strayed: () => strayed };
}

const stageOf: AuthorityFactory = async (situation) => {
  if (NEVER.includes(situation)) return undefined;
  staged.add(situation);
  return stageIn(situation);
};

describe("Twilio Verify's authority before an emulator", () => {
  test.each(authorityChecks)('$name', ({ run }) => run(stageOf));

  test('was in every situation but those that never come about', () => {
    expect([...staged].sort()).toStrictEqual([
      'active',
      'half',
      'lost',
      'mismatch',
      'redirect',
      'reused',
      'silent',
      'too-many',
      'unknown-user',
      'unreachable',
      'valid',
      'web-page',
      'wrong-key',
    ]);
  });
});

test('the kit finds one broken that takes every challenge that was made for a yes', async () => {
  const { run } = authorityChecks.find(({ name }) => name.startsWith('a no is invalid'))!;
  const hasty: AuthorityFactory = async (situation) => {
    const stage = (await stageOf(situation))!;
    const verify = async (question: Parameters<Stage['authority']['verify']>[0]) => {
      await stage.authority.verify(question);
      return { ruling: 'valid' } as const;
    };
    return { ...stage, authority: { ...stage.authority, verify } };
  };
  await expect(run(hasty)).rejects.toThrow(/expected .*mismatch/);
});
