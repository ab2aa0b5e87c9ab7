/** The field of two Workers on one namespace of Durable Objects, in a workerd that is killed whole. */
import { join } from 'node:path';
import type { AccountState } from '@driftlock/verifier';
import { ROOT } from '../results.js';
import { type Field, GATEWAYS, type Gateways } from './field.js';
import { startWorkers } from './servers/workerd.js';

/** Throws where workerd is not for this machine. */
export async function workersOverObjects(): Promise<{ field: Field; stop(): Promise<void> }> {
  const workers = await startWorkers({
    entry: join(ROOT, 'bench/src/race/worker.ts'),
    classes: ['LedgerObject', 'EngineObject'],
    services: GATEWAYS,
  });
  const { urls } = workers;
  const [first = ''] = urls;
  let alive = true;

  async function tell(url: string, order: string): Promise<unknown> {
    const answer = await fetch(`${url}/race/${order}`, {
      method: 'POST',
      headers: { Connection: 'close' },
    });
    if (!answer.ok) throw new Error(`a Worker answered ${order} with status ${answer.status}`);
    return answer.json();
  }

  async function tellAll(order: string): Promise<void> {
    await Promise.all(urls.map((url) => tell(url, order)));
  }

  const gateways: Gateways = {
    urls: () => urls,
    hold: (each, { dies = false } = {}) => tellAll(`hold?count=${each}${dies ? '&dies' : ''}`),
    full: () => tellAll('full'),
    letGo() {
      for (const url of urls) tell(url, 'open').catch(() => {});
    },
    async kill(when) {
      const instant =
        when === 'winner'
          ? Promise.race(urls.map((url) => tell(url, 'won')))
          : new Promise((resolve) => setTimeout(resolve, when.after));
      await instant;
      alive = false;
      await workers.kill();
    },
    left: () => (alive ? urls : []),
    async revive() {
      if (alive) return;
      await workers.start();
      alive = true;
      await tellAll('start');
    },
    state: async (account) => (await tell(first, `state?account=${account}`)) as AccountState,
    close: async () => {},
  };
  const field: Field = {
    engine: 'durable objects',
    async open({ control }) {
      await tellAll(control ? 'start?control' : 'start');
      return gateways;
    },
  };
  return { field, stop: () => workers.stop() };
}
