import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { gatewayAuthority } from '../src/gateway-authority.js';
import { GatewayError } from '../src/gateway-error.js';
import { type Answer, says, startGateway } from './scripted-gateway.js';

afterEach(() => vi.unstubAllGlobals());

const TOKEN = 'canary-token-5f2c';
const CODE = '73195042';
const QUESTION = { user: 'ana', code: CODE, id: 'decision-1' };
const HTML = '<h1>73195042</h1>';
const AT = 1_800_000_000_000;
const PROBLEM = { type: 'application/problem+json' };

/** What the authority makes of one scripted answer. */
async function asked<T>(
  answer: Answer,
  ask: (gateway: ReturnType<typeof gatewayAuthority>) => Promise<T>,
  options: { timeout?: number; fetch?: typeof fetch } = {},
): Promise<T> {
  await using server = await startGateway(answer);
  return await ask(gatewayAuthority({ baseUrl: server.baseUrl, token: TOKEN, ...options }));
}

async function failureOf(work: Promise<unknown>): Promise<GatewayError> {
  const error = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(GatewayError);
  return error as GatewayError;
}

const verify = (answer: Answer) => asked(answer, (gateway) => gateway.verify(QUESTION));
const confirmed = { id: 'd', accepted: true, by: 'authority', standing: 'confirmed' };
const provisional = { id: 'd', accepted: true, by: 'local', standing: 'provisional' };
const rejected = (reason: string) => ({ id: 'd', accepted: false, reason });

describe('a question to the gateway', () => {
  it('carries the token, the decision as Idempotency-Key, and the code in its body alone', async () => {
    await using server = await startGateway(says(200, confirmed));
    const gateway = gatewayAuthority({ baseUrl: `${server.baseUrl}/base/`, token: TOKEN });
    await gateway.verify({ ...QUESTION, user: 'ana/../x?#' });
    expect(server.asked).toStrictEqual([
      {
        method: 'POST',
        url: '/base/v1/accounts/ana%2F..%2Fx%3F%23/verify',
        authorization: `Bearer ${TOKEN}`,
        key: 'decision-1',
        body: `{"code":"${CODE}"}`,
      },
    ]);
  });

  it.each([429, 500, 502, 503, 504])('is asked once, whatever the answer (%i)', async (status) => {
    await using server = await startGateway(says(status, '', { 'retry-after': '0' }));
    const gateway = gatewayAuthority({ baseUrl: server.baseUrl, token: TOKEN });
    await failureOf(gateway.verify(QUESTION));
    expect(server.asked.length).toBe(1);
  });

  it('is asked once where the connection is cut', async () => {
    await using server = await startGateway((response) => response.destroy());
    const gateway = gatewayAuthority({ baseUrl: server.baseUrl, token: TOKEN });
    await failureOf(gateway.verify(QUESTION));
    expect(server.asked.length).toBe(1);
  });

  it.each(['', '.', '..'])('is not asked about an account named "%s"', async (user) => {
    await using server = await startGateway(says(200, confirmed));
    const gateway = gatewayAuthority({ baseUrl: server.baseUrl, token: TOKEN });
    await expect(gateway.verify({ ...QUESTION, user })).rejects.toThrow(TypeError);
    expect(server.asked).toStrictEqual([]);
  });
});

