// One call to Authy's REST API, from the request to its answer.
import { type Answer, readAnswer } from './answer.js';
import type { Attempt } from './connection.js';
import { lost } from './failure.js';
import { abortSignal } from './input.js';
import { repeated } from './repeated.js';
import { toWire } from './wire/names.js';
import { within } from './within.js';

export interface Call {
  method: 'get' | 'post' | 'delete';
  /** Whose part of the API this is. @default 'protected' */
  door?: 'protected' | 'onetouch' | 'dashboard';
  /** Segments after that, not yet encoded. */
  path: readonly string[];
  /** In our names, as is the body; what is undefined is left out. */
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
  body?: object;
  /** In place of both: parameters as they were signed, a query for `get` and a form otherwise. */
  signed?: { params: string; headers: Record<string, string> };
  /** Whether the call changes nothing, so that it may be made again. @default false */
  repeatable?: boolean;
  signal?: AbortSignal | undefined;
}

export type Exchange = (call: Call) => Promise<Answer>;

export function createExchange(settings: {
  headers: Record<string, string>;
  baseUrl: string;
  fetch: Attempt;
  /** Milliseconds. */
  timeout: number;
  retry: number;
}): Exchange {
  const { baseUrl, timeout, retry } = settings;
  const headers = { ...settings.headers, Accept: 'application/json' };

  return async (call) => {
    const { repeatable = false } = call;
    const signal = abortSignal(call.signal);
    const url = urlOf(call, baseUrl);
    const sent = { method: call.method.toUpperCase(), ...contentOf(call, headers) };
    // The body is read in the same breath, so that the timeout covers it.
    const attempt = () =>
      within({ timeout, signal }, async (ended) => {
        const response = await settings.fetch(url, { ...sent, redirect: 'manual', signal: ended });
        return { response, answer: await readAnswer(response, { repeatable }) };
      });
    try {
      signal?.throwIfAborted();
      if (repeatable) return await repeated(attempt, { url, timeout, retry, signal });
      return (await attempt()).answer;
    } catch (error) {
      throw lost(error, { repeatable, aborted: signal?.aborted ?? false });
    }
  };
}

function urlOf(call: Call, baseUrl: string): string {
  const { method, door = 'protected', path, query = {}, signed } = call;
  const params = method === 'get' && signed ? signed.params : toWire(query);
  const search = new URLSearchParams(params as Record<string, string>).toString();
  const url = `${baseUrl}/${door}/json/${path.map(encodeURIComponent).join('/')}`;
  return search === '' ? url : `${url}?${search}`;
}

function contentOf({ method, body, signed }: Call, headers: Record<string, string>): RequestInit {
  if (signed) {
    const form = method === 'get' ? null : new URLSearchParams(signed.params);
    return { headers: { ...headers, ...signed.headers }, body: form };
  }
  if (!body) return { headers };
  const json = JSON.stringify(toWire(body));
  return { headers: { ...headers, 'Content-Type': 'application/json' }, body: json };
}
