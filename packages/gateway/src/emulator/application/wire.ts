/** What Authy answers about the application, byte for byte. */
import type { Application } from './application.js';
import type { Month } from './counts.js';

type Body = Record<string, unknown>;

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

export function applicationDetails({ name, sms, serial }: Application): Body {
  return {
    app: { name, plan: 'pay_as_you_go', sms_enabled: sms, app_id: serial },
    message: 'Application information.',
    success: true,
  };
}

export function applicationStatistics(
  { serial }: Application,
  { months, users }: { months: Month[]; users: number },
): Body {
  return {
    app_id: serial,
    count: months.length,
    message: 'Monthly statistics.',
    total_users: users,
    success: true,
    stats: months.map(({ year, month, ...counts }) => ({
      year,
      month: MONTHS[month],
      api_calls_count: counts.api_calls,
      auths_count: counts.auths,
      calls_count: counts.calls,
      sms_count: counts.sms,
      users_count: counts.users,
    })),
  };
}
