// What moveSeed does when Verify answers oddly; the whole of it runs before an emulator elsewhere.
import { expect, test } from 'vitest';
import { moveSeed } from '../../src/index.js';
import { failureOf, reply, type Script, serve } from '../scripted-server.js';
import { CODE, FACTOR, FACTOR_BODY, IDENTITY, list, refusal, verifyClientOf } from './scripted.js';

const SEED = {
  identity: IDENTITY,
  secret: 'GEZDGNBVGY3TQOJQ',
  friendlyName: 'an account',
  code: () => CODE,
};
const NONE = reply(200, list('factors', []));
const UNVERIFIED = { ...FACTOR_BODY, status: 'unverified' };

/** What was asked, in order: the methods alone. */
async function move(
  scripts: Script[],
  seed: Partial<typeof SEED> & { period?: number; digits?: number } = {},
) {
  const { url, heard } = await serve(...scripts);
  const outcome = await moveSeed(verifyClientOf(url, { retry: 0 }), { ...SEED, ...seed });
  return { outcome, asked: heard.map(({ method }) => method), heard };
}

test.each([
  ['of ten seconds, as those of Authy’s own app', { period: 10, digits: 7 }],
  ['of two minutes', { period: 120 }],
  ['of nine digits', { digits: 9 }],
  ['of two digits', { digits: 2 }],
])('a seed with codes %s is not asked about', async (_, seed) => {
  const { outcome, asked } = await move([NONE], seed);
  expect(outcome).toStrictEqual({ moved: false, reason: 'not-portable' });
  expect(asked).toStrictEqual([]);
});

test('its fingerprint is another for another seed, identity or setting, and tells no seed', async () => {
  const prints = new Set<string>();
  const variants = [
    {},
    { secret: 'gezdgnbvgy3tqojq' },
    { secret: 'GEZDGNBVGY3TQOJA' },
    { identity: 'another-identity' },
    { period: 60 },
    { digits: 8 },
  ];
  for (const variant of variants) {
    const { url, heard } = await serve(NONE, refusal(60306, 400));
    await failureOf(moveSeed(verifyClientOf(url), { ...SEED, ...variant }));
    const metadata = new URLSearchParams(heard[1]?.body).get('Metadata') ?? '';
    expect(metadata).toMatch(/^\{"driftlock":"[\da-f]{64}"\}$/);
    prints.add(metadata);
  }
  // Only the letters' case is no difference.
  expect(prints.size).toBe(variants.length - 1);
});

test('a wrong code leaves the factor as it is, and says so', async () => {
  const { outcome, asked } = await move([NONE, reply(201, UNVERIFIED), reply(200, UNVERIFIED)]);
  expect(outcome).toStrictEqual({ moved: false, reason: 'mismatch', factor: FACTOR });
  expect(asked).toStrictEqual(['GET', 'POST', 'POST']);
});

test.each([
  ['a code that is none', { code: () => 'x' }, { reason: 'malformed' }, ['GET', 'POST']],
  [
    'a factor that is locked',
    {},
    { reason: 'locked', authyCode: '60310' },
    ['GET', 'POST', 'POST'],
  ],
])('%s is an expected no', async (_, seed, no, methods) => {
  const scripts = [NONE, reply(201, UNVERIFIED), refusal(60310, 429)];
  const { outcome, asked } = await move(scripts, seed);
  expect(outcome).toStrictEqual({ moved: false, factor: FACTOR, ...no });
  expect(asked).toStrictEqual(methods);
});

test('an entity that Verify does not know yet has no factors', async () => {
  const scripts = [refusal(20404, 404), reply(201, UNVERIFIED), reply(200, FACTOR_BODY)];
  const { outcome } = await move(scripts);
  expect(outcome).toStrictEqual({ moved: true, factor: FACTOR, already: false });
});

test('where the list cannot be read, nothing is made', async () => {
  const { url, heard } = await serve(reply(200, { factors: [] }));
  await expect(failureOf(moveSeed(verifyClientOf(url), SEED))).resolves.toMatchObject({
    kind: 'refused',
  });
  expect(heard).toHaveLength(1);
});

test('a list without an end is given up, and nothing is made', async () => {
  const next = 'https://verify.twilio.com/?Page=1&PageToken=PT1';
  const { url, heard } = await serve(reply(200, list('factors', [], next)));
  await expect(failureOf(moveSeed(verifyClientOf(url), SEED))).resolves.toMatchObject({
    kind: 'refused',
  });
  expect(heard.map(({ method }) => method)).toStrictEqual(Array(34).fill('GET'));
});

test('a reply that was lost is thrown, and nothing is asked twice', async () => {
  const cut: Script = (response) => response.socket?.resetAndDestroy();
  const { url, heard } = await serve(NONE, cut);
  await expect(failureOf(moveSeed(verifyClientOf(url), SEED))).resolves.toMatchObject({
    kind: 'ambiguous',
  });
  expect(heard.map(({ method }) => method)).toStrictEqual(['GET', 'POST']);
});
