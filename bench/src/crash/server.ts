/** A gateway on one libSQL file, in a process of its own: made to be killed. */
import { storesOver } from '@driftlock/gateway';
import { libsqlEngine } from '@driftlock/gateway/libsql';
import { serveGateway } from '@driftlock/gateway/node';
import { earlyEngine } from './early.js';

const [, , url = '', kind = ''] = process.argv;
const file = await libsqlEngine({ url });
const engine = kind === 'early' ? earlyEngine(file) : file;
const stores = storesOver(engine, {
  seal: { current: { id: 'crash', key: new Uint8Array(32).fill(1) } },
});
const serving = await serveGateway({
  mode: 'authority',
  port: 0,
  keys: { operator: 'operator' },
  policy: {
    mode: 'local-first',
    // Nothing here may fail because the machine is slow.
    liveDeadline: 30_000,
    // Codes are typed as fast as they are answered, and each again after the crash.
    attempts: { limit: 100_000, per: 900, lock: 1_000_000 },
  },
  stores,
});
console.log(serving.url);
