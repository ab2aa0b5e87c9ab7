/** Requests of the tour: JSON to the throwaway gateway, under its one key. */
import { CliError } from '../cli-error.js';

interface Request {
  method?: string;
  body?: object;
}

export interface Exchange {
  /** An empty body reads as an empty object. */
  call(path: string, request?: Request): Promise<{ status: number; body: Record<string, unknown> }>;
  /** The body of an answer whose status has to be this one. */
  must(status: number, path: string, request: Request): Promise<Record<string, unknown>>;
}

export function createExchange({
  url,
  key,
  patience,
  signal,
}: {
  url: string;
  key: string;
  patience: number;
  signal: AbortSignal;
}): Exchange {
  const call: Exchange['call'] = async (path, { method = 'GET', body } = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${key}`, 'X-Authy-API-Key': key },
      signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
  };
  return {
    call,
    async must(status, path, request) {
      const answer = await call(path, request);
      if (answer.status === status) return answer.body;
      throw new CliError('ERR_SCENE', `${status} from the gateway, not ${answer.status}`);
    },
  };
}
