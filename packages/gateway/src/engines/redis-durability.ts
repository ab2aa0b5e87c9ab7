/** What a Redis server promises to keep, by its own settings. */
import { StoreError } from '../stores/store-error.js';

/** `everysec` lives with a crash that forgets up to two seconds; `unchecked` asks nothing. */
export type Durability = 'always' | 'everysec' | 'unchecked';

/** Throws `ERR_DURABILITY` where the server promises less, or won't say. */
export async function checkServer(
  send: (command: string[]) => Promise<unknown>,
  durability: Exclude<Durability, 'unchecked'>,
): Promise<void> {
  const role = (await send(['ROLE'])) as unknown[];
  if (role[0] !== 'master') throw weak('the server is a replica, which may be behind');
  const settings = await settingsOf(send);
  const { appendonly, appendfsync } = settings;
  if (appendonly !== 'yes') throw weak('appendonly is not yes: a restart forgets used codes');
  const kept = appendfsync === 'always' || appendfsync === durability;
  if (!kept) throw weak(`appendfsync is not ${durability}: a crash may forget used codes`);
  // It would make "always" mean "unless the file is being rewritten".
  if (durability === 'always' && settings['no-appendfsync-on-rewrite'] !== 'no') {
    throw weak('no-appendfsync-on-rewrite is not no: a crash may forget used codes');
  }
  // No record has a time to live, so that the volatile policies evict none.
  if (!/^(noeviction|volatile-\w+)$/.test(settings['maxmemory-policy'] ?? '')) {
    throw weak('maxmemory-policy may evict used codes');
  }
}

async function settingsOf(
  send: (command: string[]) => Promise<unknown>,
): Promise<Record<string, string | undefined>> {
  const names = ['appendonly', 'appendfsync', 'no-appendfsync-on-rewrite', 'maxmemory-policy'];
  let reply: unknown;
  try {
    reply = await send(['CONFIG', 'GET', ...names]);
  } catch (cause) {
    throw weak('the server does not say what it keeps (CONFIG GET)', cause);
  }
  // A list of names and values by RESP 2, an object by RESP 3.
  if (!Array.isArray(reply)) return { ...(reply as Record<string, string>) };
  return Object.fromEntries(
    reply.flatMap((name, index) => (index % 2 === 0 ? [[name, reply[index + 1]]] : [])),
  );
}

function weak(message: string, cause?: unknown): StoreError {
  return new StoreError('ERR_DURABILITY', message, cause === undefined ? {} : { cause });
}
