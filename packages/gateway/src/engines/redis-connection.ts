/** A connection to Redis on which every command is answered, or rejects within seconds. */
import type { RedisClient } from './redis.js';

export interface Connection {
  send(command: string[]): Promise<unknown>;
  end(): void;
}

/** Milliseconds until a command that got no answer rejects. */
const DEADLINE = 5000;

/** A client that others use, too: it is left as it is. */
export function shared(client: RedisClient): Connection {
  return { send: (command) => withinDeadline(client.sendCommand(command)), end() {} };
}

/** Connects; rejects where that takes too long. What is sent while it is broken rejects at once. */
export async function connectTo(url: string): Promise<Connection> {
  // Before the client sees it, whose complaint would quote it.
  if (!URL.canParse(url)) throw new TypeError('url must be a URL');
  // Here, because whoever brings a client of their own may not have this one.
  const { createClient } = await import('@redis/client');
  const dial = () => {
    const made = createClient({ url, RESP: 2, disableOfflineQueue: true });
    // It connects anew by itself; unheard, the event would end the process.
    made.on('error', () => {});
    return made;
  };
  let client = dial();
  try {
    await withinDeadline(client.connect());
  } catch (error) {
    client.destroy();
    throw error;
  }
  return {
    send: (command) => {
      const asked = client;
      return withinDeadline(asked.sendCommand(command), () => {
        // Answers that were given up would be waited for until TCP gives up, a quarter of an hour later.
        if (asked !== client) return;
        asked.destroy();
        client = dial();
        client.connect().catch(() => {});
      });
    },
    end: () => client.destroy(),
  };
}

async function withinDeadline<Reply>(work: Promise<Reply>, late?: () => void): Promise<Reply> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late?.();
      reject(new Error('Redis did not answer in time'));
    }, DEADLINE);
  });
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer));
}
