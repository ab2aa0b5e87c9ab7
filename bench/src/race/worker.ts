/** One gateway of a race as a Worker over Durable Objects; `/race/` is its parent's. */
import { createGateway, type Gateway, memoryStores, storesOver } from '@driftlock/gateway';
import {
  durableObjectEngine,
  durableObjectLedger,
  type ObjectNamespace,
} from '@driftlock/gateway/durable-objects';
import type { Ledger } from '@driftlock/verifier';
import { readThenWrite } from './control.js';
import { OPERATOR, POLICY } from './field.js';

export { EngineObject, LedgerObject } from '@driftlock/gateway/durable-objects';

interface Env {
  LedgerObject: ObjectNamespace;
  EngineObject: ObjectNamespace;
}

/** A busy machine is no reason to lose a round: two hundred wait for one object. */
const PATIENCE = { deadline: 60_000 };
const SEAL = { current: { id: 'race', key: new Uint8Array(32).fill(7) } };
let gateway: Gateway | undefined;
/** What a round is waiting for, and has seen. */
let round = { closed: false, count: 0, waiting: 0, dies: false, won: false };

/** Asked again and again: workerd ends a request that waits for what only another can do. */
async function until(condition: () => boolean): Promise<null> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
  return null;
}

function start(env: Env, control: boolean): void {
  const engine = durableObjectEngine(env.EngineObject, PATIENCE);
  const ours = durableObjectLedger(env.LedgerObject, PATIENCE);
  const shared = control ? readThenWrite(engine) : ours;
  const ledger: Ledger = {
    ...shared,
    async consume(use) {
      const mine = round;
      mine.waiting++;
      await until(() => !mine.closed);
      const outcome = await shared.consume(use);
      // Whoever has this answer waits until it is killed.
      if (mine.dies && outcome === 'first') {
        mine.won = true;
        await until(() => false);
      }
      return outcome;
    },
  };
  gateway = createGateway({
    mode: 'authority',
    keys: { operator: OPERATOR },
    policy: POLICY,
    // Decisions die with the Worker: two hundred of them a round would be measured, and not raced.
    stores: { ...memoryStores(), accounts: storesOver(engine, { seal: SEAL }).accounts, ledger },
  });
}

const ORDERS: Record<string, (env: Env, given: URLSearchParams) => unknown> = {
  start: (env, given) => start(env, given.has('control')),
  hold(_, given) {
    const count = Number(given.get('count'));
    round = { closed: true, count, waiting: 0, dies: given.has('dies'), won: false };
  },
  full: () => until(() => round.waiting === round.count),
  open() {
    round.closed = false;
  },
  won: () => until(() => round.won),
  state: (env, given) => durableObjectLedger(env.LedgerObject).state(given.get('account') ?? ''),
};

export default {
  async fetch(
    request: Request,
    env: Env,
    ctx: { waitUntil(work: Promise<unknown>): void },
  ): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const order = /^\/race\/(\w+)$/.exec(pathname)?.[1];
    if (order) return Response.json((await ORDERS[order]?.(env, searchParams)) ?? null);
    return gateway?.fetch(request, env, ctx) ?? new Response(null, { status: 503 });
  },
};
