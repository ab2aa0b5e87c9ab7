// Authy's way of signing: parameters as Rails' Hash#to_query writes them, under HMAC-SHA256.
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';

/** Base64, in the standard alphabet. */
export function signatureOf(text: string, key: string): string {
  const utf8 = new TextEncoder();
  return btoa(String.fromCharCode(...hmac(sha256, utf8.encode(key), utf8.encode(text))));
}

/** Deeper than this is nothing of Authy's, and could exhaust the stack. */
const DEEPEST = 32;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Empty objects and arrays are left out. Undefined for what is no object. */
export function toQuery(params: unknown): string | undefined {
  if (!isObject(params) || Array.isArray(params)) return undefined;
  return entriesOf(params, { prefix: '', depth: 0 });
}

/** Sorted as whole strings, level by level: by key alone, arrays of objects would come apart. */
function entriesOf(
  value: object,
  { prefix, depth }: { prefix: string; depth: number },
): string | undefined {
  if (depth > DEEPEST) return undefined;
  const isList = Array.isArray(value);
  const parts: string[] = [];
  for (const [name, inner] of Object.entries(value)) {
    const nested = prefix ? `${prefix}[${name}]` : name;
    const key = isList ? `${prefix}[]` : nested;
    const part = isObject(inner)
      ? entriesOf(inner, { prefix: key, depth: depth + 1 })
      : `${encode(key)}=${encode(inner ?? '')}`;
    if (part === undefined) return undefined;
    if (part !== '' && inner !== undefined) parts.push(part);
  }
  return (isList ? parts : parts.sort()).join('&');
}

/** A form's encoding as Ruby does it; half a surrogate pair is what UTF-8 makes of it. */
const encode = (value: unknown): string =>
  encodeURIComponent(String(value).replace(/\p{Surrogate}/gu, '\ufffd'))
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
