/** What watches over a gateway asks: whether it can serve, and how it has served. */
import { type Context, Hono } from 'hono';
import { timingSafeEqual } from 'hono/utils/buffer';
import type { Family } from './metrics.js';
import type { Parts } from './parts.js';
import { problem } from './problem.js';
import { createReadiness, type Readiness } from './readiness.js';
import { VERSION } from './version.js';

interface Keys {
  operator: string;
  metrics?: string;
}

export function monitoringRoutes(parts: Parts, keys: Keys): Hono {
  const readiness = createReadiness(parts);
  const routes = new Hono();
  routes.get('/healthz', (c) => c.json({ status: 'ok' }));
  routes.get('/readyz', async (c) => {
    const state = await readiness();
    const { status } = state;
    if (status !== 'ready') c.header('Retry-After', '1');
    c.header('Cache-Control', 'no-store');
    // Whether the authority is away is nothing that strangers need to know.
    const told = (await isOpenedBy(c, [keys.operator])) ? state : { status };
    return c.json(told, status === 'ready' ? 200 : 503);
  });
  routes.get('/metrics', async (c) => {
    const { operator, metrics = operator } = keys;
    if (!(await isOpenedBy(c, [operator, metrics]))) {
      c.header('WWW-Authenticate', 'Bearer');
      return problem(c, 'unauthorized');
    }
    c.header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8');
    return c.body(parts.metrics.text(await gaugesOf(parts, await readiness())));
  });
  return routes;
}

async function isOpenedBy(c: Context, keys: string[]): Promise<boolean> {
  const given = /^Bearer +(.+)$/i.exec(c.req.header('Authorization') ?? '')?.[1] ?? '';
  const each = await Promise.all(keys.map((key) => timingSafeEqual(given, key)));
  return each.includes(true);
}

/** What can't be found out now has no value. */
async function gaugesOf(
  { stores, recorder, door }: Parts,
  { status, clock, breaker }: Readiness,
): Promise<Family[]> {
  const open = await stores.outbox.open().then(
    (rows) => [{ value: rows.length }],
    () => [],
  );
  return [
    gauge('build_info', 'The release that runs.', [{ value: 1, labels: { version: VERSION } }]),
    gauge('ready', 'Whether it can serve.', [{ value: status === 'ready' ? 1 : 0 }]),
    gauge('clock', 'What is known of the clock.', states(['safe', 'unsafe', 'unknown'], clock)),
    gauge('outbox_open', 'Provisional decisions that nobody settled yet.', open),
    counter(
      'audit_failures',
      'Events that could not be written to the audit log.',
      recorder.failures,
    ),
    ...(door?.callbacks
      ? [counter('callbacks_given_up', 'Callbacks nobody took in time.', door.callbacks.givenUp)]
      : []),
    ...(breaker
      ? [
          gauge(
            'breaker',
            'Whether the authority is asked.',
            states(['closed', 'open', 'half-open'], breaker),
          ),
        ]
      : []),
  ];
}

function gauge(name: string, help: string, samples: Family['samples']): Family {
  return { name: `driftlock_${name}`, help, type: 'gauge', samples };
}

function counter(name: string, help: string, value: number): Family {
  return { name: `driftlock_${name}_total`, help, type: 'counter', samples: [{ value }] };
}

/** One of several states: 1 for that one, 0 for the others. */
function states(all: string[], now: string): Family['samples'] {
  return all.map((state) => ({ labels: { state }, value: state === now ? 1 : 0 }));
}
