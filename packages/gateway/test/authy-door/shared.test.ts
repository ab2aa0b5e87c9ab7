// Several gateways on one engine: whatever the door remembers, all of them know.
import { importKey, parseUri, totp } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import { recordsOf } from '../../src/authy-door/records.js';
import { memoryEngine } from '../../src/engines/memory.js';
import type { DoorOptions } from '../../src/index.js';
import { storesOver } from '../../src/stores/stores-over.js';
import { readPng } from '../emulator/read-png.js';
import { open, ragged } from './opened.js';

const seal = { current: { id: 'k1', key: crypto.getRandomValues(new Uint8Array(32)) } };

/** Two gateways that share nothing but an engine; what the first delivers and the second too. */
function two() {
  const engine = memoryEngine();
  const sent: string[] = [];
  const deliver: DoorOptions['deliver'] = async ({ code }) => void sent.push(code);
  const make = () => open({ stores: storesOver(engine, { seal }), door: { deliver } });
  return { engine, sent, here: make(), there: make() };
}

test('a user, a seed and a code that was sent are known at every gateway, and each code is good once', async () => {
  const { here, there, sent } = two();
  const id = await here.register();
  expect(await there.register()).toBe(id);
  const { body } = await here.authy('POST', `/protected/json/users/${id}/secret`);
  const { bytes } = await there.call(new URL(body.qr_code).pathname);
  const { secret } = parseUri(readPng(bytes).text);
  const code = totp(importKey(secret), { at: here.clock.at });
  await there.authy('GET', `/protected/json/sms/${id}`);
  for (const typed of [code, sent[0]]) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? here : there).authy('GET', `/protected/json/verify/${typed}/${id}`),
      ),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
  }
  await here.authy('POST', `/protected/json/users/${id}/remove`);
  expect((await there.authy('GET', `/protected/json/users/${id}/status`)).status).toBe(404);
});

test('an approval is asked at one gateway, answered at another, and once', async () => {
  const { here, there } = two();
  const id = await here.register();
  const path = `/onetouch/json/users/${id}/approval_requests`;
  const { body } = await here.authy('POST', path, { message: 'm' });
  const { uuid } = body.approval_request;
  const answers = await Promise.all(
    [here, there, here, there].map(({ operator }, i) =>
      operator('PUT', `/approval_requests/${uuid}`, { status: i % 2 ? 'denied' : 'approved' }),
    ),
  );
  expect(answers.filter(({ status }) => status === 200).length).toBe(1);
  const [shown, again] = await Promise.all(
    [here, there].map(async ({ authy }) => {
      const { body: found } = await authy('GET', `/onetouch/json/approval_requests/${uuid}`);
      return found.approval_request.status;
    }),
  );
  expect(shown).toBe(again);
});

test('a phone registered everywhere at once is one user', async () => {
  const { here, there } = two();
  const ids = await Promise.all(
    Array.from({ length: 20 }, (_, i) => (i % 2 ? here : there).register()),
  );
  expect(new Set(ids).size).toBe(1);
  expect((await here.operator('GET', '/accounts')).body.accounts.length).toBe(1);
});

async function whole<T>(list: AsyncGenerator<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of list) all.push(one);
  return all;
}

test('many writers of one record lose nothing, and the sorts keep apart', async () => {
  const engine = ragged();
  const [counts, others] = [recordsOf<number>(engine, 'count'), recordsOf<number>(engine, 'other')];
  await Promise.all(
    Array.from({ length: 50 }, () =>
      counts.change('a', (now = 0) => ({ value: now + 1, group: 'g' })),
    ),
  );
  expect([await counts.read('a'), await others.read('a')]).toStrictEqual([50, undefined]);
  expect([await whole(counts.list('g')), await whole(others.list('g'))]).toStrictEqual([[50], []]);
  expect(await counts.change('a', () => undefined)).toBe(50);
  await counts.remove('a');
  await counts.remove('a');
  expect([await counts.read('a'), await whole(counts.list('g'))]).toStrictEqual([undefined, []]);
});

test('an engine that never takes a record is an error, and nothing was promised', async () => {
  const stuck = { ...memoryEngine(), swap: async () => false };
  await expect(recordsOf(stuck, 'a').change('b', () => ({ value: 1 }))).rejects.toThrow(
    'a record of the door could not be written',
  );
  const { authy } = open({
    stores: { ...storesOver(memoryEngine(), { seal }), door: stuck },
  });
  const user = { email: 'ana@a.example', cellphone: '3175550100', country_code: 1 };
  const { status, body } = await authy('POST', '/protected/json/users/new', { user });
  expect([status, body.success, body.error_code]).toStrictEqual([503, false, '60000']);
});
