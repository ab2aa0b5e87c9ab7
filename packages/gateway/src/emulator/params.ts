/** Parameters as clients send them: JSON, form or query, read into one flat list of names. */

/** Nested names are written the way forms write them: `user[email]`, `logos[0][url]`. */
export type Params = ReadonlyMap<string, string>;

export type Unreadable = 'not-utf8' | 'not-json' | 'too-large';

/** What Node holds of a request. */
export type Incoming = Partial<AsyncIterable<Uint8Array>>;

/** Bytes; far more than any call needs. */
export const BODY_LIMIT: number = 16 * 1024;

/** Deeper than any parameter of the API; keeps hostile nesting from growing its names. */
const DEEPEST = 8;

/**
 * Reads query and body; what the body says wins. A Request of method GET has no body, but Node
 * `authy` sends one: it is read from `incoming`, where a server gives that.
 */
export async function readParams(
  request: Request,
  incoming?: Incoming,
): Promise<Params | Unreadable> {
  const query = fromPairs(new URL(request.url).searchParams);
  const isGet = request.method === 'GET' || request.method === 'HEAD';
  const bytes = isGet ? await readIncoming(incoming) : await request.arrayBuffer();
  if (bytes.byteLength === 0) return query;
  if (bytes.byteLength > BODY_LIMIT) return 'too-large';
  const text = decode(bytes);
  if (text === undefined) return 'not-utf8';
  const type = request.headers.get('content-type') ?? '';
  const isJson = /^application\/(?:[\w.+-]+\+)?json\b/i.test(type);
  const body = isJson ? fromJson(text) : fromPairs(new URLSearchParams(text));
  return body ? new Map([...query, ...body]) : 'not-json';
}

/** The body, or as much of it as shows that it is too large. */
async function readIncoming(incoming: Incoming | undefined): Promise<Uint8Array> {
  const body = new Uint8Array(BODY_LIMIT + 1);
  let length = 0;
  if (!incoming?.[Symbol.asyncIterator]) return body.subarray(0, 0);
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
    const fitting = chunk.subarray(0, body.length - length);
    body.set(fitting, length);
    length += fitting.length;
  }
  return body.subarray(0, length);
}

function decode(bytes: ArrayBuffer | Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A list's elements have no numbers in a form: a name that was there begins the next element. */
function fromPairs(pairs: Iterable<[string, string]>): Map<string, string> {
  const params = new Map<string, string>();
  const indices = new Map<string, number>();
  for (const [name, value] of pairs) {
    const [list = '', ...rest] = name.split('[]');
    if (rest.length === 0) {
      params.set(name, value);
      continue;
    }
    const at = (index: number) => `${list}[${index}]${rest.join('[]')}`;
    const current = indices.get(list) ?? 0;
    const index = params.has(at(current)) ? current + 1 : current;
    indices.set(list, index);
    params.set(at(index), value);
  }
  return params;
}

function fromJson(text: string): Map<string, string> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const params = new Map<string, string>();
  if (value === null) return params;
  if (typeof value !== 'object' || Array.isArray(value)) return undefined;
  const fits = Object.entries(value).every(([name, inner]) => flatten(name, inner, params, 1));
  return fits ? params : undefined;
}

function flatten(
  name: string,
  value: unknown,
  params: Map<string, string>,
  depth: number,
): boolean {
  if (typeof value !== 'object' || value === null) {
    params.set(name, value === null ? '' : String(value));
    return true;
  }
  if (depth === DEEPEST) return false;
  return Object.entries(value).every(([key, inner]) =>
    flatten(`${name}[${key}]`, inner, params, depth + 1),
  );
}
