import { describe, expect, test } from 'vitest';
import { type Authority, AuthyError, authyAuthority, type Ruling } from '../src/index.js';
import {
  type AuthorityFactory,
  authorityChecks,
  type Situation,
  type Stage,
  testAuthority,
} from '../src/testing.js';
import {
  clientOf,
  failure,
  html,
  nowhere,
  reply,
  type Script,
  serve,
  TOKEN,
  TOKEN_IS_VALID,
} from './scripted-server.js';

const QUESTION = { user: '445566778899', code: TOKEN };
const cut: Script = (response) => response.socket?.resetAndDestroy();
const half: Script = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 500 });
  response.write(JSON.stringify(TOKEN_IS_VALID), () => response.socket?.end());
};
const standing = (fields: object): Script => reply(200, { success: true, status: fields });

/** Situations of who says pending or may be asked again, which is not Authy. */
const OTHERS = ['pending', 'confirmed', 'contradicted', 'lost-once'] as const;

const SCRIPTS: Record<
  Exclude<Situation, (typeof OTHERS)[number] | 'unreachable' | 'redirect'>,
  Script
> = {
  valid: reply(200, TOKEN_IS_VALID),
  mismatch: reply(401, failure('60020')),
  reused: reply(401, failure('60019')),
  'unknown-user': reply(404, failure('60016')),
  suspended: reply(503, failure('60017')),
  lost: cut,
  silent: () => {},
  'too-many': reply(429, failure('60003')),
  'web-page': html(200),
  half,
  'wrong-key': reply(401, failure('60001')),
  active: standing({ account_disabled: false }),
  untold: standing({ confirmed: true }),
};

/** authyAuthority before a server on loopback that is in each situation. */
const stageOf: AuthorityFactory = async (situation) => {
  if (OTHERS.includes(situation as never)) return undefined;
  const elsewhere = await serve(reply(200, TOKEN_IS_VALID));
  const script =
    situation === 'redirect'
      ? reply(307, '', { location: `${elsewhere.url}/` })
      : SCRIPTS[situation as keyof typeof SCRIPTS];
  const { url, heard } = await serve(script ?? cut);
  const baseUrl = situation === 'unreachable' ? await nowhere() : url;
  return {
    ...QUESTION,
    authority: authyAuthority(clientOf(baseUrl, { retry: 0 })),
    asked: () => heard.length,
    strayed: () => elsewhere.heard.length,
  };
};

describe('authyAuthority', () => {
  test.each(authorityChecks)('$name', ({ run }) => run(stageOf));

  test('passes the kit as a whole', () => testAuthority(stageOf));
});

/** A stage whose authority is changed. */
const but =
  (
    change: (good: Authority, stage: Stage, situation: Situation) => Partial<Authority>,
  ): AuthorityFactory =>
  async (situation) => {
    const stage = await stageOf(situation);
    return (
      stage && {
        ...stage,
        authority: { ...stage.authority, ...change(stage.authority, stage, situation) },
      }
    );
  };

const kindBecomes = (from: string, to: 'down' | 'ambiguous' | 'refused') =>
  but(({ verify }) => ({
    verify: (question) =>
      verify(question).catch((error: AuthyError) => {
        throw error.kind === from ? new AuthyError('x', { kind: to }) : error;
      }),
  }));

/** An authority that says pending, and may be asked again; `change` is what is broken about it. */
const pending =
  (change: Partial<Authority> = {}): AuthorityFactory =>
  async (situation) => {
    const of = OTHERS.find((other) => other === situation);
    const good = (await stageOf(of === undefined ? situation : 'valid'))!;
    let asked = 0;
    const verify = async (question: Parameters<Authority['verify']>[0]): Promise<Ruling> => {
      if (of === undefined) return good.authority.verify(question);
      if (of !== 'lost-once') return { ruling: 'pending', decision: 'd1' };
      if (++asked === 1) throw new AuthyError('x', { kind: 'ambiguous' });
      return { ruling: 'valid' };
    };
    const settlement = async () => {
      if (of === undefined || of === 'lost-once') throw new AuthyError('x', { kind: 'refused' });
      return of;
    };
    const authority = { ...good.authority, repeatable: true, settlement, verify, ...change };
    return { ...good, authority };
  };

/** Its far side does not know a repeat from a reuse. */
const usedUp: AuthorityFactory = async (situation) => {
  const stage = (await pending()(situation))!;
  const { verify } = stage.authority;
  let asked = 0;
  const again: Authority['verify'] = async (question) =>
    ++asked > 1 ? { ruling: 'invalid', reason: 'reused' } : verify(question);
  return { ...stage, authority: { ...stage.authority, verify: again } };
};

