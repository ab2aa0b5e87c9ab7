/** Authy's calls about the application itself: what it is, and what happened month by month. */
import type { Door } from '../door.js';
import type { World } from '../world.js';
import { applicationDetails, applicationStatistics } from './wire.js';

export function applicationRoutes(on: Door, world: World): void {
  on('GET', '/protected/json/app/details', (c) => c.json(applicationDetails(world.application)));
  on('GET', '/protected/json/app/stats', (c) => {
    const { application, statistics, users } = world;
    return c.json(
      applicationStatistics(application, {
        months: statistics.months(),
        users: users.size(),
      }),
    );
  });
}
