/** The audit log as server-sent events (WHATWG HTML, section 9.2). */
import type { Records } from '../stores/engine.js';
import type { Entry } from './entry.js';
import { type FollowOptions, follow } from './follow.js';

/** Looks without anything new until a comment says that the line is open: 15 s. */
const HEARTBEAT = 30;
const ID = /^([0-9]{1,15})-[0-9]{1,12}-[A-Za-z0-9%._~!*'()-]*$/;

/** Stable: an entry that comes twice has one id. */
export function idOf({ at, seq, account }: Entry): string {
  return `${at}-${seq}-${encodeURIComponent(account)}`;
}

/** When the entry with this id was written; `undefined` for what is no id of ours. */
export function instantOf(id: string): number | undefined {
  const [, at] = ID.exec(id) ?? [];
  return at === undefined ? undefined : Number(at);
}

/** Read as fast as whoever listens takes it, and no longer than they do. */
export function eventStream(
  engine: Records,
  options: Omit<FollowOptions, 'signal'>,
): ReadableStream<Uint8Array> {
  const stop = new AbortController();
  const chunks = textOf(engine, { ...options, signal: stop.signal });
  const encoder = new TextEncoder();
  return new ReadableStream(
    {
      async pull(controller) {
        // An engine that does not answer ends the stream: the client comes again and loses nothing.
        const { value, done } = await chunks.next().catch(() => ({ value: undefined, done: true }));
        if (done || value === undefined) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      cancel: () => stop.abort(),
    },
    { highWaterMark: 0 },
  );
}

async function* textOf(engine: Records, options: FollowOptions): AsyncGenerator<string> {
  yield 'retry: 2000\n\n';
  let quiet = 0;
  for await (const followed of follow(engine, options)) {
    if (followed === 'quiet') {
      quiet += 1;
      if (quiet % HEARTBEAT === 0) yield ':\n\n';
    } else if ('missed' in followed) {
      yield `event: missed\ndata: ${JSON.stringify(followed.missed)}\n\n`;
    } else {
      yield `id: ${idOf(followed.entry)}\ndata: ${JSON.stringify(followed.entry)}\n\n`;
    }
  }
}
