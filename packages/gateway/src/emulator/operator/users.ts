/** What only the operator may do with a user: read their seeds, suspend them, take their phone. */
import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { accountOf, uriOf } from '../users/enrolment.js';
import type { User } from '../users/users.js';
import type { World } from '../world.js';
import { notFound, readBody } from './problem.js';

const UserBody = v.strictObject({
  suspended: v.optional(v.boolean()),
  /** Whether the app is on a phone of theirs. */
  registered: v.optional(v.boolean()),
  /** The application's own name for them. */
  customId: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
});

export function operatorUsers(world: World): Hono {
  const routes = new Hono();
  const withUser = (c: Context, answer: (user: User) => Response | Promise<Response>) => {
    const user = world.users.find(c.req.param('id') ?? '');
    return user ? answer(user) : notFound(c, 'no-such-user');
  };
  routes.get('/:id', (c) =>
    withUser(c, (user) => {
      const { app, generic } = user;
      return c.json({
        app: { uri: uriOf(world, app, accountOf(user)) },
        ...(generic && { generic: { uri: uriOf(world, generic, accountOf(user)) } }),
      });
    }),
  );
  routes.get('/:id/activities', (c) => withUser(c, ({ activities }) => c.json({ activities })));
  routes.put('/:id', (c) =>
    withUser(c, async (user) => {
      const body = await readBody(c, UserBody);
      if (body instanceof Response) return body;
      const { suspended = user.suspended, registered, customId = user.customId } = body;
      user.suspended = suspended;
      if (customId !== undefined) user.customId = customId;
      if (registered === true) world.users.register(user, world.at());
      if (registered === false) user.device = undefined;
      return c.json(body);
    }),
  );
  return routes;
}
