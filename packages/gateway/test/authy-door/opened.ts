// A gateway behind whose Authy-compatible door somebody stands with the key, in process.
import { type Authority, AuthyError, type Ruling } from '@driftlock/api-client';
import { AUTHY_APP, importKey, type TotpKey, totp } from '@driftlock/totp-core';
import type { DoorEngine } from '../../src/authy-door/records.js';
import { memoryEngine } from '../../src/engines/memory.js';
import { createGateway, type GatewayOptions } from '../../src/index.js';
import { AUTHY, OPERATOR, START } from '../served.js';

export const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

export interface Said {
  status: number;
  headers: Headers;
  bytes: Uint8Array;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape it expects.
  body: any;
}

export function open(options: Partial<GatewayOptions> = {}) {
  const clock = { at: START };
  const gateway = createGateway({
    mode: 'authority',
    keys: { operator: OPERATOR, authy: AUTHY },
    now: () => clock.at,
    ...options,
    policy: { mode: 'authority-first', ...options.policy },
  });
  const work: Promise<unknown>[] = [];
  const ctx = { waitUntil: (promise: Promise<unknown>) => void work.push(promise) };

  async function call(path: string, init: RequestInit = {}): Promise<Said> {
    const request = new Request(`http://gateway.example${path}`, init);
    const response = await gateway.fetch(request, undefined, ctx);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    const isJson = /[/+]json$/.test(response.headers.get('Content-Type') ?? '');
    const body = isJson ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, bytes, text, body };
  }

  /** With the key and, where parameters are given, a JSON body. */
  const authy = (method: string, path: string, params?: unknown) =>
    call(path, {
      method,
      headers: {
        'X-Authy-API-Key': AUTHY,
        ...(params === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(params === undefined ? {} : { body: JSON.stringify(params) }),
    });

  const operator = (method: string, path: string, body?: unknown) =>
    call(`/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${OPERATOR}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  /** An account with a seed of Authy's app, made over /v1. */
  async function enrol(id: string, authyId: string) {
    await operator('POST', '/accounts', { id, authyId, secret: SECRET, digits: 7, period: 10 });
    const key: TotpKey = importKey(SECRET, AUTHY_APP);
    return {
      code: (offset = 0) => totp(key, { at: clock.at + offset * 1000 }),
      /** At this door. */
      verify: (code: string) => authy('GET', `/protected/json/verify/${code}/${authyId}`),
      /** At the other. */
      verifyHere: (code: string) => operator('POST', `/accounts/${id}/verify`, { code }),
    };
  }

  /** A user registered at the door; the seed is what its picture would show. */
  async function register(cellphone = '3175550100') {
    const user = { email: 'ana@a.example', cellphone, country_code: 1 };
    const { body } = await authy('POST', '/protected/json/users/new', { user });
    return String(body.user.id);
  }

  return { gateway, clock, work, call, authy, operator, enrol, register };
}

/** An authority whose answer can be changed, and which remembers whom it was asked about. */
export function world(reply: () => Ruling = YES) {
  const told = { reply, asked: [] as string[] };
  const authority: Authority = {
    async verify({ user }) {
      told.asked.push(user);
      return told.reply();
    },
    status: async () => 'active',
  };
  return { told, authority };
}

export function YES(): Ruling {
  return { ruling: 'valid' };
}

export function no(reason: 'mismatch' | 'reused' | 'unknown-user' | 'suspended') {
  return (): Ruling => ({ ruling: 'invalid', reason });
}

export function fail(kind: 'down' | 'ambiguous' | 'refused') {
  return (): never => {
    throw new AuthyError('no', { kind });
  };
}

/** What is told to who knocks: status, how long to wait, and the body as it came. */
export function told({ status, headers, text }: Said): (string | number)[] {
  const wait = headers.get('Retry-After');
  return wait === null ? [status, text] : [status, text, wait];
}

/** An engine whose answers come in no order: of each question some turns pass before and after it. */
export function ragged(): DoorEngine {
  const engine = memoryEngine();
  let turns = 0;
  const late = async <T>(ask: () => Promise<T>): Promise<T> => {
    turns = (turns * 5 + 3) % 8;
    for (let i = turns; i > 0; i--) await new Promise(setImmediate);
    const answer = await ask();
    for (let i = 7 - turns; i > 0; i--) await new Promise(setImmediate);
    return answer;
  };
  return {
    read: (place) => late(() => engine.read(place)),
    swap: (place, change) => late(() => engine.swap(place, change)),
    list: (page) => engine.list(page),
  };
}
