/** One call to the gateway: an answer that came through whole, or why there is none. */
import { type Answer, readAnswer } from './gateway-answer.js';
import { GatewayError } from './gateway-error.js';

export interface Call {
  method: 'get' | 'post';
  /** Segments of the path, not yet encoded. */
  path: string[];
  query?: Record<string, string>;
  headers?: Record<string, string>;
  json?: unknown;
  signal?: AbortSignal | undefined;
}

export interface ExchangeOptions {
  /** Where the gateway's `/v1` begins; plain http only on this machine. */
  baseUrl: string;
  /** A device's token, or an operator's; a browser is given nothing else. @default nobody asks */
  token?: string;
  /** @default the runtime's */
  fetch?: typeof fetch;
  /** Milliseconds until an answer is given up on, its body included. @default 10000 */
  timeout?: number;
}

const PRIVATELY: RequestInit = {
  redirect: 'manual',
  credentials: 'omit',
  cache: 'no-store',
  referrerPolicy: 'no-referrer',
};

/** Asks once, and never again by itself: whether to repeat is the caller's to know. */
export function createExchange(options: ExchangeOptions): (call: Call) => Promise<Answer> {
  const { token } = options;
  const asking = token === undefined ? {} : { Authorization: `Bearer ${checkedToken(token)}` };
  const timeout = checkedTimeout(options.timeout);
  const base = checkedUrl(options.baseUrl);
  const ask = async (url: string, request: RequestInit) =>
    (options.fetch ?? globalThis.fetch)(new Request(url, { ...PRIVATELY, ...request }));

  return async ({ method, path, query, headers = {}, json, signal }) => {
    const search = query ? `?${new URLSearchParams(query)}` : '';
    const url = `${base}/${path.map(segment).join('/')}${search}`;
    const offline = isOffline();
    const limit = startLimit(timeout, signal);
    const told = json !== undefined;
    const typed = told ? { 'Content-Type': 'application/json' } : {};
    const body = told ? { body: JSON.stringify(json) } : {};
    try {
      const asked = ask(url, {
        method,
        headers: { Accept: 'application/json', ...asking, ...typed, ...headers },
        signal: limit.signal,
        ...body,
      });
      // A fetch of the caller's may heed no signal.
      const response = await Promise.race([asked, limit.reached]);
      return await readAnswer(response, limit.signal);
    } catch (error) {
      if (error instanceof GatewayError) throw error;
      const unsent = provesUnsent(error) || (offline && isOffline() && error instanceof TypeError);
      throw new GatewayError(!limit.signal.aborted && unsent ? 'down' : 'ambiguous');
    } finally {
      limit.release();
    }
  };
}

interface Limit {
  signal: AbortSignal;
  /** Rejects when time is up, or the caller gives up. */
  reached: Promise<never>;
  release(): void;
}

/**
 * Held by its timer: of `AbortSignal.timeout` and `any` nothing is left once they are collected, and
 * then they never abort.
 */
function startLimit(timeout: number, caller: AbortSignal | undefined): Limit {
  const controller = new AbortController();
  const { signal } = controller;
  const giveUp = () => controller.abort();
  const reached = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  const timer = setTimeout(giveUp, timeout);
  caller?.addEventListener('abort', giveUp);
  if (caller?.aborted) giveUp();
  return {
    signal,
    reached,
    release() {
      clearTimeout(timer);
      caller?.removeEventListener('abort', giveUp);
    },
  };
}

export function checkedUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url));
  // `search` and `hash` are empty for a bare `?` or `#`, which would swallow the path.
  if (!url || !safe || url.username || url.password || /[?#]/.test(url.href)) {
    throw new TypeError('baseUrl is an https URL without credentials, query or fragment');
  }
  return url.href.replace(/\/+$/, '');
}

/** The token travels with every call: in the clear it stays on this machine. */
function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}

export function checkedToken(token: unknown): string {
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw new TypeError('token is printable ASCII without spaces');
  }
  return token;
}

/** A timer that is set beyond 31 bits fires at once. */
export function checkedTimeout(timeout = 10_000): number {
  if (!(timeout > 0 && timeout < 2 ** 31)) {
    throw new TypeError('timeout is a number of milliseconds, at most 24 days');
  }
  return timeout;
}

/** A dot segment would name another resource. */
function segment(name: string): string {
  if (typeof name !== 'string' || /^\.{0,2}$/.test(name)) {
    throw new TypeError('a name in the path is a string, not empty and not dots');
  }
  return encodeURIComponent(name);
}

/** Only `false` means anything, and only that nothing can be sent now. */
function isOffline(): boolean {
  return globalThis.navigator?.onLine === false;
}

/** What Node names where it could not even connect; browsers name nothing. */
const UNSENT = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT']);

function provesUnsent(error: unknown, depth = 8): boolean {
  if (typeof error !== 'object' || error === null || depth === 0) return false;
  const { code, syscall, errors, cause } = error as Record<string, unknown>;
  // Several addresses tried: every one of them must have failed.
  if (Array.isArray(errors) && errors.length > 0) {
    return errors.every((each) => provesUnsent(each, depth - 1));
  }
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true;
  return UNSENT.has(String(code)) || provesUnsent(cause, depth - 1);
}
