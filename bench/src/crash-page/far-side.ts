/** The page's own server: a gateway that answers late, or not at all, and hears what the page tells. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import type { Heard } from './round.js';

/** Where the page was as it was cut off. */
export type Phase = 'verifying' | 'asking' | 'settling' | 'done';

export interface Ear extends Heard {
  /** Resolves once the page is about to verify. */
  begun: Promise<void>;
  phase(): Phase;
}

export interface FarSide {
  origin: string;
  /** Only those codes are right. */
  listen(run: number, codes: readonly string[]): Ear;
  close(): void;
}

interface Line extends Heard {
  right: readonly string[];
  begin(): void;
  /** Which decision each code came with. */
  codes: Map<string, string>;
  asking: number;
  answered: number;
  done: boolean;
}

/** What the pages load. */
export const SCRIPTS = ['page.js', 'worker.js'] as const;

/** `scripts` is the folder they are in; `chance` says how each answer goes. */
export async function startFarSide(scripts: string, chance: () => number): Promise<FarSide> {
  const lines = new Map<string, Line>();
  const app = new Hono<{ Bindings: { outgoing: { destroy(): void } } }>();
  // A page that ends in the middle of a request is what this is about.
  app.onError((_, c) => c.body(null, 500));
  app.get('/', (c) =>
    c.html('<!doctype html><title>crash</title><script type="module" src="/page.js"></script>'),
  );
  for (const script of SCRIPTS) {
    app.get(`/${script}`, () => {
      const headers = { 'Content-Type': 'text/javascript' };
      return new Response(readFileSync(join(scripts, script)), { headers });
    });
  }
  app.post('/:run/begun', (c) => {
    lines.get(c.req.param('run'))?.begin();
    return c.body(null, 204);
  });
  app.post('/:run/told', async (c) => {
    lines.get(c.req.param('run'))?.told.push(await c.req.json());
    return c.body(null, 204);
  });
  app.post('/:run/done', (c) => {
    const line = lines.get(c.req.param('run'));
    if (line) line.done = true;
    return c.body(null, 204);
  });
  app.get('/:run/v1/accounts/:account', (c) =>
    c.json({ id: c.req.param('account'), status: 'active' }),
  );
  app.post('/:run/v1/accounts/:account/verify', async (c) => {
    const line = lines.get(c.req.param('run'));
    if (!line) return c.body(null, 404);
    const id = c.req.header('Idempotency-Key') ?? '';
    const { code } = await c.req.json();
    if (!line.right.includes(code)) return c.json({ id, accepted: false, reason: 'mismatch' });
    line.asking++;
    await new Promise((resolve) => setTimeout(resolve, chance() * 40));
    line.asking--;
    const luck = chance();
    // Nothing was done: a gateway that is down.
    if (luck < 0.1) return c.body(null, 503);
    const by = line.codes.get(code) ?? id;
    if (by !== id) line.askedTwice++;
    line.codes.set(code, by);
    if (!line.confirmed.includes(id)) line.confirmed.push(id);
    line.answered++;
    // Done, and nobody hears of it.
    if (luck < 0.3) {
      c.env.outgoing.destroy();
      return RESPONSE_ALREADY_SENT;
    }
    return c.json({ id, accepted: true, standing: 'confirmed' });
  });
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server;
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    listen(run, right) {
      let begin = () => {};
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const heard: Heard = { told: [], confirmed: [], askedTwice: 0 };
      const line = {
        ...heard,
        right,
        begin,
        codes: new Map(),
        asking: 0,
        answered: 0,
        done: false,
      };
      lines.set(String(run), line);
      const phase = () => {
        if (line.done) return 'done';
        if (line.asking > 0) return 'asking';
        return line.answered > 0 ? 'settling' : 'verifying';
      };
      return Object.assign(line, { begun, phase });
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
