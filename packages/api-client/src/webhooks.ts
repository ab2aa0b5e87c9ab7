// The webhooks of an application: /dashboard/json/application/webhooks, whose calls are signed.
import { ask } from './ask.js';
import { type Connection, connection } from './connection.js';
import { type Call, createExchange } from './exchange.js';
import { key, text, webAddress, words } from './input.js';
import { signatureOf, toQuery } from './signature.js';
import { toWire } from './wire/names.js';
import { readAsItCame } from './wire/shape.js';

export interface WebhooksOptions extends Connection {
  /** The application's API key. */
  apiKey: string;
  /** The access key of the dashboard. */
  accessKey: string;
  /** The signing key of the dashboard, which is not that of callbacks. */
  signingKey: string;
  /** Unix milliseconds. @default Date.now */
  now?: (() => number) | undefined;
}

/** What Authy answers is documented nowhere: it is told as it came, once it says success. */
type Told = Readonly<Record<string, unknown>>;

/** Each throws {@link AuthyError} where Authy gave no usable answer; only `list` is repeated. */
export interface Webhooks {
  /** Has Authy call `url` for each of some events, as `one_touch_request_responded`. */
  create(webhook: {
    url: string;
    name: string;
    events: readonly string[];
    signal?: AbortSignal | undefined;
  }): Promise<Told>;
  list(question?: { signal?: AbortSignal | undefined }): Promise<Told>;
  /** `webhook` is the id that `create` or `list` told. */
  remove(question: { webhook: string; signal?: AbortSignal | undefined }): Promise<Told>;
}

/**
 * Makes a client for an application's webhooks.
 *
 * Authy has both keys sent as parameters, so `list` puts them into its URL.
 *
 * @throws {AuthyError} `ERR_AUTHY_INPUT` when a key is missing, or an option's value cannot be used
 * @example
 * const webhooks = createAuthyWebhooks({ apiKey, accessKey, signingKey });
 * await webhooks.create({ url, name: 'answers', events: ['one_touch_request_responded'] });
 */
export function createAuthyWebhooks(options: WebhooksOptions): Webhooks {
  const { now = Date.now } = options;
  const keys = {
    appApiKey: key('apiKey', options.apiKey),
    accessKey: key('accessKey', options.accessKey),
  };
  const signingKey = key('signingKey', options.signingKey);
  const settings = connection(options);
  const exchange = createExchange({ ...settings, headers: {} });

  const signedCall = (method: Call['method'], fields: object): Call => {
    const path = ['application', 'webhooks'];
    const url = `${settings.baseUrl}/dashboard/json/${path.join('/')}`;
    const params = toQuery(toWire({ ...keys, ...fields })) ?? '';
    // Seconds as in Authy's own nonces, with a fraction that no other call of this moment has.
    const [fraction = 0] = crypto.getRandomValues(new Uint32Array(1));
    const nonce = `${Math.floor(now() / 1000)}.${String(fraction).padStart(10, '0')}`;
    const signature = signatureOf(`${nonce}|${method}|${url}|${params}`, signingKey);
    const headers = { 'X-Authy-Signature': signature, 'X-Authy-Signature-Nonce': nonce };
    const sent = method === 'GET' ? { query: params } : { body: new URLSearchParams(params) };
    return { method, door: 'dashboard/json', path, headers, ...sent };
  };

  return {
    async create({ url, name, events, signal }) {
      if (!Array.isArray(events)) throw new TypeError('events must be a list');
      const fields = {
        url: webAddress(url, 500),
        name: words('name', name, 255),
        events: events.map((event) => text('events', event, /^[a-z_]{1,64}$/, 'names of events')),
      };
      return ask(exchange, { ...signedCall('POST', fields), signal, read: readAsItCame });
    },
    async list({ signal } = {}) {
      const call = { ...signedCall('GET', {}), repeatable: true };
      return ask(exchange, { ...call, signal, read: readAsItCame });
    },
    async remove({ webhook, signal }) {
      const webhookId = text('webhook', webhook, /^[\w-]{1,64}$/, 'letters, digits, - and _');
      const call = signedCall('DELETE', { webhookId });
      return ask(exchange, { ...call, signal, read: readAsItCame });
    },
  };
}
