// 5,000 malformed answers of Verify's: none may be a valid ruling, and nothing but an AuthyError may be
// thrown. The same answers are put to authorities weakened on purpose, each of which must be found out.
import { expect, test } from 'vitest';
import { twilioVerifyAuthority } from '../../src/index.js';
import {
  type Ask,
  field,
  fuzz,
  JSON_TYPE,
  ODD,
  type Repair,
  respond,
  type Way,
  waysToSpoil,
  weakened,
} from '../malformed.js';
import {
  ACCOUNT,
  CHALLENGE,
  CHALLENGE_BODY,
  CODE,
  FACTOR,
  IDENTITY,
  OPTIONS,
  SERVICE,
} from './scripted.js';

const CASES = 5000;
/** The first of them are enough to find a weakness. */
const WEAKENED = 1050;

const YES = CHALLENGE_BODY;
const other = (sid: string): string => `${sid.slice(0, 33)}0`;
const without = (name: keyof typeof YES): Way => {
  return () => respond({ ...YES, [name]: undefined }, { status: 201 });
};
const instead = (name: keyof typeof YES, ...values: unknown[]): Way => {
  return (random) => respond({ ...YES, [name]: random.pick([...ODD, ...values]) }, { status: 201 });
};

const WAYS: Record<string, Way> = {
  ...waysToSpoil(YES, {
    statuses: [202, 203, 206, 400, 401, 403, 404, 409, 429, 500, 502, 503, 504],
    vocabulary: {
      names: ['status', 'sid', 'identity', 'factor_sid', 'account_sid', 'code', '__proto__'],
      values: ['approved', FACTOR, CHALLENGE, ACCOUNT, SERVICE, IDENTITY, 'totp', 60310],
    },
  }),
  'another status of it': instead(
    'status',
    'pending',
    'Approved',
    'APPROVED',
    'verified',
    true,
    200,
  ),
  'no status of it': without('status'),
  'another identity': instead('identity', IDENTITY.toUpperCase(), `${IDENTITY} `, 'another-one'),
  'no identity': without('identity'),
  'another factor': instead('factor_sid', other(FACTOR), FACTOR.toUpperCase(), CHALLENGE),
  'no factor': without('factor_sid'),
  'another account': instead('account_sid', other(ACCOUNT)),
  'no account': without('account_sid'),
  'another service': instead('service_sid', other(SERVICE)),
  'no service': without('service_sid'),
  'another type': instead('factor_type', 'push', 'passkeys', 'TOTP'),
  'no type': without('factor_type'),
  'another sid': instead('sid', FACTOR, `${CHALLENGE}0`, 'YC'),
  'no sid': without('sid'),
  'a code of failure': (random) =>
    respond({ ...YES, code: random.pick([60310, '60308', 20404, 0, null, {}]) }, { status: 201 }),
  'a factor in its place': () =>
    respond({ ...YES, sid: FACTOR, status: 'verified', factor_sid: undefined }, { status: 200 }),
  'a list of it': () => respond({ challenges: [YES], meta: { next_page_url: null } }),
};

const byAuthority: Ask = async (answer) => {
  const authority = twilioVerifyAuthority({
    ...OPTIONS,
    factor: async () => ({ identity: IDENTITY, factorSid: FACTOR }),
    fetch: async () => answer(),
  });
  return (await authority.verify({ user: 'ana', code: CODE, id: 'd' })).ruling === 'valid';
};

test('of 5,000 malformed answers none is a valid ruling, and none is an error unhandled', async () => {
  const { taken, crashed, unruled } = await fuzz(byAuthority, { ways: WAYS, cases: CASES });
  expect({ taken, crashed }).toStrictEqual({ taken: [], crashed: [] });
  // The rest are challenges that are pending.
  expect(unruled).toBeGreaterThan(4950);
  expect(unruled).toBeLessThan(CASES);
});

test.each([200, 201])('unspoiled, the same answer is a valid ruling at %d', async (status) => {
  expect(await byAuthority(() => respond(YES, { status }))).toBe(true);
});

const fill = (name: keyof typeof YES): Repair =>
  field((body) => (body.status === 'pending' ? body : { ...body, [name]: YES[name] }));

/** What each check of ours looks at, made right before our own client sees it: so it checks nothing. */
const REPAIRS: Record<string, { repair: Repair; taken: string[] }> = {
  'HTTP status': {
    repair: (answer) => {
      answer.status = 201;
    },
    taken: ['a redirect', 'another status'],
  },
  'content type': {
    repair: (answer) => {
      answer.type = JSON_TYPE;
    },
    taken: ['another content type'],
  },
  status: { repair: fill('status'), taken: ['another status of it', 'no status of it'] },
  identity: { repair: fill('identity'), taken: ['another identity', 'no identity'] },
  factor: { repair: fill('factor_sid'), taken: ['another factor', 'no factor'] },
  account: { repair: fill('account_sid'), taken: ['another account', 'no account'] },
  service: { repair: fill('service_sid'), taken: ['another service', 'no service'] },
  type: { repair: fill('factor_type'), taken: ['another type', 'no type'] },
  sid: { repair: fill('sid'), taken: ['another sid', 'no sid'] },
  'error code': { repair: field(({ code, ...body }) => body), taken: ['a code of failure'] },
};

test.each(Object.entries(REPAIRS))(
  'an authority of ours without a check of the %s is found out',
  async (_, { repair, taken }) => {
    const weak = weakened(byAuthority, repair);
    const found = (await fuzz(weak, { ways: WAYS, cases: WEAKENED })).taken;
    expect(found.filter((way) => way !== 'anything at all')).toStrictEqual(taken);
  },
);

test.each<[string, Ask]>([
  ['goes by the HTTP status alone', async (answer) => answer().ok],
  [
    'goes by the status of it alone',
    async (answer) => (await answer().json())?.status === 'approved',
  ],
  [
    'takes what is not pending for a yes',
    async (answer) => (await answer().json())?.status !== 'pending',
  ],
  [
    'looks for the word in the bytes',
    async (answer) => (await answer().text()).includes('"approved"'),
  ],
])('an authority that %s is found out', async (_, ask) => {
  const { taken } = await fuzz(ask, { ways: WAYS, cases: WEAKENED });
  expect(taken.length).toBeGreaterThan(5);
});
