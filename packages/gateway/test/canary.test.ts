import { Buffer } from 'node:buffer';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createGateway, memoryStores } from '../src/index.js';
import type { Engine } from '../src/stores/engine.js';
import { type Channel, createChannels } from './canary/channels.js';
import { play, type Secrets, type Wraps } from './canary/scene.js';
import { OPERATOR } from './served.js';

/** Everything written to the console or the standard streams from here on. */
function hush(record: (channel: Channel, text: string) => void): void {
  const streams = [process.stdout, process.stderr];
  const spies = streams.map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      record('output', String(chunk));
      return true;
    }),
  );
  const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
  const consoles = methods.map((method) =>
    vi.spyOn(console, method).mockImplementation((...said) => {
      record('output', said.map(String).join(' '));
    }),
  );
  onTestFinished(() => {
    for (const spy of [...spies, ...consoles]) spy.mockRestore();
  });
}

/** Plays the scene; what leaked, and how much was heard. */
async function played(plant?: (secrets: Partial<Secrets>) => Wraps) {
  const channels = createChannels();
  const secrets: Partial<Secrets> = {};
  hush(channels.record);
  const tell = (told: Secrets) => void Object.assign(secrets, told);
  await play(channels, { wraps: plant?.(secrets) ?? {}, tell });
  return { leaks: channels.leaks(), heard: channels.heard() };
}

test('no secret, code, URI, key, phone number or token is in anything that comes out', async () => {
  const { leaks, heard } = await played();
  expect(leaks).toStrictEqual([]);
  const { output, error, ...rest } = heard;
  expect([output, error]).toStrictEqual([undefined, undefined]);
  expect(Object.keys(rest).sort()).toStrictEqual([
    'answer',
    'event',
    'file',
    'log',
    'stream',
    'url',
  ]);
  for (const characters of Object.values(rest)) expect(characters).toBeGreaterThan(500);
});

const ENCODINGS: Record<string, (text: string) => string> = {
  'as it is': (text) => text,
  'in Base32': (text) => base32(`see ${text}!`),
  'in hex': (text) => Buffer.from(text).toString('hex'),
  'in Base64': (text) => Buffer.from(`{"it":"${text}"}`).toString('base64'),
  'in base64url': (text) => Buffer.from(`it: ${text}`).toString('base64url'),
  'percent-encoded': (text) => Array.from(Buffer.from(text), (b) => `%${b.toString(16)}`).join(''),
};

function base32(text: string): string {
  const bits = Array.from(Buffer.from(text), (byte) => byte.toString(2).padStart(8, '0')).join('');
  const digits = bits.match(/.{5}/g) ?? [];
  return digits
    .map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five, 2)])
    .join('');
}

/** Each leaks one kind of secret into one channel, by standing before it; no two do the same. */
const PLANTS: Record<string, { found: string[]; plant: (secrets: Partial<Secrets>) => Wraps }> = {
  'an event that carries the code': {
    found: ['event code'],
    plant: (secrets) => ({ event: (event) => ({ ...(event as object), typed: secrets.code }) }),
  },
  'a log line with the URI in its path': {
    found: ['log secret', 'log uri'],
    plant: (secrets) => ({
      log: (line) => ({ ...(line as object), path: `/?${encodeURIComponent(secrets.uri ?? '')}` }),
    }),
  },
  'a call out with the key in its query': {
    found: ['url key'],
    plant: (secrets) => ({
      url: (url) => `${url}${url.includes('?') ? '&' : '?'}api_key=${secrets.key}`,
    }),
  },
  'a problem that quotes the secret': {
    found: ['answer secret'],
    plant: (secrets) => ({
      answer: (text) => (text.includes('bad-field') ? `${text} ${secrets.secret}` : text),
    }),
  },
  'metrics with the phone number for a label': {
    found: ['answer phone'],
    plant: (secrets) => ({
      answer: (text, path) => (path === '/metrics' ? `${text}x{to="${secrets.phone}"} 1` : text),
    }),
  },
  'a stream that carries the recovery code': {
    found: ['stream recovery'],
    plant: (secrets) => ({ stream: (chunk) => `${chunk}data: ${secrets.recovery}` }),
  },
  'an audit entry with the code, which pages, stream and file show': {
    found: ['answer refused code', 'file refused code', 'stream refused code'],
    plant: (secrets) => ({
      engine: (engine) =>
        writing(engine, 'event', (value) =>
          value.replace('"type":', `"typed":"${secrets.refused}","type":`),
        ),
    }),
  },
  'a decision stored with the seed': {
    found: ['file secret'],
    plant: (secrets) => ({
      engine: (engine) =>
        writing(engine, 'decision', (value) => value.replace('{', `{"seed":"${secrets.secret}",`)),
    }),
  },
  'a word to the console': {
    found: ['output secret'],
    plant: (secrets) => ({
      event: (event) => {
        console.error(`verifying with ${secrets.secret}`);
        return event;
      },
    }),
  },
};