describe('a ruling', () => {
  it('is valid for a decision that stands confirmed', async () => {
    expect(await verify(says(200, confirmed))).toStrictEqual({ ruling: 'valid' });
    const settled = { ...confirmed, settlement: 'confirmed' };
    expect(await verify(says(200, settled))).toStrictEqual({ ruling: 'valid' });
  });

  it('is pending for a provisional one, and for one contradicted since', async () => {
    const pending = { ruling: 'pending', decision: 'd' };
    expect(await verify(says(200, provisional))).toStrictEqual(pending);
    const contradicted = { ...confirmed, settlement: 'contradicted' };
    expect(await verify(says(200, contradicted))).toStrictEqual(pending);
  });

  it.each([
    ['mismatch', 'mismatch'],
    ['malformed', 'mismatch'],
    ['replayed', 'reused'],
    ['suspended', 'suspended'],
    ['unknown-user', 'unknown-user'],
  ])('is invalid for %s, with its reason', async (reason, ruled) => {
    const ruling = { ruling: 'invalid', reason: ruled };
    expect(await verify(says(200, rejected(reason)))).toStrictEqual(ruling);
  });

  it.each([
    ['throttled', 429],
    ['locked', 429],
    ['unavailable', 503],
    ['clock-unsafe', 200],
    ['a reason of a later version', 200],
    ['a reason of a later version', 503],
  ])('was not had where the gateway says %s (%i)', async (reason, status) => {
    const body = { ...rejected(reason), retryAfter: 7 };
    const { kind, code, status: seen, retryAfter } = await failureOf(verify(says(status, body)));
    expect({ kind, code, seen, retryAfter }).toStrictEqual({
      kind: 'refused',
      code: 'ERR_GATEWAY',
      seen: status,
      retryAfter: 7,
    });
  });

  it.each([
    ['no standing', { id: 'd', accepted: true }],
    ['an unknown standing', { ...confirmed, standing: 'final' }],
    ['an unknown settlement', { ...confirmed, settlement: 'final' }],
    ['no id', { accepted: true, standing: 'confirmed' }],
    ['an empty id', { ...confirmed, id: '' }],
    ['"true" as text', { ...confirmed, accepted: 'true' }],
    ['no reason', { id: 'd', accepted: false }],
    ['an array', [confirmed]],
    ['null', null],
    ['a success of another kind', { success: true }],
  ])('was not had where the decision has %s', async (_what, body) => {
    expect((await failureOf(verify(says(200, body)))).kind).toBe('refused');
  });

  it.each([201, 400, 409, 429, 500, 502, 503])('is never a yes with HTTP %i', async (status) => {
    expect((await failureOf(verify(says(status, confirmed)))).kind).toBe('refused');
  });

  it('was not had where the page that says so is not JSON by its own word', async () => {
    const answer = says(200, confirmed, { type: 'text/html' });
    expect((await failureOf(verify(answer))).kind).toBe('ambiguous');
  });
});

