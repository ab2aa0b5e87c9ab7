/** One gateway of a race, as a process of its own: started, held and let go by its parent. */
import { serveGateway } from '@driftlock/gateway/node';
import { createBarrier } from './barrier.js';
import { OPERATOR, POLICY } from './field.js';
import { openShared, type Shared, withControl } from './subject.js';

export type Order =
  | { start: Shared; control: boolean }
  /** `dies`: this process is killed as soon as it holds the winner, before it can say so. */
  | { hold: number; dies: boolean }
  | 'open';

export type Report = { url: string } | 'holding' | 'full';

const barrier = createBarrier();
let dies = false;

function report(message: Report): void {
  process.send?.(message);
}

async function start({ start: shared, control }: Extract<Order, { start: Shared }>) {
  const opened = await openShared(shared);
  const { stores } = control ? withControl(opened) : opened;
  const ledger = barrier.before({
    ...stores.ledger,
    async consume(use) {
      const outcome = await stores.ledger.consume(use);
      if (dies && outcome === 'first') process.kill(process.pid, 'SIGKILL');
      return outcome;
    },
  });
  const { url } = await serveGateway({
    mode: 'authority',
    keys: { operator: OPERATOR },
    policy: POLICY,
    stores: { ...stores, ledger },
    port: 0,
  });
  report({ url });
}

process.on('message', async (order: Order) => {
  if (order === 'open') return barrier.open();
  if ('start' in order) return start(order);
  dies = order.dies;
  const full = barrier.close(order.hold);
  report('holding');
  await full;
  report('full');
});
// Whoever started it is gone.
process.on('disconnect', () => process.exit());