/** One broken authority for each check, which that check must find. */
const BROKEN: Record<string, () => AuthorityFactory> = {
  'a yes is valid, asked for once': () =>
    but(({ verify }) => ({
      verify: async (question) => {
        await verify(question);
        return verify(question);
      },
    })),
  'a no is invalid and has its reason': () =>
    but(({ verify }) => ({
      verify: async (question) => {
        const ruling = await verify(question);
        return ruling.ruling === 'invalid' ? { ...ruling, reason: 'mismatch' } : ruling;
      },
    })),
  'a suspended user is invalid, though the answer looks like an outage': () =>
    but(({ verify }) => ({
      verify: async (question) => {
        const ruling = await verify(question);
        if (ruling.ruling === 'invalid' && ruling.reason === 'suspended') {
          throw new AuthyError('HTTP 503', { kind: 'down' });
        }
        return ruling;
      },
    })),
  'pending is never a yes, and names the decision to ask for': () =>
    pending({ verify: async () => ({ ruling: 'valid' }) }),
  'a pending decision settles as the authority says': () =>
    pending({ settlement: async () => 'confirmed' }),
  'a lost reply is ambiguous, and the question is sent once': () =>
    but(({ verify }) => ({
      verify: (question) => verify(question).catch(() => verify(question)),
    })),
  'the same question again has the ruling that was lost, where that is promised': () =>
    pending({ repeatable: false }),
  'what was never sent is down': () => kindBecomes('down', 'ambiguous'),
  'a redirect is refused, and followed by nobody': () =>
    but(({ verify }, { strayed }, situation) => ({
      verify: async (question) => {
        if (situation !== 'redirect' || strayed?.()) return verify(question);
        throw new AuthyError('HTTP 307', { kind: 'down' });
      },
    })),
  'too many questions are refused, so that a flood of them opens nothing': () =>
    but(({ verify }) => ({
      verify: (question) =>
        verify(question).catch((error: AuthyError) => {
          throw error.status === 429 ? new AuthyError('HTTP 429', { kind: 'down' }) : error;
        }),
    })),
  'a wrong key is refused, and not taken for a wrong code': () =>
    but(({ verify }) => ({
      verify: (question) =>
        verify(question).catch((error: AuthyError) => {
          if (error.status === 401) return { ruling: 'invalid', reason: 'mismatch' };
          throw error;
        }),
    })),
  'a web page or half an answer is ambiguous, and never down': () =>
    kindBecomes('ambiguous', 'down'),
  'an abort that came first sends nothing and is no ruling': () =>
    but(({ verify }) => ({
      verify: async ({ signal, ...question }) => {
        const ruling = await verify(question);
        signal?.throwIfAborted();
        return ruling;
      },
    })),
  'an abort ends a question under way, which stays ambiguous': () =>
    but(({ verify }) => ({ verify: ({ signal, ...question }) => verify(question) })),
  'a user is active, suspended or unknown as the authority says': () =>
    but(() => ({ status: async () => 'active' })),
  'a user is not active for want of an answer': () =>
    but(({ status }) => ({
      status: (question) => status(question).catch(() => 'active' as const),
    })),
  'a decision is not settled for want of an answer': () =>
    pending({ settlement: async () => 'lapsed' }),
  'no failure quotes the code or the user': () =>
    but(({ verify }) => ({
      verify: (question) =>
        verify(question).catch((cause: AuthyError) => {
          throw Object.assign(new Error('failed', { cause: new Error(question.code) }), {
            kind: cause.kind,
          });
        }),
    })),
};

describe('the kit', () => {
  test('has one broken authority for each of its checks', () => {
    expect(Object.keys(BROKEN)).toStrictEqual(authorityChecks.map(({ name }) => name));
  });

  test.each(Object.entries(BROKEN))('finds that it is broken: %s', async (name, broken) => {
    const { run } = authorityChecks.find((check) => check.name === name)!;
    await expect(run(broken())).rejects.toThrow(/expected|not heeded/);
  });

  test('finds a yes to everything in all checks but those a yes passes', async () => {
    const yes = but(({ status }) => ({ verify: async () => ({ ruling: 'valid' }), status }));
    const error = (await testAuthority(yes).catch((thrown) => thrown)) as AggregateError;
    const found = error.errors.map(({ message }: Error) => message);
    const passed = authorityChecks.map(({ name }) => name).filter((name) => !found.includes(name));
    expect(passed).toStrictEqual([
      'pending is never a yes, and names the decision to ask for',
      'a pending decision settles as the authority says',
      'the same question again has the ruling that was lost, where that is promised',
      'a user is active, suspended or unknown as the authority says',
      'a user is not active for want of an answer',
      'a decision is not settled for want of an answer',
    ]);
    expect(error.message).toMatch(
      /^12 checks failed:\n- a yes is valid, asked for once: questions/,
    );
  });

  test.each([
    ['an error without a kind', but(() => ({ verify: () => Promise.reject(new Error('x')) }))],
    ['nothing', but(() => ({ verify: async () => undefined as never }))],
    ['a pending ruling that nobody can ask about', pending({ settlement: undefined as never })],
    ['a repeat that finds its own use', usedUp],
    ['a promise to be repeated that is not shown', but(() => ({ repeatable: true }))],
    ['settlements that are not shown', but(() => ({ settlement: async () => 'pending' }))],
  ])('is not content with %s', async (_, broken) => {
    await expect(testAuthority(broken)).rejects.toThrow(/checks failed/);
  });

  test('is passed by an authority that says pending and may be asked again', () =>
    testAuthority(pending()));

  test('takes a pending ruling that names its decision, and no other', async () => {
    const { run } = authorityChecks.find(({ name }) => name.startsWith('pending'))!;
    await run(pending());
    const nameless = async () => ({ ruling: 'pending' }) as never;
    await expect(run(pending({ verify: nameless }))).rejects.toThrow(/decision/);
  });

  test('is not passed by an authority that can be in no situation', async () => {
    await expect(testAuthority(() => undefined)).rejects.toThrow(/there is no stage: valid/);
  });
});
