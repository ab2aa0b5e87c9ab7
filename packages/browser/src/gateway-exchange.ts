/** One call to the gateway: an answer that came through whole, or why there is none. */
import ky from 'ky';
import { GatewayError } from './gateway-error.js';

export interface Call {
  method: 'get' | 'post';
  /** Segments of the path, not yet encoded. */
  path: string[];
  headers?: Record<string, string>;
  json?: unknown;
  signal?: AbortSignal | undefined;
}

export interface Answer {
  /** 0 where a browser hides a redirect. */
  status: number;
  /** Absent where the body is not JSON. */
  json?: unknown;
  /** Seconds. */
  retryAfter?: number;
}

export interface GatewayAuthorityOptions {
  /** Where the gateway's `/v1` begins; plain http only on this machine. */
  baseUrl: string;
  /** A device's token, or an operator's; a browser is given nothing else. */
  token: string;
  /** @default the runtime's */
  fetch?: typeof fetch;
  /** Milliseconds until an answer is given up on, its body included. @default 10000 */
  timeout?: number;
}

/** Asks once, and never again by itself: whether to repeat is the caller's to know. */
export function createExchange(options: GatewayAuthorityOptions): (call: Call) => Promise<Answer> {
  const { timeout = 10_000, fetch } = options;
  const base = checkedUrl(options.baseUrl);
  const http = ky.create({
    headers: { Authorization: `Bearer ${checkedToken(options.token)}`, Accept: 'application/json' },
    redirect: 'manual',
    credentials: 'omit',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
    retry: 0,
    // Ours covers the body too.
    timeout: false,
    throwHttpErrors: false,
    ...(fetch && { fetch }),
  });

  return async ({ method, path, headers = {}, json, signal }) => {
    const url = `${base}/${path.map(segment).join('/')}`;
    const given = AbortSignal.timeout(timeout);
    const either = signal ? AbortSignal.any([signal, given]) : given;
    const offline = isOffline();
    try {
      const body = json === undefined ? {} : { json };
      const response = await http(url, { method, headers, signal: either, ...body });
      return read(response, await response.text());
    } catch (error) {
      const unsent = provesUnsent(error) || (offline && isOffline() && error instanceof TypeError);
      throw new GatewayError(!either.aborted && unsent ? 'down' : 'ambiguous');
    }
  };
}

function read({ status, headers }: Response, text: string): Answer {
  const [type = ''] = (headers.get('content-type') ?? '').toLowerCase().split(';');
  const wait = headers.get('retry-after') ?? '';
  return {
    status,
    ...(/[/+]json$/.test(type.trim()) ? parse(text) : {}),
    ...(/^\d{1,9}$/.test(wait) ? { retryAfter: Number(wait) } : {}),
  };
}

function parse(text: string): { json?: unknown } {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return {};
  }
}

function checkedUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url));
  if (!url || !safe || url.username || url.search || url.hash) {
    throw new TypeError('baseUrl is an https URL without credentials, query or fragment');
  }
  return url.href.replace(/\/+$/, '');
}

/** The token travels with every call: in the clear it stays on this machine. */
function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}

function checkedToken(token: string): string {
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw new TypeError('token is printable ASCII without spaces');
  }
  return token;
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
