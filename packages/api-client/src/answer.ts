// An answer of Authy, read with a bound and without judging it.
export interface Answer {
  status: number;
  /** A redirect, followed by nobody; or an answer the runtime hides. */
  redirected: boolean;
  declaresJson: boolean;
  /** Whether the whole body came and was not too large. */
  complete: boolean;
  /** The parsed body, of whatever content type; undefined where it is not JSON. */
  content: unknown;
  /** Seconds. */
  retryAfter?: number;
  /** Whether the call that it answers may be made again. */
  repeatable: boolean;
}

/** Authy's answers have a few hundred bytes. */
const MAX_BODY = 64 * 1024;
const utf8 = /* @__PURE__ */ new TextDecoder();

export async function readAnswer(
  response: Response,
  { repeatable }: { repeatable: boolean },
): Promise<Answer> {
  const { status, type, headers } = response;
  const redirected =
    response.redirected || type.startsWith('opaque') || (status >= 300 && status < 400);
  if (redirected) response.body?.cancel().catch(() => {});
  const body = redirected ? undefined : await readText(response);
  const retryAfter = secondsToWait(headers);
  return {
    status,
    redirected,
    declaresJson: /^application\/json\s*(?:;|$)/i.test(headers.get('content-type') ?? ''),
    complete: body !== undefined,
    content: body === undefined ? undefined : parse(body),
    ...(retryAfter !== undefined && { retryAfter }),
    repeatable,
  };
}

/** The body as text; undefined when it breaks off or is too large to be Authy's. */
async function readText(response: Response): Promise<string | undefined> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      size += chunk.value.byteLength;
      if (size > MAX_BODY) {
        reader.cancel().catch(() => {});
        return undefined;
      }
      chunks.push(chunk.value);
    }
  } catch {
    return undefined;
  }
  return utf8.decode(joined(chunks, size));
}

/** As whole as it mostly comes: to decode a piece at a time costs several times as much. */
function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Retry-After in seconds; its date form is measured from the answer's own Date. */
function secondsToWait(headers: Headers): number | undefined {
  const wanted = headers.get('retry-after');
  if (wanted === null) return undefined;
  if (/^\d{1,9}$/.test(wanted)) return Number(wanted);
  const seconds = (Date.parse(wanted) - Date.parse(headers.get('date') ?? '')) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}
