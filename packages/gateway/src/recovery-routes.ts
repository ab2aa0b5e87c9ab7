/** Recovery codes over HTTP: ten are made for the operator to hand over; one is typed instead of a code. */
import { makeRecoveryCodes } from '@driftlock/verifier';
import { Hono } from 'hono';
import { type Parts, withAct } from './parts.js';

export function recoveryRoutes(parts: Parts): Hono {
  const { recovery } = parts.stores;
  const routes = new Hono();
  routes.post('/:id/recovery-codes', (c) =>
    withAct(c, parts, {
      act: 'recovery-codes',
      async answer({ id }) {
        const { codes, set } = await makeRecoveryCodes(id);
        await recovery.replace(id, set);
        return c.json({ codes }, 201);
      },
    }),
  );
  return routes;
}
