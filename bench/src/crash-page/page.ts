/** In a page: the device itself, or a worker of either kind that it is in. */
import { look, work } from './device.js';
import type { Round } from './round.js';

let worker: Worker | undefined;

/** The worker that answers; a service worker lives on from page to page. */
async function workerOf(place: Round['place']): Promise<Worker | ServiceWorker> {
  if (place === 'worker') {
    worker ??= new Worker('/worker.js', { type: 'module' });
    return worker;
  }
  await navigator.serviceWorker.register('/worker.js', { type: 'module' });
  const { active } = await navigator.serviceWorker.ready;
  if (!active) throw new Error('no service worker is active');
  return active;
}

function inPlace(name: 'work' | 'look', here: (round: Round) => Promise<unknown>) {
  return async (round: Round): Promise<unknown> => {
    if (round.place === 'page') return here(round);
    const asked = await workerOf(round.place);
    const { port1, port2 } = new MessageChannel();
    const answered = new Promise<{ result?: unknown; error?: string }>((resolve) => {
      port1.onmessage = ({ data }) => resolve(data);
    });
    asked.postMessage({ name, round }, [port2]);
    const { result, error } = await answered;
    if (error !== undefined) throw new Error(error);
    return result;
  };
}

Object.assign(globalThis, {
  work: inPlace('work', work),
  look: inPlace('look', look),
  terminate: () => worker?.terminate(),
});
