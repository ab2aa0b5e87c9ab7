/** TanStack Query's mutations: paused while offline, persisted in IndexedDB, resumed by the next page. */
import { setTimeout } from 'node:timers/promises';
import { MutationObserver, onlineManager, QueryClient } from '@tanstack/query-core';
import {
  type PersistedClient,
  type Persister,
  persistQueryClient,
  persistQueryClientSave,
} from '@tanstack/query-persist-client-core';
import { IDBFactory } from 'fake-indexeddb';
import { del, get, set, type UseStore } from 'idb-keyval';
import { type Mortal, never } from '../crash-browser/mortal.js';
import type { Device } from './device.js';
import { openDisk, rowsIn } from './disk.js';
import { type PlainServer, plainServer, requestFor } from './plain-server.js';

/** When the user is told that a row is kept: as it pauses, or once a save of it was waited for. */
export type Told = 'paused' | 'saved';

const PLACE = { name: 'keyval-store', store: 'keyval' };
const KEY = 'reactQuery';
const ROWS = ['rows'];

export async function tanstack(random: () => number, told: Told): Promise<Device> {
  const server = plainServer(random);
  const factory = new IDBFactory();
  (await openDisk(factory, { name: PLACE.name, stores: [PLACE.store] })).close();
  let named = 0;
  return {
    get line() {
      return server.line;
    },
    set line(state) {
      server.line = state;
      onlineManager.setOnline(state !== 'down');
    },
    arrived: server.arrived,
    async kept() {
      const [saved] = (await rowsIn(factory, PLACE)) as PersistedClient[];
      return (saved?.clientState.mutations ?? []).map(({ state }) => String(state.variables));
    },
    async open(life) {
      const persister = await persisterOf(life, factory);
      const { queryClient, close } = await startPage({ life, persister, server });
      return {
        close,
        keep: () => {
          const saved = () => persistQueryClientSave({ queryClient, persister });
          return mutate(queryClient, {
            id: String(++named),
            sure: told === 'saved' ? saved : async () => {},
          });
        },
        drain: () => resume(queryClient, life),
        remembered: () => pending(queryClient).map(({ state }) => String(state.variables)),
      };
    },
  };
}

/** The persister of its documentation, on the database as this page sees it. */
async function persisterOf(life: Mortal, factory: IDBFactory): Promise<Persister> {
  const { indexedDB } = life.engine(factory);
  const database = await openDisk(indexedDB, { name: PLACE.name, stores: [] });
  // A page that is gone asks for nothing.
  const store: UseStore = async (mode, work) =>
    life.dead
      ? never()
      : work(database.transaction(PLACE.store, mode).objectStore(PLACE.store) as IDBObjectStore);
  return {
    persistClient: (client) => set(KEY, client, store),
    restoreClient: () => get<PersistedClient>(KEY, store),
    removeClient: () => del(KEY, store),
  };
}

interface Page {
  life: Mortal;
  persister: Persister;
  server: PlainServer;
}

/** Restores what was saved, and resumes it, as its documentation says. */
async function startPage({ life, persister, server }: Page) {
  const queryClient = new QueryClient({ defaultOptions: { mutations: { gcTime: Infinity } } });
  const fetch = life.fetch((request) => server.take(request));
  queryClient.setMutationDefaults(ROWS, {
    async mutationFn(id: string) {
      const { ok, status } = await fetch(requestFor(id));
      if (!ok) throw new Error(`the server said ${status}`);
    },
    retry: 3,
    // It would be up to seven seconds: nobody here has them, and nothing depends on them.
    retryDelay: 0,
  });
  queryClient.mount();
  const [unsubscribe, restored] = persistQueryClient({ queryClient, persister });
  const close = () => {
    unsubscribe();
    queryClient.unmount();
  };
  // What one page resumes, a dead one must not.
  void life.died.then(close);
  await restored;
  await resume(queryClient, life);
  return { queryClient, close };
}

/** In one scope, so that rows are sent one after the other. */
function mutate(
  queryClient: QueryClient,
  { id, sure }: { id: string; sure: () => Promise<void> },
): Promise<string | undefined> {
  const options = { mutationKey: ROWS, scope: { id: 'rows' } };
  const observer = new MutationObserver<void, Error, string>(queryClient, options);
  return new Promise((resolve) => {
    observer.subscribe(({ isPaused, isSuccess, isError }) => {
      if (isPaused) void sure().then(() => resolve(id));
      if (isSuccess) resolve(id);
      if (isError) resolve(undefined);
    });
    observer.mutate(id).catch(() => {});
  });
}

function pending(queryClient: QueryClient) {
  return queryClient.getMutationCache().findAll({ status: 'pending' });
}

/** Resolves once nothing of it is on its way any more. */
async function resume(queryClient: QueryClient, life: Mortal): Promise<void> {
  void queryClient.resumePausedMutations();
  for (let quiet = 0; quiet < 3 && !life.dead; ) {
    await setTimeout(1);
    quiet = pending(queryClient).some(({ state }) => !state.isPaused) ? 0 : quiet + 1;
  }
}
