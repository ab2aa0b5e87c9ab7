// The application that an API key belongs to.
import { ask } from './ask.js';
import type { Exchange } from './exchange.js';
import { given, ip } from './input.js';
import {
  type ApplicationDetails,
  type ApplicationStats,
  readDetails,
  readStats,
} from './wire/application.js';

interface Question {
  /** The address of whoever wants to know, for Authy's records. */
  ip?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Each throws {@link AuthyError} where Authy gave no usable answer, and is safe to repeat. */
export interface Application {
  /** Asks for the application's name and plan; what Authy leaves out is absent. */
  details(question?: Question): Promise<ApplicationDetails>;
  /** Asks how much the application was used, month by month. */
  stats(question?: Question): Promise<ApplicationStats>;
}

export function createApplication(exchange: Exchange): Application {
  const about = (subject: string, question: Question) =>
    ({
      method: 'GET',
      path: ['app', subject],
      query: { userIp: given(question.ip, ip) },
      repeatable: true,
      signal: question.signal,
    }) as const;
  return {
    details: async (question = {}) =>
      ask(exchange, { ...about('details', question), read: readDetails }),
    stats: async (question = {}) => ask(exchange, { ...about('stats', question), read: readStats }),
  };
}
