import { describe, expect, test } from 'vitest';
import { type Authority, authyAuthority } from '../src/index.js';
import {
  clientOf,
  failure,
  failureOf,
  reply,
  type Script,
  serve,
  TOKEN,
  TOKEN_IS_VALID,
  USER,
} from './scripted-server.js';

async function authorityThat(answers: Script): Promise<Authority> {
  const { url } = await serve(answers);
  return authyAuthority(clientOf(url, { retry: 0 }));
}

const QUESTION = { user: USER, code: TOKEN, id: 'decision-1' };
const status = (fields: object): Script => reply(200, { status: fields, success: true });

describe('authyAuthority', () => {
  test('cannot be asked again about the same decision', async () => {
    const authority = await authorityThat(reply(200, ''));
    expect(Object.keys(authority)).toStrictEqual(['verify', 'status']);
  });

  test.each([
    [reply(200, TOKEN_IS_VALID), { ruling: 'valid' }],
    [reply(401, failure('60020')), { ruling: 'invalid', reason: 'mismatch' }],
    [reply(401, failure('60019')), { ruling: 'invalid', reason: 'reused' }],
    [reply(404, failure('60016')), { ruling: 'invalid', reason: 'unknown-user' }],
    [reply(503, failure('60017')), { ruling: 'invalid', reason: 'suspended' }],
  ])('passes a ruling on (%#)', async (script, ruling) => {
    const authority = await authorityThat(script);
    await expect(authority.verify(QUESTION)).resolves.toStrictEqual(ruling);
  });

  test.each([
    [reply(503, ''), 'down'],
    [reply(504, ''), 'ambiguous'],
    [reply(401, failure('60001')), 'refused'],
  ])('throws where there was none (%#)', async (script, kind) => {
    const authority = await authorityThat(script);
    await expect(failureOf(authority.verify(QUESTION))).resolves.toMatchObject({ kind });
    await expect(failureOf(authority.status(QUESTION))).resolves.toMatchObject({ kind });
  });

  test('makes no ruling of its own about a malformed code', async () => {
    const authority = await authorityThat(reply(200, TOKEN_IS_VALID));
    await expect(
      failureOf(authority.verify({ ...QUESTION, code: '12 345' })),
    ).resolves.toStrictEqual({
      name: 'AuthyError',
      code: 'ERR_AUTHY_INPUT',
      kind: 'refused',
      retriable: false,
    });
  });

  test('hands the signal on to both', async () => {
    const authority = await authorityThat(reply(200, TOKEN_IS_VALID));
    const aborted = { ...QUESTION, signal: AbortSignal.abort() };
    const ambiguous = { kind: 'ambiguous' };
    await expect(failureOf(authority.verify(aborted))).resolves.toMatchObject(ambiguous);
    await expect(failureOf(authority.status(aborted))).resolves.toMatchObject(ambiguous);
  });

  test.each([
    [status({ account_disabled: false }), 'active'],
    [status({ account_disabled: true }), 'suspended'],
    [reply(503, failure('60017')), 'suspended'],
    [reply(404, failure('60026')), 'unknown'],
  ])('tells a standing (%#)', async (script, standing) => {
    const authority = await authorityThat(script);
    await expect(authority.status({ user: USER })).resolves.toBe(standing);
  });

  test.each([[{}], [{ account_disabled: null }], [{ confirmed: true, registered: true }]])(
    'does not call a user active for want of a word: %j',
    async (fields) => {
      const authority = await authorityThat(status(fields));
      await expect(failureOf(authority.status({ user: USER }))).resolves.toMatchObject({
        code: 'ERR_AUTHY_REFUSED',
        kind: 'refused',
      });
    },
  );
});
