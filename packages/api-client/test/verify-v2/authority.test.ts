import { describe, expect, test } from 'vitest';
import { type Authority, twilioVerifyAuthority } from '../../src/index.js';
import {
  type AuthorityFactory,
  authorityChecks,
  type Situation,
  testAuthority,
} from '../../src/testing.js';
import {
  errorOf,
  failureOf,
  html,
  nowhere,
  reply,
  type Script,
  serve,
} from '../scripted-server.js';
import {
  CHALLENGE_BODY,
  CODE,
  FACTOR,
  FACTOR_BODY,
  IDENTITY,
  OPTIONS,
  refusal,
} from './scripted.js';

const USER = 'user-of-the-program';
const factor = async (user: string) =>
  user === USER ? { identity: IDENTITY, factorSid: FACTOR } : undefined;
const PENDING = reply(201, { ...CHALLENGE_BODY, status: 'pending' });
const APPROVED = reply(201, CHALLENGE_BODY);

type Given = Partial<Parameters<typeof twilioVerifyAuthority>[0]>;
const authorityAt = (baseUrl: string, given: Given = {}): Authority =>
  twilioVerifyAuthority({ ...OPTIONS, baseUrl, factor, retry: 0, ...given });

const asked = (code: string = CODE): Parameters<Authority['verify']>[0] => ({
  user: USER,
  code,
  id: 'decision-1',
});

const half: Script = (response) => {
  response.writeHead(201, { 'content-type': 'application/json', 'content-length': 5000 });
  response.write(JSON.stringify(CHALLENGE_BODY), () => response.socket?.end());
};

const SCRIPTS: Partial<Record<Situation, Script>> = {
  valid: APPROVED,
  mismatch: PENDING,
  reused: APPROVED,
  'unknown-user': refusal(20404, 404),
  lost: (response) => response.socket?.resetAndDestroy(),
  silent: () => {},
  'too-many': refusal(60308, 429),
  'web-page': html(200),
  half,
  'wrong-key': refusal(20003, 401),
  unreachable: APPROVED,
  active: reply(200, FACTOR_BODY),
  untold: reply(200, { ...FACTOR_BODY, status: undefined }),
};

/** Before a server on loopback that is in each situation; Verify suspends nobody and never says pending. */
const stageOf: AuthorityFactory = async (situation) => {
  const elsewhere = await serve(APPROVED);
  const script =
    situation === 'redirect'
      ? reply(307, '', { location: `${elsewhere.url}/` })
      : SCRIPTS[situation];
  if (!script) return undefined;
  const { url, heard } = await serve(script);
  const authority = authorityAt(situation === 'unreachable' ? await nowhere() : url);
  if (situation === 'reused') await authority.verify(asked());
  return {
    authority,
    user: USER,
    code: CODE,
    asked: () => heard.length,
    strayed: () => elsewhere.heard.length,
  };
};

describe('twilioVerifyAuthority', () => {
  test.each(authorityChecks)('$name', ({ run }) => run(stageOf));

  test('passes the kit as a whole', () => testAuthority(stageOf));

  test('cannot be asked again about the same decision', () => {
    const keys = Object.keys(authorityAt('https://verify.example'));
    expect(keys).toStrictEqual(['verify', 'status']);
  });

  test.each([
    [refusal(60318, 403), { ruling: 'invalid', reason: 'unknown-user' }],
    [refusal(60324, 403), { ruling: 'invalid', reason: 'mismatch' }],
  ])('takes a code of Verify’s for a no (%#)', async (script, ruling) => {
    const { url } = await serve(script);
    await expect(authorityAt(url).verify(asked())).resolves.toStrictEqual(ruling);
  });

  test.each(['60308', '60310', '60312'])(
    'has no ruling where it is locked out: %s',
    async (code) => {
      const { url, heard } = await serve(refusal(Number(code), 429));
      await expect(failureOf(authorityAt(url).verify(asked()))).resolves.toStrictEqual({
        name: 'AuthyError',
        code: 'ERR_AUTHY_REFUSED',
        kind: 'refused',
        retriable: false,
        authyCode: code,
      });
      expect(heard).toHaveLength(1);
    },
  );

  test('does not ask about somebody without a factor', async () => {
    const { url, heard } = await serve(APPROVED);
    const authority = authorityAt(url);
    const stranger = { ...asked(), user: 'stranger' };
    const unknown = { ruling: 'invalid', reason: 'unknown-user' };
    await expect(authority.verify(stranger)).resolves.toStrictEqual(unknown);
    await expect(authority.status(stranger)).resolves.toBe('unknown');
    expect(heard).toStrictEqual([]);
  });

  test('makes no ruling of its own about a malformed code', async () => {
    const { url, heard } = await serve(APPROVED);
    const verify = authorityAt(url).verify(asked('12 345'));
    await expect(failureOf(verify)).resolves.toMatchObject({ code: 'ERR_AUTHY_INPUT' });
    expect(heard).toStrictEqual([]);
  });

  test('hands on what the program throws while it looks for a factor', async () => {
    const broken = authorityAt('https://verify.example', {
      factor: () => Promise.reject(new Error('no database')),
    });
    expect((await errorOf(broken.verify(asked()))).message).toBe('no database');
    expect((await errorOf(broken.status(asked()))).message).toBe('no database');
  });

  test('wants a function that finds factors', () => {
    expect(() => authorityAt('https://verify.example', { factor: {} as never })).toThrow(TypeError);
  });

  test.each([
    [reply(200, FACTOR_BODY), 'active'],
    [reply(200, { ...FACTOR_BODY, status: 'unverified' }), 'unknown'],
    [refusal(20404, 404), 'unknown'],
  ])('tells a standing (%#)', async (script, standing) => {
    const { url } = await serve(script);
    await expect(authorityAt(url).status({ user: USER })).resolves.toBe(standing);
  });

  test('calls nobody active by a factor that is not of TOTP', async () => {
    const { url } = await serve(reply(200, { ...FACTOR_BODY, factor_type: 'push' }));
    const status = authorityAt(url).status({ user: USER });
    await expect(failureOf(status)).resolves.toMatchObject({ kind: 'refused' });
  });
});

