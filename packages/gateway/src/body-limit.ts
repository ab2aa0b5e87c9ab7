/** How large a body may be, told or counted. */
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';

/**
 * Hono's limit where the length has to be counted. Where it is told, or there is no body, the body is
 * left alone: reaching for it makes Node's server build a stream and a signal that nobody needs, a
 * tenth of a verification.
 */
export function limitBody(options: {
  /** Bytes. */
  maxSize: number;
  onError: (c: Context) => Response;
}): MiddlewareHandler {
  const counting = bodyLimit(options);
  return (c, next) => (isToldToFit(c, options.maxSize) ? next() : counting(c, next));
}

function isToldToFit({ req }: Context, maxSize: number): boolean {
  if (req.method === 'GET' || req.method === 'HEAD') return true;
  const told = req.header('content-length');
  if (told === undefined || req.header('transfer-encoding') !== undefined) return false;
  return /^[0-9]+$/.test(told) && Number(told) <= maxSize;
}
