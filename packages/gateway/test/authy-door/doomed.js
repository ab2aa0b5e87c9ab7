// A gateway over a libSQL file, as a process that a test kills: node doomed.js FILE CALLBACK [early].
import { storesOver } from '@driftlock/gateway';
import { libsqlEngine } from '@driftlock/gateway/libsql';
import { serveGateway } from '@driftlock/gateway/node';

const [, , file, callback, when] = process.argv;
const engine = await libsqlEngine({ url: `file:${file}` });

/** `early`: it dies as soon as a decision is on the disk, before anybody hears of it. */
async function swap(place, change) {
  const isDone = await engine.swap(place, change);
  const isDecision = change.to?.value.includes('"decided"');
  if (when === 'early' && isDone && isDecision) process.kill(process.pid, 'SIGKILL');
  return isDone;
}

const { url } = await serveGateway({
  mode: 'authority',
  keys: { operator: 'operator-key-1f0c', authy: 'authy-key-77ab' },
  policy: { mode: 'authority-first' },
  stores: storesOver(
    { ...engine, swap },
    { seal: { current: { id: 'k1', key: new Uint8Array(32) } } },
  ),
  port: 0,
  door: { callback: { url: callback } },
});
process.send(url);
// Whoever started it is gone.
process.on('disconnect', () => process.exit());
