/** The field of Node processes over an engine that they share. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '../results.js';
import { type Field, GATEWAYS, type Gateways } from './field.js';
import type { Order, Report } from './server.js';
import { openShared, type Shared } from './subject.js';

interface GatewayProcess {
  readonly url: string;
  /** Resolves once it holds requests back before consume. */
  hold(count: number, options?: { dies?: boolean }): Promise<void>;
  /** Resolves once `count` of them wait. */
  full(): Promise<void>;
  letGo(): void;
  /** Resolves once it is gone. */
  kill(): Promise<void>;
  isAlive(): boolean;
}

/** Milliseconds for a process to start, or for a round's requests to reach consume. */
const PATIENCE = 60_000;
const SERVER = join(ROOT, 'bench/dist/race/server.js');

export function processesOver(shared: Shared): Field {
  return { engine: shared.engine, open: ({ control }) => openProcesses({ shared, control }) };
}

async function openProcesses(options: { shared: Shared; control: boolean }): Promise<Gateways> {
  const { stores, cells } = await openShared(options.shared);
  const start = () => startGateway(options);
  let gateways = await Promise.all(Array.from({ length: GATEWAYS }, start));
  const all = (each: (gateway: GatewayProcess) => Promise<void>) =>
    Promise.all(gateways.map(each)).then(() => {});
  return {
    urls: () => gateways.map(({ url }) => url),
    hold: (each, how) => all((gateway) => gateway.hold(each, how)),
    full: () => all((gateway) => gateway.full()),
    letGo() {
      for (const gateway of gateways) gateway.letGo();
    },
    async kill(when) {
      // Who holds the winner was told to kill itself.
      if (when === 'winner') return;
      await new Promise((resolve) => setTimeout(resolve, when.after));
      await gateways[0]?.kill();
    },
    left: () => gateways.filter(({ isAlive }) => isAlive()).map(({ url }) => url),
    async revive() {
      gateways = await Promise.all(
        gateways.map((gateway) => (gateway.isAlive() ? gateway : start())),
      );
    },
    state: (account) => stores.ledger.state(account),
    async close() {
      await all((gateway) => gateway.kill());
      await cells.close();
    },
  };
}

/** Starts one gateway, compiled, on a free port. */
async function startGateway(options: {
  shared: Shared;
  control: boolean;
}): Promise<GatewayProcess> {
  const { shared, control } = options;
  const child = fork(SERVER, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const order = (message: Order): void => {
    if (child.connected) child.send(message);
  };
  order({ start: shared, control });
  const started = await next(child);
  if (typeof started === 'string') throw new Error('a gateway holds that was not started');
  const isAlive = () => child.exitCode === null && child.signalCode === null;
  return {
    url: started.url,
    async hold(count, { dies = false } = {}) {
      order({ hold: count, dies });
      await next(child);
    },
    async full() {
      await next(child);
    },
    letGo: () => order('open'),
    async kill() {
      if (!isAlive()) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
    isAlive,
  };
}

/** The next thing that it says; rejects where it ends, or takes too long. */
async function next(child: ChildProcess): Promise<Report> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const timer = setTimeout(() => waiting.abort(), PATIENCE);
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([message]) => message as Report),
      once(child, 'exit', { signal }).then(() => {
        throw new Error('a gateway ended by itself');
      }),
    ]);
  } finally {
    clearTimeout(timer);
    waiting.abort();
  }
}
