// A day at a gateway: everything secret goes in, and everything that comes out is recorded.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authyAuthority, createAuthyClient } from '@driftlock/api-client';
import { parseUri } from '@driftlock/totp-core';
import { libsqlEngine } from '../../src/engines/libsql.js';
import { type GatewayOptions, storesOver } from '../../src/index.js';
import type { Engine } from '../../src/stores/engine.js';
import { passingSeal } from '../../src/stores/seal.js';
import { AUTHY, OPERATOR, serve } from '../served.js';
import type { Channel, Channels } from './channels.js';

/** What stands between the gateway and each channel; of itself it changes nothing. */
export interface Wraps {
  engine?(engine: Engine): Engine;
  event?(event: unknown): unknown;
  log?(line: unknown): unknown;
  url?(url: string): string;
  answer?(text: string, path: string): string;
  stream?(chunk: string): string;
}

/** What went in, by kind. */
export interface Secrets {
  secret: string;
  code: string;
  /** Never accepted. */
  refused: string;
  uri: string;
  key: string;
  phone: string;
  recovery: string;
}

const DOOR = 'door-key-53e1c7';
const PHONE = '3175550142';
export const METRICS = 'scraper-key-9b2f';

/** `tell` is called with the secrets once there are any. */
export async function play(
  channels: Channels,
  { wraps = {}, tell = () => {} }: { wraps?: Wraps; tell?: (secrets: Secrets) => void } = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'driftlock-canary-'));
  const engine = await libsqlEngine({ url: `file:${join(folder, 'gateway.db')}` });
  const stores = storesOver(wraps.engine?.(engine) ?? engine, { seal: passingSeal() });
  const { record } = channels;
  const authy = await serve();
  const client = createAuthyClient({
    apiKey: AUTHY,
    baseUrl: authy.url,
    retry: 0,
    fetch: (input, init) => {
      const given = input instanceof Request ? input.url : String(input);
      const url = wraps.url?.(given) ?? given;
      record('url', url);
      return fetch(input instanceof Request ? new Request(url, input) : url, init);
    },
  });
  const options: Partial<GatewayOptions> = {
    mode: 'proxy',
    keys: { operator: OPERATOR, authy: DOOR, metrics: METRICS },
    stores,
    authority: authyAuthority(client),
    door: { authy: client },
    horizon: { hours: 1, iterations: 1000 },
    now: () => authy.clock.at,
    onEvent: (event) => record('event', JSON.stringify(wraps.event?.(event) ?? event)),
    log: (line) => record('log', JSON.stringify(wraps.log?.(line) ?? line)),
    policy: { mode: 'local-first', liveDeadline: 30_000 },
  };
  const gateway = await serve(options as Parameters<typeof serve>[0]);
  for (const key of [OPERATOR, AUTHY, DOOR, METRICS]) channels.guard('key', key);
  // The door keeps it, to have codes sent there.
  channels.guard('phone', PHONE, ['file']);

  async function ask(method: string, path: string, call: Parameters<typeof gateway.call>[2] = {}) {
    const answer = await gateway.call(method, path, call);
    const { status, headers, text } = answer;
    record('answer', JSON.stringify([status, ...headers]));
    record('answer', wraps.answer?.(text, path) ?? text);
    return answer;
  }

  const door = { key: '', headers: { 'X-Authy-API-Key': DOOR } };
  const listening = listen(gateway.url, { record, wrap: wraps.stream ?? ((chunk) => chunk) });
  const user = { email: 'ana@a.example', cellphone: PHONE, country_code: '1' };
  await ask('POST', '/protected/json/users/new', { ...door, body: { user } });
  const headers = { 'X-Authy-API-Key': AUTHY };
  const other = { email: 'ben@b.example', cellphone: '3175550199', country_code: '1' };
  const made = await authy.call('POST', '/protected/json/users/new', {
    headers,
    body: { user: other },
  });
  const authyId = String(made.body.user.id);
  const { body: shown } = await authy.call('GET', `/emulator/users/${authyId}`);
  const { uri } = shown.app;
  const { secret } = parseUri(uri);
  const ana = { ...(await phoneOf(uri, () => authy.clock.at)), path: '/v1/accounts/ana' };
  channels.guard('secret', secret);
  channels.guard('secret', ana.bytes);
  channels.guard('uri', uri);
  await ask('POST', '/v1/accounts', { body: { id: 'ana', authyId, uri } });
  const { body: recovery } = await gateway.call('POST', `${ana.path}/recovery-codes`);
  for (const code of recovery.codes) {
    channels.guard('recovery', code);
    channels.guard('recovery', code.replaceAll('-', ''));
  }
  // Authy's wire has a code in its URL; one that was accepted waits in the outbox until it is settled.
  const guardCode = (code: string) => channels.guard('code', code, ['url', 'file']);
  const [good, slow, wrong] = [ana.code(), ana.code(-240), '9753186'];
  guardCode(good);
  for (const code of [slow, wrong]) channels.guard('refused code', code, ['url']);
  const [spare] = recovery.codes;
  tell({ secret, code: good, refused: wrong, uri, key: OPERATOR, phone: PHONE, recovery: spare });

  for (const code of [good, good, slow, wrong, `${good}0`, [good], { [good]: good }, spare]) {
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const body = { code };
    await ask('POST', `${ana.path}/verify`, { body, headers });
    await ask('POST', `${ana.path}/verify`, { body: { code: wrong }, headers });
    await ask('POST', `${ana.path}/recover`, { body });
    await ask('POST', `${ana.path}/diagnose`, { body });
    await ask('POST', `${ana.path}/verify`, { body: { code, [good]: secret } });
    await ask('POST', '/v1/accounts', { body: { id: good, secret, [secret]: 1, digits: good } });
    await ask('POST', `${ana.path}/unlock`);
  }
  for (const body of [
    { id: 'b', secret },
    { id: 'b', authyId: '7', secret: `${secret}1` },
    { id: 'c', uri },
  ]) {
    await ask('POST', '/v1/accounts', { body });
  }
  const codes = [slow, good].map((code) => ({ code, at: authy.clock.at }));
  await ask('POST', `${ana.path}/resynchronize`, { body: { codes } });
  await ask('POST', `${ana.path}/resynchronize`, { body: { codes: [...codes, secret] } });
  await ask('POST', '/v1/accounts', { raw: `{"secret":"${secret}"` });
  for (const gone of [good, secret, encodeURIComponent(uri), spare]) {
    await ask('POST', `/v1/accounts/${gone}/verify`, { body: { code: good } });
    await ask('GET', `/v1/decisions/${gone}`, { key: secret });
    await ask('GET', `/${gone}`);
    await ask('GET', '/v1/events', { headers: { 'Last-Event-ID': String(gone) } });
    await ask('GET', `/v1/audit?after=${gone}&account=${gone}`);
  }
  for (const path of [
    `verify/${good}/${authyId}`,
    `verify/${wrong}/${authyId}`,
    `users/${authyId}/status`,
  ]) {
    await ask('GET', `/protected/json/${path}`, door);
    await ask('GET', `/protected/json/${path}?api_key=${DOOR}`, { key: '' });
    await ask('GET', `/protected/json/${path}?api_key=${secret}`, { key: '' });
  }
  const device = await gateway.call('POST', `${ana.path}/devices`);
  channels.guard('token', device.body.token);
  const key = device.body.token;
  await ask('GET', '/v1/sync', { key });
  await ask('GET', `${ana.path}/horizon`, { key });
  for (const fault of [{ down: true }, { lostReply: true }, {}]) {
    await authy.call('PUT', '/emulator/faults', { body: fault });
    authy.clock.at += 3_600_000;
    const code = ana.code();
    guardCode(code);
    const { body } = await ask('POST', `${ana.path}/verify`, { body: { code }, key });
    await ask('GET', `/v1/decisions/${body.id}`);
    authy.clock.at += 600_000;
    if (body.accepted) await gateway.settled(body.id);
  }
  await ask('GET', `${ana.path}/drift`);
  await ask('GET', '/v1/accounts');
  await ask('GET', '/metrics', { key: METRICS });
  await ask('GET', '/readyz');
  await ask('GET', '/v1/audit');
  await ask('DELETE', ana.path);
  await listening.until('"act":"delete"');
  await gateway.close();
  await authy.close();
  await stores.close();
  for (const file of readdirSync(folder)) record('file', readFileSync(join(folder, file)));
  rmSync(folder, { recursive: true });
}

async function phoneOf(uri: string, now: () => number) {
  const { decodeBase32, importKey, totp } = await import('@driftlock/totp-core');
  const { secret, params } = parseUri(uri);
  const key = importKey(secret, params);
  const code = (offset = 0) => totp(key, { at: now() + offset * 1000 });
  return { bytes: decodeBase32(secret), code };
}

/** Follows the gateway's events until it has heard what it waits for. */
function listen(
  url: string,
  {
    record,
    wrap,
  }: { record: (channel: Channel, text: string) => void; wrap: (chunk: string) => string },
) {
  let heard = '';
  const stop = new AbortController();
  const { signal } = stop;
  const opened = fetch(`${url}/v1/events`, {
    headers: { Authorization: `Bearer ${OPERATOR}` },
    signal,
  });
  return {
    async until(text: string): Promise<void> {
      const { body } = await opened;
      const decoder = new TextDecoder();
      for await (const bytes of body as unknown as AsyncIterable<Uint8Array>) {
        heard += decoder.decode(bytes, { stream: true });
        if (heard.includes(text)) break;
      }
      record('stream', wrap(heard));
      stop.abort();
    },
  };
}
