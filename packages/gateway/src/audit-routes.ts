/** The audit log over HTTP: as it grows, and in pages. */
import { type Context, Hono } from 'hono';
import { chainOf, parsed, readKey } from './audit/entry.js';
import { eventStream, instantOf } from './audit/event-stream.js';
import type { Parts } from './parts.js';
import { problem } from './problem.js';

const PAGE = 100;

export function auditRoutes(parts: Parts): Hono {
  const routes = new Hono();
  routes.get('/events', (c) => {
    const id = c.req.header('Last-Event-ID') ?? '';
    const since = instantOf(id);
    if (id !== '' && since === undefined)
      return problem(c, 'bad-field', { field: 'Last-Event-ID' });
    const { now, recorder } = parts;
    const stream = eventStream(recorder.engine, { now, ...(since === undefined ? {} : { since }) });
    c.header('Content-Type', 'text/event-stream');
    // Proxies that gather answers before they pass them on would hold events back.
    c.header('X-Accel-Buffering', 'no');
    return c.body(stream);
  });
  routes.get('/audit', (c) => showPage(c, parts));
  return routes;
}

/** Chain by chain, each from its newest entry; or one account's alone. */
async function showPage(c: Context, { recorder }: Parts): Promise<Response> {
  const { after, account } = c.req.query();
  if (after !== undefined && !readKey(after)) return problem(c, 'bad-field', { field: 'after' });
  const chain = account === undefined ? '' : chainOf(account);
  const from = after !== undefined && after > chain ? after : chain;
  const listed = await recorder.engine.list({
    kind: 'event',
    ...(from === '' ? {} : { after: from }),
    limit: PAGE,
  });
  const page = listed.filter(({ key }) => key.startsWith(chain));
  const last = page.at(-1);
  const more = last && page.length === PAGE ? { after: last.key } : {};
  const entries = page.map(({ key, value }) => parsed(value) ?? { damaged: key });
  return c.json({ entries, ...more });
}
