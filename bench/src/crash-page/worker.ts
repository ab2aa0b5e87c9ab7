/** In a dedicated worker or a service worker: the same device, asked by its page. */
import { look, work } from './device.js';
import type { Round } from './round.js';

interface Asked extends MessageEvent<{ name: 'work' | 'look'; round: Round }> {
  /** A service worker's alone. */
  waitUntil?(work: Promise<unknown>): void;
}

const TASKS = { work, look };

addEventListener('message', (event) => {
  const { data, ports, waitUntil } = event as Asked;
  const done = TASKS[data.name](data.round).then(
    (result) => ports[0]?.postMessage({ result }),
    (error) => ports[0]?.postMessage({ error: String(error) }),
  );
  waitUntil?.call(event, done);
});
