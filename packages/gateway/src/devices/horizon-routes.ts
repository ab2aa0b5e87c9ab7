/** Horizon packs over HTTP, one at a time: a pack is minutes of work for this machine. */
import { type Context, Hono } from 'hono';
import { type Parts, withAccount } from '../parts.js';
import { problem } from '../problem.js';
import { issuePack } from './horizon.js';
import { LONGEST_HORIZON } from './options.js';

/** Seconds after which another pack is worth asking for. */
const BUSY = 30;

export function horizonRoutes(parts: Parts): Hono {
  const { horizon, now } = parts;
  const routes = new Hono();
  let issuing = false;

  async function issue(c: Context, hours: number): Promise<Response> {
    if (!horizon) return problem(c, 'not-offered');
    if (issuing)
      return problem(c, 'unavailable', { retryAfter: BUSY, detail: 'a pack is being made' });
    issuing = true;
    try {
      return await withAccount(c, parts, async ({ held }) => {
        if (held.length === 0) return problem(c, 'not-held');
        const { iterations } = horizon;
        const at = now();
        const packs = [];
        for (const seed of held) packs.push(await issuePack(seed, { at, hours, iterations }));
        return c.json({ until: at + hours * 3_600_000, packs });
      });
    } finally {
      issuing = false;
    }
  }

  routes.get('/:id/horizon', (c) => {
    const longest = horizon?.hours ?? LONGEST_HORIZON;
    const given = c.req.query('hours') ?? String(longest);
    const hours = /^\d{1,2}(\.\d{1,4})?$/.test(given) ? Number(given) : 0;
    const fits = hours > 0 && hours <= longest;
    return fits ? issue(c, hours) : problem(c, 'bad-field', { field: 'hours' });
  });
  return routes;
}
