// One call to Authy's REST API, from the request to its answer.
import ky, { HTTPError, type KyInstance } from 'ky';
import { type Answer, readAnswer } from './answer.js';
import { lost } from './failure.js';
import { abortSignal } from './input.js';
import { toWire } from './wire/names.js';
import { authyCode } from './wire/shape.js';

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

const RETRIED = [429, 500, 502, 503, 504];

export function createExchange(settings: {
  headers: Record<string, string>;
  baseUrl: string;
  fetch: typeof fetch;
  /** Milliseconds. */
  timeout: number;
  retry: number;
}): Exchange {
  const { baseUrl, timeout, retry } = settings;
  const http: KyInstance = ky.create({
    headers: { ...settings.headers, Accept: 'application/json' },
    redirect: 'manual',
    timeout,
  });

  return async ({
    method,
    door = 'protected',
    path,
    query = {},
    body,
    signed,
    repeatable = false,
    ...call
  }) => {
    const signal = abortSignal(call.signal);
    let answer: Answer | undefined;
    // The body is read inside the fetch that ky sees, so that the timeout covers it.
    const fetchAndRead: typeof fetch = async (input, init) => {
      const response = await settings.fetch(input, init);
      answer = await readAnswer(response, { repeatable });
      return response;
    };
    const worthRepeating = ({ error }: { error: Error }): false | undefined => {
      if (!(error instanceof HTTPError) || !answer) return undefined;
      const { status, retryAfter } = answer;
      if (authyCode(answer) !== undefined && status !== 429) return false;
      if (status === 429 && retryAfter === undefined) return false;
      return (retryAfter ?? 0) * 1000 > timeout ? false : undefined;
    };
    const url = `${baseUrl}/${door}/json/${path.map(encodeURIComponent).join('/')}`;
    try {
      signal?.throwIfAborted();
      await http(url, {
        method,
        fetch: fetchAndRead,
        retry: repeatable
          ? {
              limit: retry,
              statusCodes: RETRIED,
              maxRetryAfter: timeout,
              shouldRetry: worthRepeating,
            }
          : 0,
        throwHttpErrors: (status) => repeatable && RETRIED.includes(status),
        searchParams: toWire(query) as Record<string, string>,
        ...(body && { json: toWire(body) }),
        ...(signed && {
          headers: signed.headers,
          [method === 'get' ? 'searchParams' : 'body']: new URLSearchParams(signed.params),
        }),
        ...(signal && { signal }),
      });
    } catch (error) {
      if (!(error instanceof HTTPError && answer)) {
        throw lost(error, { repeatable, aborted: signal?.aborted ?? false });
      }
    }
    return answer as Answer;
  };
}
