import { expect, test } from 'vitest';
import { startAnchoring } from '../src/audit/anchoring.js';
import { memoryEngine } from '../src/engines/memory.js';
import { type Anchor, memoryStores, verifyAudit } from '../src/index.js';
import { OPERATOR, problem, type Served, serve } from './served.js';

type Event = { id?: string; event?: string; data?: { account: string; event: { type: string } } };

/** Reads a stream until `wanted` events came; what it read, and how it is let go. */
async function listen({ url }: Served, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/v1/events`, {
    headers: { Authorization: `Bearer ${OPERATOR}`, ...headers },
  });
  const reader = (response.body ?? new ReadableStream())
    .pipeThrough(new TextDecoderStream())
    .getReader();
  let text = '';
  const parts = () => text.split('\n\n').slice(0, -1);
  async function events(wanted: number): Promise<Event[]> {
    const read = () => parts().filter((part) => /^(id|event): /.test(part));
    while (read().length < wanted) {
      const { value, done } = await reader.read();
      if (done) throw new Error('the stream ended');
      text += value;
    }
    return read().map((part) => {
      const fields = part.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2));
      const { data, ...rest } = Object.fromEntries(fields);
      return { ...rest, data: JSON.parse(data) };
    });
  }
  // Its first line: from here on it hears everything.
  while (parts().length === 0) text += (await reader.read()).value;
  return { response, events, end: () => reader.cancel() };
}

const types = (events: Event[]) => events.map(({ data }) => `${data?.account} ${data?.event.type}`);

test('events come as they happen, in every process that shares the log', async () => {
  const events = memoryEngine();
  const stores = { ...memoryStores(), events };
  const [one, other] = [await serve({ stores }), await serve({ stores })];
  const [here, there] = [await listen(one), await listen(other)];
  expect(here.response.headers.get('content-type')).toBe('text/event-stream');
  expect(here.response.headers.get('cache-control')).toBe('no-store');
  const ana = await one.enrol('ana');
  const { body } = await ana.verify(ana.code());
  await one.settled(body.id);
  const expected = ['ana act', 'ana decided', 'ana observed', 'ana settled'];
  const heard = await here.events(4);
  expect(types(heard).sort()).toStrictEqual(expected);
  expect(types(await there.events(4)).sort()).toStrictEqual(expected);
  expect(heard[0]?.id).toBe(`${one.clock.at}-1-ana`);
  expect((await verifyAudit(events)).intact).toBe(true);
  await Promise.all([here.end(), there.end()]);
});

test('whoever was away names the last event they heard and hears the rest', async () => {
  const served = await serve();
  await served.enrol('ana');
  const first = await listen(served, { 'Last-Event-ID': `${served.clock.at}-1-zoe` });
  const [event] = await first.events(1);
  await first.end();
  await served.enrol('ben');
  const again = await listen(served, { 'Last-Event-ID': event?.id ?? '' });
  expect(types(await again.events(2))).toStrictEqual(['ana act', 'ben act']);
  await again.end();
  const late = await listen(served, { 'Last-Event-ID': '1-1-ana' });
  const [missed] = await late.events(1);
  expect(missed).toStrictEqual({
    event: 'missed',
    data: { from: 1, until: served.clock.at - 86_400_000 },
  });
  await late.end();
});

test('whoever hangs up is told nothing more, and nothing is read for them', async () => {
  const engine = memoryEngine();
  let looks = 0;
  const events: typeof engine = {
    ...engine,
    list: (page) => {
      if (page.group !== undefined) looks += 1;
      return engine.list(page);
    },
  };
  const served = await serve({ stores: { ...memoryStores(), events } });
  const { end } = await listen(served);
  while (looks < 8) await new Promise((resolve) => setTimeout(resolve, 10));
  await end();
  const settled = async (before = -1): Promise<void> => {
    if (before === looks) return;
    const seen = looks;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await settled(seen);
  };
  await settled();
});

test('the log is read in pages, chain by chain, each from its newest entry', async () => {
  const served = await serve();
  const ana = await served.enrol('ana');
  for (let i = 0; i < 130; i++) await ana.verify(`wrong ${i}`);
  await served.enrol('ben');
  const page = async (query: string) => {
    const { status, body } = await served.call('GET', `/v1/audit${query}`);
    expect(status).toBe(200);
    return body;
  };
  const name = ({ account, seq }: { account: string; seq: number }) => `${account} ${seq}`;
  const first = await page('');
  const second = await page(`?after=${encodeURIComponent(first.after)}`);
  const all = [...first.entries, ...second.entries].map(name);
  const ofAna = Array.from({ length: 131 }, (_, i) => `ana ${131 - i}`);
  expect(first.entries).toHaveLength(100);
  expect(second.after).toBe(undefined);
  expect(all).toStrictEqual([...ofAna, 'ben 1']);
  const own = await page('?account=ana');
  const rest = await page(`?account=ana&after=${encodeURIComponent(own.after)}`);
  expect([...own.entries, ...rest.entries].map(name)).toStrictEqual(ofAna);
  expect(rest.after).toBe(undefined);
  expect(own.entries[0]).toStrictEqual({
    version: 1,
    account: 'ana',
    seq: 131,
    at: served.clock.at,
    previous: own.entries[1].hash,
    event: { type: 'decided', id: expect.any(String), accepted: false, reason: 'malformed' },
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(await page('?account=zoe')).toStrictEqual({ entries: [] });
  const [newest] = (await page('?account=ben')).entries;
  expect(newest.event).toStrictEqual({ type: 'act', act: 'create' });
});

test('a server that ends anchors its log, and tells where it ended', async () => {
  const events = memoryEngine();
  const anchors: Anchor[] = [];
  const onAnchor = (anchor: Anchor) => void anchors.push(anchor);
  const served = await serve({ stores: { ...memoryStores(), events }, onAnchor });
  await served.enrol('ana');
  await served.close();
  expect(anchors).toStrictEqual([{ seq: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  const [own] = await events.list({ kind: 'event', limit: 1 });
  await events.swap({ kind: 'event', key: own?.key ?? '' }, { from: own?.version ?? '' });
  expect((await verifyAudit(events)).intact).toBe(true);
  expect((await verifyAudit(events, { anchor: anchors[0] as Anchor })).intact).toBe(false);
  const forgetful = await serve({ onAnchor });
  await forgetful.enrol('ana');
  await forgetful.close();
  expect(anchors).toHaveLength(1);
});

test('a log that can’t be anchored is anchored later', async () => {
  let asked = 0;
  const told: Anchor[] = [];
  const audit = {
    append: async () => Promise.reject(new Error('full')),
    async anchor() {
      asked += 1;
      if (asked === 1) throw new Error('full');
      return { seq: asked, hash: '' };
    },
  };
  const tell = (anchor: Anchor) => void told.push(anchor);
  const anchoring = startAnchoring(audit, { every: 1, tell });
  while (told.length < 2) await new Promise(setImmediate);
  await anchoring.stop();
  const { length } = told;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(told.length).toBe(length);
  expect(told[0]).toStrictEqual({ seq: 2, hash: '' });
});

test('an entry that is damaged is shown as one', async () => {
  const events = memoryEngine();
  const { call } = await serve({ stores: { ...memoryStores(), events } });
  const key = 'ana/999999999998';
  await events.swap({ kind: 'event', key }, { to: { value: '7', version: '1' } });
  expect((await call('GET', '/v1/audit')).body).toStrictEqual({ entries: [{ damaged: key }] });
});

test('only the operator reads the log, and what names no entry is refused', async () => {
  const { call, enrol } = await serve();
  const ana = await enrol('ana');
  const device = await call('POST', `${ana.path}/devices`);
  for (const path of ['/v1/events', '/v1/audit']) {
    expect(problem(await call('GET', path, { key: 'wrong' })).code).toBe('unauthorized');
    expect((await call('GET', path, { key: device.body.token })).status).toBe(403);
  }
  expect(problem(await call('GET', '/v1/audit?after=ana'))).toStrictEqual({
    status: 422,
    type: 'application/problem+json',
    code: 'bad-field',
    field: 'after',
  });
  const headers = { 'Last-Event-ID': 'seven' };
  expect(problem(await call('GET', '/v1/events', { headers })).field).toBe('Last-Event-ID');
});
