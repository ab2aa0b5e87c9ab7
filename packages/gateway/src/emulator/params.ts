/** Parameters as clients send them: JSON, form or query, read into one flat list of names. */

/** Nested names are written the way forms write them: `user[email]`. */
export type Params = ReadonlyMap<string, string>;

export type Unreadable = 'not-utf8' | 'not-json';

/** Deeper than any parameter of the API; keeps hostile nesting from growing its names. */
const DEEPEST = 8;

/** Reads query and body; what the body says wins. */
export async function readParams(request: Request): Promise<Params | Unreadable> {
  const params = new Map(new URL(request.url).searchParams);
  if (request.method === 'GET' || request.method === 'HEAD') return params;
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength === 0) return params;
  const text = decode(bytes);
  if (text === undefined) return 'not-utf8';
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) {
    for (const [name, value] of new URLSearchParams(text)) params.set(name, value);
    return params;
  }
  return readJson(text, params) ? params : 'not-json';
}

function decode(bytes: ArrayBuffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function readJson(text: string, params: Map<string, string>): boolean {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  if (value === null) return true;
  if (typeof value !== 'object' || Array.isArray(value)) return false;
  return Object.entries(value).every(([name, inner]) => flatten(name, inner, params, 1));
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
