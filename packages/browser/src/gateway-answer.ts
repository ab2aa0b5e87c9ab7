/** An answer of the gateway, read with a bound and not judged yet. */
import { GatewayError } from './gateway-error.js';

export interface Answer {
  /** 0 where a browser hides a redirect. */
  status: number;
  /** Absent where the body is not JSON. */
  json?: unknown;
  /** Seconds. */
  retryAfter?: number;
}

/** The gateway's answers have a few hundred bytes. */
const MAX_BODY = 64 * 1024;

/**
 * Throws `GatewayError` for an answer from elsewhere, and for one that breaks off, is too large or
 * is not whole by the time `signal` aborts.
 */
export async function readAnswer(response: Response, signal: AbortSignal): Promise<Answer> {
  const { status, headers } = response;
  if (response.redirected) {
    response.body?.cancel().catch(() => {});
    throw new GatewayError('refused', { status });
  }
  const text = await readText(response, signal);
  if (text === undefined) {
    // The rest of a refusal would still be one; of any other answer it may be a ruling.
    throw new GatewayError(status >= 300 && status < 500 ? 'refused' : 'ambiguous', { status });
  }
  const [type = ''] = (headers.get('content-type') ?? '').toLowerCase().split(';');
  const wait = headers.get('retry-after') ?? '';
  return {
    status,
    ...(/[/+]json$/.test(type.trim()) ? parse(text) : {}),
    ...(/^\d{1,9}$/.test(wait) ? { retryAfter: Number(wait) } : {}),
  };
}

/** The whole body; undefined where there is none to be had. */
async function readText({ body }: Response, signal: AbortSignal): Promise<string | undefined> {
  if (!body) return '';
  const reader = body.getReader();
  // A pending read then ends, whatever the source of the stream does.
  const cancel = () => void reader.cancel().catch(() => {});
  signal.addEventListener('abort', cancel);
  if (signal.aborted) cancel();
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      size += chunk.value.byteLength;
      if (size > MAX_BODY) {
        cancel();
        return undefined;
      }
      text += decoder.decode(chunk.value, { stream: true });
    }
  } catch {
    return undefined;
  }
  return signal.aborted ? undefined : text + decoder.decode();
}

function parse(text: string): { json?: unknown } {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return {};
  }
}
