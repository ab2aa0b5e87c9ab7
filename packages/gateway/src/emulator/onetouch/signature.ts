/** Authy's signature of a request: HMAC-SHA256 over nonce, method, URL and parameters, in Base64. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Signed {
  key: string;
  nonce: string;
  method: string;
  /** Without its query. */
  url: string;
  /** As {@link toQuery} spells the parameters. */
  query: string;
}

export async function sign({ key, nonce, method, url, query }: Signed): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const hmac = await crypto.subtle.importKey('raw', encoder.encode(key), algorithm, false, [
    'sign',
  ]);
  const data = encoder.encode(`${nonce}|${method}|${url}|${query}`);
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', hmac, data));
  return btoa(String.fromCharCode(...mac));
}

/**
 * Parameters as Rails spells them: sorted at each level of an object by the whole spelling, lists in
 * their order, null as empty text, empty objects and lists left out.
 */
export function toQuery(value: Json, name = ''): string {
  if (Array.isArray(value)) return joined(value.map((one) => toQuery(one, `${name}[]`)));
  if (typeof value !== 'object' || value === null) {
    return `${encode(name)}=${encode(value === null ? '' : String(value))}`;
  }
  const parts = Object.entries(value).map(([key, inner]) =>
    toQuery(inner, name === '' ? key : `${name}[${key}]`),
  );
  return joined(parts.sort());
}

function joined(parts: string[]): string {
  return parts.filter((part) => part !== '').join('&');
}

function encode(text: string): string {
  const escaped = encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return escaped.replaceAll('%20', '+');
}
