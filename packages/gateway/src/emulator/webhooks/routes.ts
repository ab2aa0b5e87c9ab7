/** Authy's calls about webhooks, signed as callbacks are, with a key of their own. */
import { createMiddleware } from 'hono/factory';
import { timingSafeEqual } from 'hono/utils/buffer';
import { type Call, type Env, type Guarded, refuse } from '../door.js';
import { type Json, sign, toQuery } from '../onetouch/signature.js';
import type { World } from '../world.js';
import { eventsOf, readWebhook } from './webhooks.js';

/** No source records what these answer, so their bodies are made up in the style of the rest. */
export function webhookRoutes(guarded: Guarded, world: World, apiKey: string): void {
  const path = '/dashboard/json/application/webhooks';
  const on = guarded(signedBy(world, apiKey));
  const { webhooks } = world;
  on('POST', path, (c) => {
    const reading = readWebhook(c.get('params'));
    if ('refused' in reading) return refuse(c, 'bad-webhook', reading.refused);
    const webhook = { id: `WH_${crypto.randomUUID()}`, ...reading.webhook };
    webhooks.set(webhook.id, webhook);
    return c.json({ webhook, message: 'Webhook created', success: true });
  });
  on('GET', path, (c) => {
    const all = [...webhooks.values()];
    return c.json({ webhooks: all, count: all.length, message: 'Webhooks', success: true });
  });
  // Which of the two Authy wants is not recorded.
  for (const named of [path, `${path}/:id`]) {
    on('DELETE', named, (c) => {
      const id = c.req.param('id') ?? c.get('params').get('webhook_id') ?? '';
      if (!webhooks.delete(id)) return refuse(c, 'no-such-webhook');
      return c.json({ message: 'Webhook deleted', success: true });
    });
  }
}

function signedBy(world: World, apiKey: string) {
  const { signingKey, accessKey } = world.webhookKeys;
  return createMiddleware<Env>(async (c, next) => {
    const given = (name: string) => c.get('params').get(name) ?? '';
    if (!(await timingSafeEqual(given('app_api_key'), apiKey))) return refuse(c, 'wrong-key');
    if (!(await timingSafeEqual(given('access_key'), accessKey)))
      return refuse(c, 'wrong-access-key');
    const nonce = c.req.header('X-Authy-Signature-Nonce') ?? '';
    const [url = '', received = ''] = c.req.url.split('?');
    const query = c.req.method === 'GET' ? received : toQuery(paramsOf(c));
    const signature = await sign({ key: signingKey, nonce, method: c.req.method, url, query });
    const genuine = await timingSafeEqual(c.req.header('X-Authy-Signature') ?? '', signature);
    return genuine && nonce !== '' ? next() : refuse(c, 'wrong-signature');
  });
}

/** As they were before they were flattened. */
function paramsOf(c: Call): Json {
  const plain = [...c.get('params')].filter(([name]) => !name.startsWith('events['));
  return { ...Object.fromEntries(plain), events: eventsOf(c.get('params')) };
}