const VALID = { ruling: 'valid' };
const REUSED = { ruling: 'invalid', reason: 'reused' };

describe('a code that was used', () => {
  test('is refused here for five minutes, though Verify takes it again', async () => {
    const clock = { now: 0 };
    const { url, heard } = await serve(APPROVED);
    const authority = authorityAt(url, { now: () => clock.now });
    expect(await authority.verify(asked())).toStrictEqual(VALID);
    clock.now = 300_000;
    expect(await authority.verify(asked())).toStrictEqual(REUSED);
    expect(heard).toHaveLength(1);
    clock.now = 300_001;
    expect(await authority.verify(asked())).toStrictEqual(VALID);
  });

  test('is another one for another factor, and another code is another', async () => {
    const others = `YF${'9'.repeat(32)}`;
    const { url } = await serve((response, { body }) => {
      const factor_sid = new URLSearchParams(body).get('FactorSid');
      reply(201, { ...CHALLENGE_BODY, factor_sid })(response, {} as never);
    });
    const authority = authorityAt(url, {
      factor: async (user) => ({ identity: IDENTITY, factorSid: user === USER ? FACTOR : others }),
    });
    expect(await authority.verify(asked())).toStrictEqual(VALID);
    expect(await authority.verify(asked('000000'))).toStrictEqual(VALID);
    expect(await authority.verify({ ...asked(), user: 'another' })).toStrictEqual(VALID);
    expect(await authority.verify({ ...asked(), user: 'another' })).toStrictEqual(REUSED);
  });

  test('is good once, however many ask at once', async () => {
    const { url, heard } = await serve(APPROVED);
    const authority = authorityAt(url);
    const rulings = await Promise.all(Array.from({ length: 50 }, () => authority.verify(asked())));
    expect(rulings.filter(({ ruling }) => ruling === 'valid')).toHaveLength(1);
    expect(heard).toHaveLength(1);
  });

  test('may be one whose reply was lost', async () => {
    const { url } = await serve((response) => response.socket?.resetAndDestroy(), APPROVED);
    const authority = authorityAt(url);
    await expect(failureOf(authority.verify(asked()))).resolves.toMatchObject({
      kind: 'ambiguous',
    });
    expect(await authority.verify(asked())).toStrictEqual(REUSED);
  });

  test.each<[string, Script]>([
    ['refused as wrong', PENDING],
    ['not ruled on', refusal(60308, 429)],
    ['down', reply(503, '')],
  ])('is none that was %s', async (_, script) => {
    const { url } = await serve(script, APPROVED);
    const authority = authorityAt(url);
    await authority.verify(asked()).catch(() => {});
    expect(await authority.verify(asked())).toStrictEqual(VALID);
  });

  test('is none that was never sent for an abort', async () => {
    const { url } = await serve(APPROVED);
    const authority = authorityAt(url);
    await failureOf(authority.verify({ ...asked(), signal: AbortSignal.abort() }));
    expect(await authority.verify(asked())).toStrictEqual(VALID);
  });
});
