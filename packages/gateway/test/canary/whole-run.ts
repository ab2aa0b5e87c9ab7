// Listens to every gateway that a test file makes, and fails the file if anything secret got out.
import { AsyncLocalStorage } from 'node:async_hooks';
import type * as Core from '@driftlock/totp-core';
import type * as Verifier from '@driftlock/verifier';
import { afterAll, expect, vi } from 'vitest';
import type * as GatewayModule from '../../src/gateway.js';
import type { GatewayOptions } from '../../src/options.js';
import { createChannels } from './channels.js';

const channels = createChannels();
/** Whether a call out is the gateway's own and not the test's. */
const inside = new AsyncLocalStorage<true>();
const made: { gateway: GatewayModule.Gateway; operator: string }[] = [];

const { testPath = '' } = expect.getState();
// The test of the scan itself leaks on purpose.
if (/[/]packages[/]gateway[/]test[/](?!canary\.test)/.test(testPath)) {
  listenToCore();
  listenToVerifiers();
  listenToGateways();
  listenToOutput();
  listenToCalls();
  afterAll(async () => {
    const patience = new Promise((resolve) => setTimeout(resolve, 2000));
    // Stores that a test broke may not answer any more.
    await Promise.race([Promise.allSettled(made.map(lastWords)), patience]);
    expect(channels.leaks()).toStrictEqual([]);
  });
}

// What is put in place of a module is the module itself, listened to.

function listenToCore(): void {
  vi.doMock('@driftlock/totp-core', async (importOriginal) => {
    const real = await importOriginal<typeof Core>();
    const importKey: typeof real.importKey = (secret, params) => {
      const key = real.importKey(secret, params);
      const bytes = typeof secret === 'string' ? real.decodeBase32(secret) : secret;
      if (bytes.length >= 10) channels.guard('secret', Uint8Array.from(bytes));
      return key;
    };
    return { ...real, importKey };
  });
}

function listenToVerifiers(): void {
  vi.doMock('@driftlock/verifier', async (importOriginal) => {
    const real = await importOriginal<typeof Verifier>();
    const createVerifier: typeof real.createVerifier = (options) => {
      const verifier = real.createVerifier(options);
      return {
        ...verifier,
        verify: (request) => {
          guardCode(request.code);
          return verifier.verify(request);
        },
        diagnose: (request) => {
          guardCode(request.code);
          return verifier.diagnose(request);
        },
        resynchronize: (request) => {
          for (const { code } of request.codes) guardCode(code);
          return verifier.resynchronize(request);
        },
      };
    };
    const makeRecoveryCodes: typeof real.makeRecoveryCodes = async (account) => {
      const { codes, set } = await real.makeRecoveryCodes(account);
      for (const code of codes) {
        // Told once, in the answer to who asked for them.
        channels.guard('recovery code', code, ['answer']);
        channels.guard('recovery code', code.replaceAll('-', ''), ['answer']);
      }
      return { codes, set };
    };
    return { ...real, createVerifier, makeRecoveryCodes };
  });
}

/** Authy's wire has the code in the URL that asks about it. */
function guardCode(code: unknown): void {
  if (typeof code === 'string' && /^[0-9]{6,8}$/.test(code)) channels.guard('code', code, ['url']);
}

function listenToGateways(): void {
  vi.doMock('../../src/gateway.js', async (importOriginal) => {
    const real = await importOriginal<typeof GatewayModule>();
    const createGateway: typeof real.createGateway = (options) => {
      const gateway = orHeard(() => real.createGateway(listened(options)));
      const { keys } = options;
      for (const key of Object.values(keys)) if (key.length >= 8) channels.guard('key', key);
      made.push({ gateway, operator: keys.operator });
      const fetch: typeof gateway.fetch = async (request, env, ctx) => {
        const response = await inside.run(true, () => gateway.fetch(request, env, ctx));
        if (isOurs(request)) await hear(response);
        return response;
      };
      return { ...gateway, fetch };
    };
    return { ...real, createGateway };
  });
}

function orHeard<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    channels.record('error', error instanceof Error ? (error.stack ?? '') : String(error));
    throw error;
  }
}

function listened(options: GatewayOptions): GatewayOptions {
  if (typeof options?.keys !== 'object') return options;
  return {
    ...options,
    onEvent(event) {
      channels.record('event', JSON.stringify(event));
      options.onEvent?.(event);
    },
    log(line) {
      channels.record('log', JSON.stringify(line));
      options.log?.(line);
    },
  };
}

/** Authy's own paths show seeds and codes to whom they are meant for. */
function isOurs(request: Request): boolean {
  return /^\/(v1|healthz|readyz|metrics)(\/|$)/.test(new URL(request.url).pathname);
}

async function hear(response: Response): Promise<void> {
  channels.record('answer', JSON.stringify([...response.headers]));
  const type = response.headers.get('Content-Type') ?? '';
  if (!response.body || type.startsWith('text/event-stream')) return;
  channels.record('answer', await response.clone().text());
}

/** Its whole log and its metrics, if its stores still answer. */
async function lastWords({ gateway, operator }: (typeof made)[number]): Promise<void> {
  const ask = async (path: string) => {
    const headers = { Authorization: `Bearer ${operator}` };
    const response = await gateway.fetch(new Request(`http://gateway${path}`, { headers }));
    const text = await response.text();
    channels.record(path.startsWith('/v1') ? 'audit' : 'answer', text);
    return response.ok ? text : '{}';
  };
  await ask('/metrics');
  for (let after: string | undefined = ''; after !== undefined; ) {
    const text = await ask(`/v1/audit${after && `?after=${encodeURIComponent(after)}`}`);
    ({ after } = JSON.parse(text) as { after?: string });
  }
}

function listenToCalls(): void {
  const { fetch } = globalThis;
  globalThis.fetch = (...given) => {
    const [input] = given;
    const url = input instanceof Request ? input.url : String(input);
    if (inside.getStore()) channels.record('url', url);
    return fetch(...given);
  };
}

function listenToOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (...given: unknown[]) => boolean;
    stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
      channels.record('output', chunk);
      return write(chunk, ...rest);
    }) as typeof stream.write;
  }
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    const say = console[method].bind(console);
    console[method] = (...said) => {
      channels.record('output', said.map(String).join(' '));
      say(...said);
    };
  }
}
