/** Chromium by its DevTools protocol, on two pipes: JSON, each message ended by a zero byte. */
import type { Readable, Writable } from 'node:stream';
import { endGroup, startGroup } from '../group.js';
import { CHROMIUM, CHROMIUM_OPTIONS } from '../runtimes.js';

/** Sends a command, to a page where a session is named. */
export type Command = (
  method: string,
  parameters?: object,
  session?: string,
  // biome-ignore lint/suspicious/noExplicitAny: each command has an answer of its own.
) => Promise<any>;

export interface DevTools {
  send: Command;
  end(): Promise<void>;
}

export function startChromium(folder: string): DevTools {
  const flags = ['--remote-debugging-pipe', `--user-data-dir=${folder}`, 'about:blank'];
  const stdio = ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] as const;
  const child = startGroup([CHROMIUM, ...CHROMIUM_OPTIONS, ...flags], {
    folder,
    stdio: [...stdio],
  });
  const [out, into] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  const waiting = new Map<
    number,
    (answer: { error?: { message: string }; result?: object }) => void
  >();
  let ids = 0;
  let received = '';
  into.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (received + chunk).split('\0');
    received = messages.pop() ?? '';
    for (const message of messages) {
      const { id, ...answer } = JSON.parse(message);
      waiting.get(id)?.(answer);
      waiting.delete(id);
    }
  });
  out.on('error', () => {});
  child.on('close', () => {
    for (const answer of waiting.values()) answer({ error: { message: 'Chromium went away' } });
  });
  return {
    send: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        const id = ++ids;
        waiting.set(id, ({ error, result }) => {
          if (error) reject(new Error(`${method}: ${error.message}`));
          else resolve(result);
        });
        out.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
      }),
    end: () => endGroup(child),
  };
}
