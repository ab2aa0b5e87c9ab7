/** Authy's calls about the application: its name, and what happened here since this process began. */
import type { Calls } from './door.js';
import type { DoorParts } from './door-parts.js';
import { APP_ID } from './wire.js';

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

/** Accounts asked for at once, and at most: a larger sum would keep everybody else waiting. */
const PAGE = 1000;
const PAGES = 100;

export function applicationCalls(door: DoorParts): Calls {
  const { options, tally } = door;
  return {
    showApplication: (c) =>
      c.json({
        app: {
          name: options.name ?? 'Driftlock',
          plan: 'self_hosted',
          sms_enabled: options.deliver !== undefined,
          app_id: APP_ID,
        },
        message: 'Application information.',
        success: true,
      }),
    showStatistics: async (c) => {
      const stats = tally.months().map(({ year, month, ...counts }) => ({
        year,
        month: MONTHS[month],
        api_calls_count: counts.api_calls,
        auths_count: counts.auths,
        calls_count: counts.calls,
        sms_count: counts.sms,
        users_count: counts.users,
      }));
      const total_users = await countUsers(door);
      const message = 'Monthly statistics.';
      return c.json({
        app_id: APP_ID,
        count: stats.length,
        message,
        total_users,
        success: true,
        stats,
      });
    },
  };
}

async function countUsers({ stores }: DoorParts): Promise<number> {
  let count = 0;
  let after = '';
  for (let i = 0; i < PAGES; i++) {
    const page = await stores.accounts.list({ after, limit: PAGE });
    count += page.length;
    if (page.length < PAGE) break;
    after = page.at(-1) as string;
  }
  return count;
}