describe('no ruling', () => {
  it.each<[string, Answer, string]>([
    ['401 for the token', says(401, { code: 'unauthorized' }, PROBLEM), 'refused'],
    ['404 for the account', says(404, { code: 'no-such-account' }, PROBLEM), 'refused'],
    ['413 from a proxy', says(413, HTML, { type: 'text/html' }), 'refused'],
    ['a redirect', says(307, '', { location: '/elsewhere' }), 'refused'],
    ['500 with a problem', says(500, { code: 'internal' }, PROBLEM), 'refused'],
    ['503 with a problem', says(503, { code: 'starting' }, PROBLEM), 'down'],
    ['503 from a proxy', says(503, HTML, { type: 'text/html' }), 'down'],
    ['500 without JSON', says(500, HTML, { type: 'text/html' }), 'ambiguous'],
    ['502 from a proxy', says(502, HTML, { type: 'text/html' }), 'ambiguous'],
    ['504 from a proxy with JSON', says(504, { error: 'timeout' }), 'ambiguous'],
    ['200 from a captive portal', says(200, HTML, { type: 'text/html' }), 'ambiguous'],
    ['200 with half a JSON', says(200, '{"id":"d","accepted":tr'), 'ambiguous'],
    ['200 without a body', says(200, ''), 'ambiguous'],
    ['a connection cut before the answer', (response) => response.destroy(), 'ambiguous'],
    ['an answer cut off', cutOff(200), 'ambiguous'],
    ['a refusal cut off', cutOff(401), 'refused'],
  ])('%s', async (_what, answer, kind) => {
    expect((await failureOf(verify(answer))).kind).toBe(kind);
  });

  it('is ambiguous when no answer, or only its head, came in time', async () => {
    for (const slow of [() => {}, headOnly]) {
      const late = asked(slow, (gateway) => gateway.verify(QUESTION), { timeout: 50 });
      expect((await failureOf(late)).kind).toBe('ambiguous');
    }
  });

  it('is ambiguous when the caller gives up', async () => {
    const giveUp = new AbortController();
    await using server = await startGateway(() => giveUp.abort({ code: 'ECONNREFUSED' }));
    const gateway = gatewayAuthority({ baseUrl: server.baseUrl, token: TOKEN });
    const given = gateway.verify({ ...QUESTION, signal: giveUp.signal });
    expect((await failureOf(given)).kind).toBe('ambiguous');
  });

  it('is ambiguous in time even where memory is short while half an answer is waited for', async () => {
    setFlagsFromString('--expose-gc');
    const collecting = setInterval(runInNewContext('gc'), 10);
    try {
      const late = asked(half, (gateway) => gateway.verify(QUESTION), { timeout: 200 });
      expect((await failureOf(late)).kind).toBe('ambiguous');
    } finally {
      clearInterval(collecting);
    }
  });

  it.each(['its head', 'its body'])(
    'is ambiguous in time with a fetch that never ends %s',
    async (part) => {
      const bodies: ReturnType<typeof endlessBody>[] = [];
      const fetch = () => {
        if (part === 'its head') return new Promise<Response>(() => {});
        const endless = endlessBody('{"now":1', { stalls: true });
        bodies.push(endless);
        return Promise.resolve(json(endless.body));
      };
      const options = { baseUrl: 'https://gw.test', token: TOKEN, timeout: 50, fetch };
      const gateway = gatewayAuthority(options);
      expect((await failureOf(gateway.verify(QUESTION))).kind).toBe('ambiguous');
      expect((await failureOf(gateway.witness())).kind).toBe('ambiguous');
      expect(bodies.every(({ cancelled }) => cancelled)).toBe(true);
    },
  );

  it('is ambiguous at once when the caller gives up on half an answer', async () => {
    const giveUp = new AbortController();
    const endless = endlessBody('{', { stalls: true, onRead: () => giveUp.abort() });
    const fetch = async () => json(endless.body);
    const gateway = gatewayAuthority({ baseUrl: 'https://gw.test', token: TOKEN, fetch });
    const given = gateway.verify({ ...QUESTION, signal: giveUp.signal });
    expect((await failureOf(given)).kind).toBe('ambiguous');
    expect(endless.cancelled).toBe(true);
  });

  it.each([
    [200, 'ambiguous'],
    [403, 'refused'],
    [500, 'ambiguous'],
    [503, 'ambiguous'],
  ])('is read from no more than 64 KiB of an answer (%i)', async (status, kind) => {
    const endless = endlessBody(JSON.stringify(confirmed));
    const fetch = async () => json(endless.body, { status });
    const gateway = gatewayAuthority({ baseUrl: 'https://gw.test', token: TOKEN, fetch });
    const error = await failureOf(gateway.verify(QUESTION));
    expect([error.kind, error.status, endless.cancelled]).toStrictEqual([kind, status, true]);
    expect(endless.bytes).toBeLessThan(80 * 1024);
  });

  it('is all a redirect leads to that a fetch has followed', async () => {
    const body = JSON.stringify(confirmed);
    const fetch = async () => Object.defineProperty(json(body), 'redirected', { value: true });
    const gateway = gatewayAuthority({ baseUrl: 'https://gw.test', token: TOKEN, fetch });
    expect((await failureOf(gateway.verify(QUESTION))).kind).toBe('refused');
  });

  it('is down where nothing listens', async () => {
    const server = await startGateway(() => {});
    const gateway = gatewayAuthority({ baseUrl: server.baseUrl, token: TOKEN });
    await server[Symbol.asyncDispose]();
    const { kind, status } = await failureOf(gateway.verify(QUESTION));
    expect({ kind, status }).toStrictEqual({ kind: 'down', status: undefined });
  });

  it.each<[string, unknown, string]>([
    ['a name that does not resolve', { code: 'ENOTFOUND', syscall: 'getaddrinfo' }, 'down'],
    ['every address refused', { errors: [{ syscall: 'connect' }, { syscall: 'connect' }] }, 'down'],
    ['one address cut off', { errors: [{ syscall: 'connect' }, { syscall: 'read' }] }, 'ambiguous'],
    ['a connection reset', { code: 'ECONNRESET', syscall: 'read' }, 'ambiguous'],
    ['no cause at all', undefined, 'ambiguous'],
  ])('with %s', async (_what, cause, kind) => {
    const failing = async () => {
      throw new TypeError('fetch failed', { cause });
    };
    const gateway = gatewayAuthority({ baseUrl: 'https://gw.test', token: TOKEN, fetch: failing });
    expect((await failureOf(gateway.verify(QUESTION))).kind).toBe(kind);
  });

  it('in a browser is down only where it was offline before and after', async () => {
    const navigator = { onLine: false };
    vi.stubGlobal('navigator', navigator);
    const failing = (after: boolean) => async () => {
      navigator.onLine = after;
      throw new TypeError('Failed to fetch');
    };
    const kinds: string[] = [];
    for (const [before, after] of [
      [false, false],
      [true, false],
      [false, true],
    ] as const) {
      navigator.onLine = before;
      const options = { baseUrl: 'https://gw.test', token: TOKEN, fetch: failing(after) };
      kinds.push((await failureOf(gatewayAuthority(options).verify(QUESTION))).kind);
    }
    expect(kinds).toStrictEqual(['down', 'ambiguous', 'ambiguous']);
  });

  it('tells when to come back, where the gateway said so in seconds', async () => {
    const soon = await failureOf(verify(says(503, '', { 'retry-after': '12' })));
    expect(soon.retryAfter).toBe(12);
    const later = says(503, '', { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' });
    expect('retryAfter' in (await failureOf(verify(later)))).toBe(false);
  });
});

describe('the status of an account', () => {
  const status = (answer: Answer) => asked(answer, (gateway) => gateway.status({ user: 'ana' }));

  it.each(['active', 'suspended', 'unknown'])('is %s where the gateway says so', async (said) => {
    expect(await status(says(200, { id: 'ana', status: said }))).toBe(said);
  });

  it('is unknown where the gateway knows no such account', async () => {
    expect(await status(says(404, { code: 'no-such-account' }, PROBLEM))).toBe('unknown');
  });

  it.each<[string, Answer, string]>([
    ['a proxy knows no such page', says(404, HTML, { type: 'text/html' }), 'refused'],
    ['the gateway knows no such page', says(404, { code: 'no-such-url' }, PROBLEM), 'refused'],
    ['it comes with an error', says(500, { id: 'ana', status: 'active' }), 'refused'],
    ['it is missing', says(200, { id: 'ana' }), 'refused'],
    ['it is none of ours', says(200, { id: 'ana', status: 'enabled' }), 'refused'],
    ["it is another account's", says(200, { id: 'ben', status: 'active' }), 'refused'],
    ['the token is refused', says(401, { code: 'unauthorized' }, PROBLEM), 'refused'],
    ['the gateway is down', says(503, ''), 'down'],
  ])('was not had where %s', async (_what, answer, kind) => {
    expect((await failureOf(status(answer))).kind).toBe(kind);
  });
});

describe('the settlement of a pending decision', () => {
  const settlement = (answer: Answer) =>
    asked(answer, (gateway) => gateway.settlement({ decision: 'd' }));

  it.each(['confirmed', 'contradicted', 'ambiguous', 'lapsed'])(
    'is %s once it is',
    async (said) => {
      expect(await settlement(says(200, { ...provisional, settlement: said }))).toBe(said);
    },
  );

  it('is pending while the decision is provisional, confirmed when it stands so', async () => {
    expect(await settlement(says(200, provisional))).toBe('pending');
    expect(await settlement(says(200, confirmed))).toBe('confirmed');
  });

  it.each<[string, Answer]>([
    ['another decision is shown', says(200, { ...confirmed, id: 'e' })],
    ['the decision was a no', says(200, rejected('mismatch'))],
    ['its settlement is none of ours', says(200, { ...provisional, settlement: 'done' })],
    ['there is no such decision', says(404, { code: 'no-such-decision' }, PROBLEM)],
  ])('was not had where %s', async (_what, answer) => {
    expect((await failureOf(settlement(answer))).kind).toBe('refused');
  });
});

describe('the gateway as a witness', () => {
  const witness = (answer: Answer) => asked(answer, (gateway) => gateway.witness());

  it('says that true time is what it said, or later by at most the round trip', async () => {
    const from = performance.now();
    const { min, max } = await witness(says(200, { now: AT }));
    const roundTrip = performance.now() - from;
    expect(min).toBe(AT);
    expect(max).toBeGreaterThan(AT);
    expect(max).toBeLessThanOrEqual(AT + Math.ceil(roundTrip));
  });

  it.each(['1800000000000', null, -1, 1e300])('is none that says %j', async (now) => {
    expect((await failureOf(witness(says(200, { now })))).kind).toBe('refused');
  });
});

describe('what a failure holds', () => {
  it('is neither token, code nor URL, however deep one looks', async () => {
    const canaries = /canary-token|73195042|127\.0\.0\.1|gw\.test|ana|decision-1/;
    const quoting = async (input: RequestInfo | URL) => {
      throw Object.assign(new TypeError(`Failed: ${TOKEN} ${CODE}`), { request: input });
    };
    const options = { baseUrl: 'https://gw.test', token: TOKEN, fetch: quoting };
    const errors = [
      await failureOf(gatewayAuthority(options).verify(QUESTION)),
      await failureOf(verify(says(401, { echo: `${TOKEN} ${CODE}` }))),
      await failureOf(verify(says(200, HTML))),
      await failureOf(verify((response) => response.destroy())),
    ];
    for (const error of errors) {
      const { stack: _, ...seen } = Object.getOwnPropertyDescriptors(error);
      expect(inspect(seen, { depth: Infinity, showHidden: true })).not.toMatch(canaries);
      expect(error.stack).not.toMatch(/canary-token|73195042|gw\.test|decision-1/);
    }
  });

  it('is not the option that was refused to begin with', () => {
    const refused = (options: object) => {
      try {
        gatewayAuthority({ baseUrl: 'https://gw.test', token: TOKEN, ...options });
        return 'accepted';
      } catch (error) {
        return String(error);
      }
    };
    const badUrl = 'TypeError: baseUrl is an https URL without credentials, query or fragment';
    const badToken = 'TypeError: token is printable ASCII without spaces';
    expect(refused({})).toBe('accepted');
    for (const baseUrl of [
      '',
      'gw.test',
      'ftp://gw.test',
      'https://u:p@gw.test',
      'https://:p@gw.test',
      'https://a/?b#c',
      'https://a/?',
      'https://a/#',
      'http://gw.test',
    ]) {
      expect(refused({ baseUrl })).toBe(badUrl);
    }
    const badTimeout = 'TypeError: timeout is a number of milliseconds, at most 24 days';
    for (const timeout of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31]) {
      expect(refused({ timeout })).toBe(badTimeout);
    }
    for (const token of ['', 'two words', 'two\nlines', 'ключ', undefined]) {
      expect(refused({ token })).toBe(badToken);
    }
  });
});

function cutOff(status: number): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write(JSON.stringify(confirmed), () => response.destroy());
  };
}

