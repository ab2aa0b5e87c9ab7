/** One line for each request: what was asked by its route alone, and never what was sent. */
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';

export interface RequestLine {
  /** Unix milliseconds when it was answered. */
  at: number;
  /** `OTHER` for a method that no route has. */
  method: string;
  /** The route: `/v1/accounts/:id/verify`. What is no route of ours is `*`. */
  path: string;
  status: number;
  /** Milliseconds until its answer began. */
  ms: number;
  /** The decision it was answered with. */
  decision?: string;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'];

export function requestLog(
  log: (line: RequestLine) => void,
  now: () => number,
): MiddlewareHandler<{ Variables: { decision?: string } }> {
  return async (c, next) => {
    const begun = performance.now();
    await next();
    const ms = Math.round((performance.now() - begun) * 10) / 10;
    const method = METHODS.includes(c.req.method) ? c.req.method : 'OTHER';
    const decision = c.get('decision');
    const line = { at: now(), method, path: routePath(c, -1), status: c.res.status, ms };
    try {
      log({ ...line, ...(decision === undefined ? {} : { decision }) });
    } catch {
      // A listener's failure is its own.
    }
  };
}
