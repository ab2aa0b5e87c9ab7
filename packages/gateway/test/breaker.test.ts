import { type Authority, AuthyError, type Ruling } from '@driftlock/api-client';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BreakerOptions, createBreaker } from '../src/breaker.js';
import { createGateway } from '../src/index.js';

const down = () => new AuthyError('no', { kind: 'down' });
const timeout = () => new AuthyError('no', { kind: 'ambiguous' });
const badGateway = () => new AuthyError('no', { kind: 'ambiguous', status: 502 });
const refused = () => new AuthyError('no', { kind: 'refused', status: 429 });
const never = () => new AuthyError('no', { kind: 'refused', code: 'ERR_AUTHY_INPUT' });
const yes = { ruling: 'valid' } as const;

type Reply = Ruling | (() => Error) | Promise<Ruling>;

/** An authority that says what it is told to, behind a breaker whose waits are not spread. */
function behind(options: BreakerOptions = {}) {
  const world = { at: 1_000_000, reply: yes as Reply, asked: 0 };
  const answer = async () => {
    world.asked++;
    if (typeof world.reply === 'function') throw world.reply();
    return world.reply;
  };
  const authority: Authority = {
    verify: answer,
    async status() {
      await answer();
      return 'active';
    },
  };
  const breaker = createBreaker(authority, {
    failures: 2,
    wait: 1000,
    longest: 8000,
    random: () => 1,
    deadline: 2000,
    now: () => world.at,
    ...options,
  });
  const verify = async () => {
    const asked = breaker.authority.verify({ user: '7', code: '0000000', id: 'x' });
    return asked.then(
      ({ ruling }) => ruling,
      (error) => error.kind,
    );
  };
  return { world, breaker, verify };
}

type Behind = ReturnType<typeof behind>;

async function opened(options?: BreakerOptions): Promise<Behind> {
  const made = behind(options);
  made.world.reply = down;
  for (let i = 0; i < 2; i++) await made.verify();
  expect(made.breaker.state()).toBe('open');
  made.world.asked = 0;
  return made;
}

test('a circuit opens when so many questions in a row provably never arrived', async () => {
  const { world, breaker, verify } = behind();
  world.reply = down;
  await verify();
  expect(breaker.state()).toBe('closed');
  world.reply = yes;
  await verify();
  world.reply = down;
  await verify();
  expect(breaker.state()).toBe('closed');
  await verify();
  expect(breaker.state()).toBe('open');
});

test('an open circuit answers down at once and asks nobody', async () => {
  const { world, breaker, verify } = await opened();
  world.reply = yes;
  expect(await verify()).toBe('down');
  const status = breaker.authority.status({ user: '7' });
  await expect(status).rejects.toMatchObject({
    kind: 'down',
    code: 'ERR_AUTHY_DOWN',
    retriable: true,
    retryAfter: 1,
  });
  expect(world.asked).toBe(0);
});

test.each([
  ['refused', refused],
  ['a call that was wrong', never],
  ['ambiguous', timeout],
  ['a fault that names no kind', () => new Error('odd')],
  ['invalid', { ruling: 'invalid', reason: 'mismatch' }],
  ['pending', { ruling: 'pending', decision: 'd' }],
] as [string, Reply][])('%s never opens a circuit', async (_, reply) => {
  const { world, breaker, verify } = behind();
  world.reply = reply;
  for (let i = 0; i < 50; i++) await verify();
  expect([breaker.state(), world.asked]).toStrictEqual(['closed', 50]);
});

test('after the wait one probe is let through, and nobody else while it is on its way', async () => {
  const { world, breaker, verify } = await opened();
  world.at += 1000;
  expect(breaker.state()).toBe('half-open');
  let answer = (_: typeof yes): void => {};
  world.reply = new Promise<typeof yes>((resolve) => {
    answer = resolve;
  });
  const probe = verify();
  expect([await verify(), await verify(), world.asked]).toStrictEqual(['down', 'down', 1]);
  answer(yes);
  expect(await probe).toBe('valid');
  expect(breaker.state()).toBe('closed');
});

test('each probe that fails doubles the wait up to the longest', async () => {
  const { world, breaker, verify } = await opened();
  const waits = [];
  for (let i = 0; i < 6; i++) {
    let waited = 0;
    for (; breaker.state() === 'open'; waited += 500) world.at += 500;
    waits.push(waited);
    await verify();
  }
  expect(waits).toStrictEqual([1000, 2000, 4000, 8000, 8000, 8000]);
  expect(world.asked).toBe(6);
});

test.each([
  ['a yes', yes, 'closed'],
  ['a no', { ruling: 'invalid', reason: 'mismatch' }, 'closed'],
  ['a refusal', refused, 'closed'],
  ['a proxy’s answer', badGateway, 'closed'],
  ['a question that was never sent', never, 'open'],
  ['a timeout', timeout, 'open'],
] as [string, Reply, string][])(
  'a probe that ends with %s leaves it as it shows',
  async (_, reply, state) => {
    const { world, breaker, verify } = await opened();
    world.at += 1000;
    world.reply = reply;
    await verify();
    expect(breaker.state()).toBe(state);
    // What showed nothing did not make the wait longer.
    world.at += 1000;
    expect(breaker.state()).toBe(state === 'open' ? 'half-open' : state);
  },
);

