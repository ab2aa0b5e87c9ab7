/** Workbox's background sync: a request that fails is queued, and replayed as the network is back. */
import { compileFunction } from 'node:vm';
import { buildSync } from 'esbuild';
import * as engine from 'fake-indexeddb';
import { IDBFactory } from 'fake-indexeddb';
import type { Queue, QueueOptions } from 'workbox-background-sync';
import { Mortal } from '../crash-browser/mortal.js';
import type { Device } from './device.js';
import { rowsIn } from './disk.js';
import { idIn, plainServer, requestFor } from './plain-server.js';
import { serviceWorker, type Tags } from './service-worker.js';

export type Replay = 'as it comes' | 'checks answers';

/** `checks answers` is an `onSync` of the application's own, which also puts back what got a 5xx. */
export async function workbox(random: () => number, replay: Replay): Promise<Device> {
  const server = plainServer(random);
  const factory = new IDBFactory();
  const tags: Tags = new Map();
  let named = 0;
  const open = async (life: Mortal) => {
    const fetch = life.fetch((request) => server.take(request));
    const { queue, wake } = startWorker({ life, factory, tags, fetch, replay });
    return {
      async keep() {
        const id = String(++named);
        await respond(requestFor(id), { queue, fetch });
        return id;
      },
      async drain() {
        if (server.line !== 'down') await wake();
      },
      queue,
      close() {},
    };
  };
  // Its store is there from here on.
  await (await open(new Mortal())).queue.size();
  return Object.assign(server, { open, kept: () => kept(factory) } satisfies Partial<Device>);
}

async function kept(factory: IDBFactory): Promise<string[]> {
  const place = { name: 'workbox-background-sync', store: 'requests' };
  const rows = (await rowsIn(factory, place)) as { requestData: { url: string } }[];
  return rows.map(({ requestData }) => idIn(requestData.url));
}

/** What its documentation puts into the `fetch` event: what fails, a 5xx too, is queued. */
async function respond(
  request: Request,
  { queue, fetch }: { queue: Queue; fetch: typeof globalThis.fetch },
): Promise<void> {
  try {
    await answered(fetch(request.clone()));
  } catch {
    await queue.pushRequest({ request });
  }
}

async function answered(asked: Promise<Response>): Promise<void> {
  const { status } = await asked;
  if (status >= 500) throw new Error(`the server said ${status}`);
}

interface Worker {
  life: Mortal;
  factory: IDBFactory;
  tags: Tags;
  fetch: typeof globalThis.fetch;
  replay: Replay;
}

/** Its script is run anew, as it is for each service worker. */
function startWorker({ life, factory, tags, fetch, replay }: Worker) {
  const { self, wake } = serviceWorker(tags);
  const { indexedDB } = life.engine(factory);
  const globals: object = { ...engine, self, indexedDB, fetch };
  const names = ['self', 'fetch', 'indexedDB', ...ENGINE];
  const script = compileFunction(`${bundled()}; return workbox;`, names);
  const loaded = script(...names.map((name) => Reflect.get(globals, name)));
  const onSync = ({ queue }: { queue: Queue }) => replayChecked(queue, fetch);
  const options: QueueOptions = replay === 'checks answers' ? { onSync } : {};
  const queue: Queue = new loaded.Queue('rows', options);
  return { queue, wake };
}

/** What its documentation shows for a replay of one's own, with an eye on the status. */
async function replayChecked(queue: Queue, fetch: typeof globalThis.fetch): Promise<void> {
  for (let entry = await queue.shiftRequest(); entry; entry = await queue.shiftRequest()) {
    try {
      await answered(fetch(entry.request.clone()));
    } catch (error) {
      await queue.unshiftRequest(entry);
      throw error;
    }
  }
}

const ENGINE = Object.keys(engine).filter((name) => /^IDB[A-Z]/.test(name));

let script: string | undefined;

function bundled(): string {
  script ??= buildSync({
    stdin: {
      contents: "export { Queue } from 'workbox-background-sync'",
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: 'iife',
    globalName: 'workbox',
    platform: 'browser',
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
  }).outputFiles[0]?.text;
  return script ?? '';
}