function headOnly(response: Parameters<Answer>[0]): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
}

function half(response: Parameters<Answer>[0]): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write(JSON.stringify(confirmed));
}

function json(body: BodyInit, { status = 200 } = {}): Response {
  return new Response(body, { status, headers: { 'content-type': 'application/json' } });
}

/** JSON and then blanks: a MiB of them, or silence; it heeds no signal. */
function endlessBody(start: string, { stalls = false, onRead = () => {} } = {}) {
  const seen = { bytes: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (stalls && seen.bytes > 0) {
        onRead();
        return new Promise(() => {});
      }
      if (seen.bytes > 2 ** 20) return controller.close();
      const chunk = new TextEncoder().encode(seen.bytes === 0 ? start : ' '.repeat(4096));
      seen.bytes += chunk.length;
      controller.enqueue(chunk);
    },
    cancel() {
      seen.cancelled = true;
    },
  });
  return Object.assign(seen, { body });
}

describe('a token for each user', () => {
  it('asks in the name of whom it asks about, and of nobody for the time', async () => {
    await using server = await startGateway(
      says(200, { id: 'd', accepted: true, standing: 'provisional' }),
    );
    const gateway = gatewayAuthority({
      baseUrl: server.baseUrl,
      token: async (user) => (user === 'ana' ? 'token-of-ana' : undefined),
    });
    await gateway.verify({ user: 'ana', code: CODE, id: 'a' });
    await gateway.settlement({ user: 'ana', decision: 'd' });
    server.answer = says(200, { id: 'ana', status: 'active' });
    await gateway.status({ user: 'ana' });
    server.answer = says(200, { now: 1 });
    await gateway.witness();
    const own = 'Bearer token-of-ana';
    expect(server.asked.map(({ authorization }) => authorization)).toStrictEqual([
      ...[own, own, own],
      undefined,
    ]);
  });

  it('asks nothing where there is none, which is no outage', async () => {
    await using server = await startGateway(says(200, {}));
    const gateway = gatewayAuthority({ baseUrl: server.baseUrl, token: () => undefined });
    const refused = { code: 'ERR_GATEWAY', kind: 'refused' };
    await expect(gateway.verify({ user: 'ben', code: CODE, id: 'b' })).rejects.toMatchObject(
      refused,
    );
    await expect(gateway.status({ user: 'ben' })).rejects.toMatchObject(refused);
    await expect(gateway.settlement({ decision: 'd' })).rejects.toMatchObject(refused);
    expect(server.asked).toStrictEqual([]);
  });
});
