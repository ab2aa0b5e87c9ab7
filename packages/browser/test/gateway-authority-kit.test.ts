// The kit for authorities on the gateway's: one that may say pending, and may be asked again.
import type { Authority } from '@driftlock/verifier';
import { describe, expect, onTestFinished, test } from 'vitest';
// The browser's own sources know nothing of the API client but its types.
import {
  type AuthorityFactory,
  authorityChecks,
  type Situation,
} from '../../api-client/src/testing.js';
import { gatewayAuthority } from '../src/gateway-authority.js';
import { type Answer, says, startGateway } from './scripted-gateway.js';

const QUESTION = { user: 'account-of-the-kit', code: '7654321' };
const TOKEN = 'token-of-the-kit';
const PROBLEM = { type: 'application/problem+json' };

const rejected = (reason: string): Answer => says(200, { id: 'd', accepted: false, reason });
const account = (fields: object): Answer => says(200, { id: QUESTION.user, ...fields });
const confirmed = says(200, { id: 'd', accepted: true, standing: 'confirmed' });
const provisional = (settlement: object = {}): Answer =>
  says(200, { id: 'd', accepted: true, standing: 'provisional', ...settlement });

/** By what is asked for: a code, an account's standing, or a decision. */
const byPath =
  (answers: { verify?: Answer; status?: Answer; decision?: Answer }): Answer =>
  (response, asked) => {
    const { verify, status, decision } = answers;
    const answer =
      asked.method === 'POST' ? verify : asked.url?.includes('/decisions/') ? decision : status;
    (answer ?? says(404, { code: 'no-such-url' }, PROBLEM))(response, asked);
  };

const cut: Answer = (response) => response.socket?.resetAndDestroy();

/** Loses the first answer; then the same decision has it, and any other finds the code used. */
function losesFirst(): Answer {
  let decision: unknown;
  return (response, asked) => {
    const repeat = decision === asked.key;
    const answer = decision === undefined ? cut : repeat ? confirmed : rejected('replayed');
    decision ??= asked.key;
    answer(response, asked);
  };
}

const ANSWERS: Record<Exclude<Situation, 'unreachable' | 'redirect'>, () => Answer> = {
  valid: () => confirmed,
  mismatch: () => rejected('mismatch'),
  reused: () => rejected('replayed'),
  'unknown-user': () =>
    byPath({
      verify: rejected('unknown-user'),
      status: says(404, { code: 'no-such-account' }, PROBLEM),
    }),
  suspended: () =>
    byPath({ verify: rejected('suspended'), status: account({ status: 'suspended' }) }),
  pending: () => provisional(),
  confirmed: () =>
    byPath({ verify: provisional(), decision: provisional({ settlement: 'confirmed' }) }),
  contradicted: () =>
    byPath({ verify: provisional(), decision: provisional({ settlement: 'contradicted' }) }),
  lost: () => cut,
  'lost-once': losesFirst,
  silent: () => () => {},
  'too-many': () => says(429, { id: 'd', accepted: false, reason: 'throttled', retryAfter: 30 }),
  'web-page': () => says(200, '<html></html>', { type: 'text/html' }),
  half: () => (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 500 });
    response.write('{"id":"d","accepted":true', () => response.socket?.end());
  },
  'wrong-key': () => says(401, { code: 'unauthorized' }, PROBLEM),
  active: () => account({ status: 'active' }),
  untold: () => account({}),
};

async function gatewayThat(answer: Answer) {
  const gateway = await startGateway(answer);
  onTestFinished(() => gateway[Symbol.asyncDispose]());
  return gateway;
}

/** gatewayAuthority before a gateway on loopback that is in each situation. */
const stageOf: AuthorityFactory = async (situation) => {
  const elsewhere = await gatewayThat(confirmed);
  const away = says(307, '', { location: `${elsewhere.baseUrl}/` });
  const answer =
    situation === 'redirect' || situation === 'unreachable' ? away : ANSWERS[situation]();
  const gateway = await gatewayThat(answer);
  if (situation === 'unreachable') await gateway[Symbol.asyncDispose]();
  return {
    ...QUESTION,
    authority: gatewayAuthority({ baseUrl: gateway.baseUrl, token: TOKEN }),
    asked: () => gateway.asked.length,
    strayed: () => elsewhere.asked.length,
  };
};

describe('gatewayAuthority', () => {
  test.each(authorityChecks)('$name', ({ run }) => run(stageOf));
});

describe('the kit finds a gateway authority broken', () => {
  const check = (name: string) => authorityChecks.find((one) => one.name.includes(name))!;
  const but =
    (change: (good: Authority) => Partial<Authority>): AuthorityFactory =>
    async (situation) => {
      const stage = (await stageOf(situation))!;
      return { ...stage, authority: { ...stage.authority, ...change(stage.authority) } };
    };

  test('that takes a provisional acceptance for a yes', async () => {
    const lax = but(({ verify }) => ({
      verify: async (question) => {
        const ruling = await verify(question);
        return ruling.ruling === 'pending' ? { ruling: 'valid' } : ruling;
      },
    }));
    await expect(check('pending is never a yes').run(lax)).rejects.toThrow(/expected "pending"/);
  });

  test('that asks again as if it were another decision', async () => {
    const anew = but(({ verify }) => ({
      verify: (question) => verify({ ...question, id: crypto.randomUUID() }),
    }));
    await expect(check('same question again').run(anew)).rejects.toThrow(/expected .*valid/);
  });

  test('that takes a contradiction for the end of it', async () => {
    const deaf = but(() => ({ settlement: async () => 'confirmed' }));
    await expect(check('settles as the authority').run(deaf)).rejects.toThrow(/expected "pending"/);
  });

  test('that cannot be asked what became of it', async () => {
    const mute = but(() => ({ settlement: undefined as never }));
    await expect(check('settles as the authority').run(mute)).rejects.toThrow(/settlement/);
  });
});
