import { createClient } from '@redis/client';
import { expect, test } from 'vitest';
import { ifInstalled } from '../../../../bench/src/race/servers/process.js';
import { startRedis } from '../../../../bench/src/race/servers/redis.js';

const server = await ifInstalled(() => startRedis({ appendonly: 'no' }));

test.skipIf(!server)('a Redis that is writing its first file ends when it is stopped', async () => {
  const client = createClient({ url: server?.url ?? '' });
  client.on('error', () => {});
  await client.connect();
  for (let n = 0; n < 5; n++) await client.set(`key ${n}`, 'value');
  // Microseconds a key: the file takes half a second.
  await client.configSet({ 'rdb-key-save-delay': '100000' });
  await client.configSet({ appendonly: 'yes' });
  expect(await client.info('persistence')).toContain('aof_rewrite_in_progress:1');
  await server?.stop();
  client.destroy();
});
