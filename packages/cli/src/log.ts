/** A gateway's log: one JSON object a line, on standard error; what happened, and no code or secret. */
import type { GatewayOptions } from '@driftlock/gateway';
import type { ServeOptions } from '@driftlock/gateway/node';
import { type Logger, pino, stdTimeFunctions } from 'pino';
import type { World } from './verb.js';

type Hooks = Required<Pick<ServeOptions, 'log' | 'onEvent' | 'onAlarm' | 'onAnchor'>>;
type Event = Parameters<NonNullable<GatewayOptions['onEvent']>>[0];

/** What `serveGateway` tells of, written down. */
export function logged({ err }: World): Hooks {
  const logger = pino({ base: null, timestamp: stdTimeFunctions.isoTime }, { write: err });
  return {
    log: ({ at: _, ...line }) =>
      line.status < 500 ? logger.info(line, 'request') : logger.error(line, 'request'),
    onEvent: (event) => logEvent(logger, event),
    onAlarm: (alarm) => logger.warn(alarm, 'alarm'),
    // The end of the chain, to be kept where nobody writes the data.
    onAnchor: (anchor) => logger.info(anchor, 'anchor'),
  };
}

function logEvent(logger: Logger, { at: _, ...event }: Event): void {
  const { type } = event;
  if (type === 'decided') {
    const { account, decision } = event;
    const { id, accepted } = decision;
    const how = decision.accepted ? { standing: decision.standing } : { reason: decision.reason };
    logger.info({ account, id, accepted, ...how }, type);
  } else if (type !== 'observed') {
    // What was learned of a clock is asked for, and changes with every login.
    logger[LEVELS[type] ?? 'info'](event, type);
  }
}

const LEVELS: Partial<Record<Event['type'], 'warn' | 'error'>> = {
  fault: 'error',
  alarm: 'warn',
  latched: 'warn',
};
