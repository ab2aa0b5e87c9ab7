// One call to a REST API of Authy's or Twilio's, from the request to its answer.
import { type Answer, readAnswer } from './answer.js';
import type { Attempt } from './connection.js';
import { lost } from './failure.js';
import { abortSignal } from './input.js';
import { repeated } from './repeated.js';
import { toWire } from './wire/names.js';
import { within } from './within.js';

export interface Call {
  method: 'GET' | 'POST' | 'DELETE';
  /** Where in the API its path begins. @default 'protected/json' */
  door?: string;
  /** Segments after that, not yet encoded. */
  path: readonly string[];
  /** In our names, without what is undefined; as text it is sent as it stands. */
  query?: string | Readonly<Record<string, string | number | boolean | undefined>>;
  /** In our names, sent as JSON; a form is sent as it stands. */
  body?: object | URLSearchParams;
  /** Beside those of every call. */
  headers?: Readonly<Record<string, string>>;
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

  return async (call) => {
    const { repeatable = false } = call;
    const signal = abortSignal(call.signal);
    const url = urlOf(call, baseUrl);
    const sent = contentOf(call, settings.headers);
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

function urlOf({ door = 'protected/json', path, query = {} }: Call, baseUrl: string): string {
  const params = typeof query === 'string' ? query : (toWire(query) as Record<string, string>);
  const search = new URLSearchParams(params).toString();
  const url = `${baseUrl}/${door}/${path.map(encodeURIComponent).join('/')}`;
  return search === '' ? url : `${url}?${search}`;
}

function contentOf(call: Call, always: Record<string, string>): RequestInit {
  const { method, body } = call;
  const headers: Record<string, string> = {
    Accept: 'application/json',
    ...always,
    ...call.headers,
  };
  if (!body || body instanceof URLSearchParams) return { method, headers, body: body ?? null };
  headers['Content-Type'] = 'application/json';
  return { method, headers, body: JSON.stringify(toWire(body)) };
}
