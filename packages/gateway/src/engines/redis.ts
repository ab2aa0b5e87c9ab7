/** Cells on Redis, for the ledger of gateways that keep the rest elsewhere. */
import type { Cells } from '../stores/engine.js';
import { type Connection, connectTo, shared } from './redis-connection.js';
import { checkServer, type Durability } from './redis-durability.js';

/** What is used of a client: node-redis's `sendCommand`, to one server that is no cluster. */
export interface RedisClient {
  sendCommand(command: string[]): Promise<unknown>;
}

export type RedisOptions = (
  | /** `redis://user:password@host:port/database`, or `rediss://` over TLS. */ { url: string }
  | /** A client that is connected and queues nothing while it is not; whoever made it ends it. */ {
      client: RedisClient;
    }
) & {
  /** What the server must be set up to keep. @default 'always' */
  durability?: Durability;
  /** Before every key. @default 'driftlock:' */
  prefix?: string;
};

export interface RedisCells extends Cells {
  /** Frees what it holds; what is asked afterwards rejects. */
  close(): Promise<void>;
}

/** One script, because nothing else of Redis compares and writes at once. */
const SWAP = `local there = redis.call('HGET', KEYS[1], 'version')
if ARGV[1] == '' then
  if there then return 0 end
elseif not there or '=' .. there ~= ARGV[1] then
  return 0
end
if #ARGV == 1 then
  redis.call('DEL', KEYS[1])
else
  redis.call('HSET', KEYS[1], 'value', ARGV[2], 'version', ARGV[3])
end
return 1`;

/**
 * Opens cells on one primary of Redis 7 or later (tested with 7.0): for `ledgerOverCells`. They are kept for
 * good; `group` and `until` mean nothing here.
 *
 * `true` means durable only under `appendfsync always`, where Redis answers after its file is on the
 * disk. Under `everysec` a crash forgets up to two seconds of swaps: a code spent in them is good a
 * second time for as long as it lives, and an attempt in them was never counted. A replica that is promoted may
 * lack acknowledged swaps under either, and `WAIT` would not undo one. So `durability` is asked of the
 * server, and this rejects where it promises less, may evict keys, is a replica, or won't say; with
 * `'unchecked'` nothing is asked. A swap whose reply was lost rejects: it may have been written or not.
 *
 * @example
 * const cells = await redisCells({ url: process.env.REDIS_URL });
 * const ledger = ledgerOverCells(cells);
 */
export async function redisCells(options: RedisOptions): Promise<RedisCells> {
  const { durability = 'always', prefix = 'driftlock:' } = options;
  const connection = 'client' in options ? shared(options.client) : await connectTo(options.url);
  try {
    if (durability !== 'unchecked') await checkServer(connection.send, durability);
    const digest = String(await connection.send(['SCRIPT', 'LOAD', SWAP]));
    return cellsOver(connection, { digest, prefix });
  } catch (error) {
    connection.end();
    throw error;
  }
}

function cellsOver(
  connection: Connection,
  { digest, prefix }: { digest: string; prefix: string },
): RedisCells {
  let closed = false;

  async function ask(command: string[]): Promise<unknown> {
    if (closed) throw new Error('the cells were closed');
    return connection.send(command);
  }

  return {
    async read({ kind, key }) {
      const found = await ask(['HMGET', `${prefix}${kind}:${key}`, 'value', 'version']);
      const [value, version] = found as [string | null, string | null];
      if (value === null && version === null) return undefined;
      if (typeof value !== 'string' || typeof version !== 'string') {
        throw new Error('a record is damaged');
      }
      return { value, version };
    },
    async swap({ kind, key }, { from, to }) {
      // An empty argument is no version: none is there.
      const expected = from === undefined ? '' : `=${from}`;
      const args = [
        '1',
        `${prefix}${kind}:${key}`,
        expected,
        ...(to ? [to.value, to.version] : []),
      ];
      const done = await ask(['EVALSHA', digest, ...args]).catch((error: unknown) => {
        if (!isUnknownScript(error)) throw error;
        return ask(['EVAL', SWAP, ...args]);
      });
      return done === 1;
    },
    async close() {
      closed = true;
      connection.end();
    },
  };
}

/** A server that was restarted knows no script; it has run nothing then. */
function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