/** An engine that writes something else than it is told. */
function writing(engine: Engine, kind: string, change: (value: string) => string): Engine {
  return {
    ...engine,
    swap: (place, { to, ...rest }) => {
      const other = to && place.kind === kind ? { ...to, value: change(to.value) } : to;
      return engine.swap(place, { ...rest, ...(other ? { to: other } : {}) });
    },
  };
}

/** Several wraps of one channel, one around the other. */
function together(all: Wraps[]): Wraps {
  const wraps: Record<string, (given: unknown, more?: unknown) => unknown> = {};
  for (const [channel, wrap] of all.flatMap((one) => Object.entries(one))) {
    const inner = wraps[channel];
    wraps[channel] = (given, more) => wrap((inner ? inner(given, more) : given) as never, more);
  }
  return wraps as Wraps;
}

test('one planted leak in every channel is found in each, and nothing else', async () => {
  const plants = Object.values(PLANTS);
  const { leaks } = await played((secrets) => together(plants.map(({ plant }) => plant(secrets))));
  const found = leaks.map(({ channel, kind }) => `${channel} ${kind}`);
  expect(found.sort()).toStrictEqual(plants.flatMap((one) => one.found).sort());
});

const KINDS: Record<string, string> = {
  secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
  code: '287082',
  uri: 'otpauth://totp/a:b?secret=GEZDGNBVGY3TQOJQ&issuer=a',
  key: 'operator-key-1f0c',
  phone: '3175550142',
  'recovery code': 'K7QM-2TXA-VH3E-9ABC',
};
const CHANNELS: Channel[] = [
  'answer',
  'stream',
  'event',
  'log',
  'audit',
  'output',
  'url',
  'error',
  'file',
];

test('whatever is planted in whichever channel is found there alone, in every encoding', () => {
  let found = 0;
  for (const [kind, secret] of Object.entries(KINDS)) {
    for (const channel of CHANNELS) {
      for (const [encoding, encode] of Object.entries(ENCODINGS)) {
        const channels = createChannels();
        for (const [other, guarded] of Object.entries(KINDS)) channels.guard(other, guarded);
        for (const one of CHANNELS)
          channels.record(one, '{"at":1800000287082,"n":0.287082,"id":"2870820"}');
        channels.record(channel, `{"said":"${encode(secret)}"}`);
        const leaks = channels.leaks();
        expect([kind, encoding, leaks]).toContainEqual([{ channel, kind }]);
        found += 1;
      }
    }
  }
  expect(found).toBe(324);
});

test('bytes are found as bytes, and in the encodings of bytes', () => {
  const secret = crypto.getRandomValues(new Uint8Array(20));
  const bytes = Buffer.from(secret);
  const raw = Buffer.concat([Buffer.from('SQLite format 3'), bytes]);
  for (const said of [
    bytes.toString('hex'),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    raw,
  ]) {
    const channels = createChannels();
    channels.guard('secret', secret);
    channels.record('file', said);
    expect(channels.leaks()).toStrictEqual([{ channel: 'file', kind: 'secret' }]);
  }
});

test('a store’s error reaches neither answer nor output, whatever it says', async () => {
  const channels = createChannels();
  hush(channels.record);
  channels.guard('secret', 'GEZDGNBVGY3TQOJQ');
  channels.guard('statement', 'insert into');
  const stores = memoryStores();
  stores.accounts.create = async () => {
    throw new Error('insert into accounts values (GEZDGNBVGY3TQOJQ)');
  };
  const policy = { mode: 'local-first' } as const;
  const gateway = createGateway({
    mode: 'authority',
    keys: { operator: OPERATOR },
    policy,
    stores,
  });
  const response = await gateway.fetch(
    new Request('http://gateway/v1/accounts', {
      method: 'POST',
      headers: { Authorization: `Bearer ${OPERATOR}` },
      body: JSON.stringify({ id: 'ana', secret: 'GEZDGNBVGY3TQOJQ' }),
    }),
  );
  expect(response.status).toBe(500);
  channels.record('answer', await response.text());
  expect(channels.leaks()).toStrictEqual([]);
  expect(channels.heard().output).toBe(undefined);
});
