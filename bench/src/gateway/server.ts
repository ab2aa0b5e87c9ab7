/** The far side as a process of its own, which does what its parent says. */
import { type Answer, type FarSide, type Order, obey, startFarSide } from './far-side.js';

let side: FarSide | undefined;
const answer = async (order: Order): Promise<Answer> => {
  if (side && !(typeof order === 'object' && 'open' in order)) return obey(side, order);
  if (side || typeof order !== 'object' || !('open' in order)) throw new Error('out of order');
  side = await startFarSide(order.open);
  return { url: side.url, traces: side.traces };
};
process.on('message', async (order: Order) => process.send?.(await answer(order)));
// Whoever started it is gone.
process.on('disconnect', () => process.exit());
