/** What the operator sees and does of the door's users, under /v1. */
import { Hono } from 'hono';
import { withAccount } from '../parts.js';
import { approvalRoutes } from './approval-routes.js';
import type { DoorParts } from './door-parts.js';

export function doorOperatorRoutes(door: DoorParts): Hono {
  const routes = new Hono();
  routes.get('/accounts/:id/activities', (c) =>
    withAccount(c, door, async ({ authyId }) => {
      const person = authyId === undefined ? undefined : await door.people.find(authyId);
      return c.json({ activities: person?.activities ?? [] });
    }),
  );
  if (door.mode === 'authority') routes.route('/', approvalRoutes(door));
  return routes;
}
