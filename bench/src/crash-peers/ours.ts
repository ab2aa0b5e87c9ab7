/** Our verifier, offline: what it accepted is evidence, and drained to a real gateway. */
import { openStore } from '@driftlock/browser';
import { Mortal } from '../crash-browser/mortal.js';
import { close, createWorld } from '../crash-browser/world.js';
import type { Device } from './device.js';

/** Milliseconds after which what a dead tab had begun to tell is anybody's again. */
const LATER = 91_000;

export async function ours(random: () => number, unsafe?: 'removes-first'): Promise<Device> {
  const world = await createWorld(random);
  return {
    get line() {
      return world.line;
    },
    set line(state) {
      world.line = state;
    },
    get arrived() {
      return world.heard.map(({ id, outcome }) => ({ id, took: outcome === 'recorded' }));
    },
    async open(life) {
      const tab = await world.open(life, 'offline', unsafe);
      return {
        async keep() {
          // The code of another step: each may be used once.
          world.time.now += 30_000;
          const { id, accepted } = await tab.type(world.code());
          return accepted ? id : undefined;
        },
        async drain() {
          world.time.now += LATER;
          await tab.sync.now();
        },
        close: () => close(tab),
      };
    },
    async kept() {
      const store = await openStore(new Mortal().engine(world.factory));
      const ids = await store.read(['outbox', 'evidence'], async ({ outbox, evidence }) => [
        ...(await outbox.toArray()).flatMap(({ row: { id, settlement } }) =>
          settlement === undefined ? [id] : [],
        ),
        ...(await evidence.toCollection().primaryKeys()),
      ]);
      store.close();
      return ids;
    },
  };
}