test('a probe that never ends gives way to another, and its late answer still counts', async () => {
  const { world, breaker, verify } = await opened();
  world.at += 1000;
  let answer = (_: typeof yes): void => {};
  world.reply = new Promise<typeof yes>((resolve) => {
    answer = resolve;
  });
  const late = verify();
  world.at += 2000;
  world.reply = down;
  expect(await verify()).toBe('down');
  expect([breaker.state(), world.asked]).toStrictEqual(['open', 2]);
  answer(yes);
  await late;
  expect(breaker.state()).toBe('closed');
});

test('what was asked before it opened and fails later makes no wait longer', async () => {
  const { world, breaker, verify } = behind();
  const fails: (() => void)[] = [];
  const asked = Array.from({ length: 5 }, () => {
    world.reply = new Promise((_, reject) => fails.push(() => reject(down())));
    return verify();
  });
  for (const fail of fails) fail();
  expect(await Promise.all(asked)).toStrictEqual(Array(5).fill('down'));
  world.at += 999;
  expect(breaker.state()).toBe('open');
  world.at += 1;
  expect(breaker.state()).toBe('half-open');
});

test('waits are spread over their second half', async () => {
  const { world, breaker } = await opened({ random: () => 0 });
  world.at += 499;
  expect(breaker.state()).toBe('open');
  world.at += 1;
  expect(breaker.state()).toBe('half-open');
});

test('a clock that was set back makes no wait longer than the longest', async () => {
  const { world, breaker, verify } = await opened();
  world.at -= 86_400_000;
  await verify();
  world.at += 8000;
  expect(breaker.state()).toBe('half-open');
});

test('whatever happens, no question is sent while the circuit is open but one each wait', async () => {
  const tally = { refusedHere: 0, probes: 0, closed: 0 };
  const event = fc.tuple(
    fc.constantFrom(down, down, down, timeout, refused, yes),
    fc.nat({ max: 3000 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 20, maxLength: 60 }), async (events) => {
      const { world, breaker, verify } = behind();
      for (const [reply, elapsed] of events) {
        world.at += elapsed;
        world.reply = reply;
        const before = { state: breaker.state(), asked: world.asked };
        const told = await verify();
        const sent = world.asked > before.asked;
        expect(sent).toBe(before.state !== 'open');
        if (!sent) expect(told).toBe('down');
        if (reply === yes && sent) expect(breaker.state()).toBe('closed');
        if (before.state === 'closed' && reply !== down) expect(breaker.state()).toBe('closed');
        if (!sent) tally.refusedHere++;
        if (before.state === 'half-open') tally.probes++;
        if (before.state === 'half-open' && breaker.state() === 'closed') tally.closed++;
      }
    }),
  );
  for (const count of Object.values(tally)) expect(count).toBeGreaterThan(20);
});

test('what an authority can do beside verifying, it can do behind a breaker', async () => {
  const { breaker } = behind();
  expect(Object.keys(breaker.authority)).toStrictEqual(['verify', 'status']);
  const able = createBreaker(
    { ...breaker.authority, settlement: async () => 'lapsed', repeatable: true },
    { deadline: 2000, now: Date.now },
  ).authority;
  expect(able.repeatable).toBe(true);
  expect(await able.settlement?.({ decision: 'd' })).toBe('lapsed');
});

test.each([['failures'], ['wait'], ['longest']])('a breaker without %s is none', (name) => {
  expect(() => behind({ [name]: 0 })).toThrow(TypeError);
  expect(() => behind({ [name]: Number.NaN })).toThrow(`breaker.${name}`);
});

const keys = { operator: 'operator-key-1f0c', authy: 'authy-key-77ab' };

test('proxy: one circuit for all accounts, whose state the gateway shows', async () => {
  const { breaker: inner, world } = behind({ failures: 1000 });
  world.reply = down;
  const gateway = createGateway({
    mode: 'proxy',
    keys,
    policy: { mode: 'authority-first' },
    authority: inner.authority,
    breaker: { failures: 2 },
  });
  const call = (path: string, body: object) =>
    gateway.fetch(
      new Request(`http://gateway/v1/accounts${path}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${keys.operator}` },
        body: JSON.stringify(body),
      }),
    );
  const statuses = [];
  for (const id of ['ana', 'bob', 'eve']) {
    await call('', { id, authyId: String(id.charCodeAt(0)) });
    statuses.push((await call(`/${id}/verify`, { code: '0000000' })).status);
  }
  expect(statuses).toStrictEqual([503, 503, 503]);
  expect([gateway.breaker?.state(), world.asked]).toStrictEqual(['open', 2]);
});

test('only proxy takes a breaker', () => {
  const options = { mode: 'authority', keys, policy: { mode: 'offline' }, breaker: {} } as const;
  expect(() => createGateway(options)).toThrow('only mode proxy takes a breaker');
});
