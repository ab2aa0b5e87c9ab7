// Nothing the door was given to keep quiet about is told to anybody but whom it is for.
import { importKey, parseUri, totp } from '@driftlock/totp-core';
import { expect, test, vi } from 'vitest';
import { readPng } from '../emulator/read-png.js';
import { AUTHY, OPERATOR } from '../served.js';
import { open, type Said } from './opened.js';

test('no answer, event, decision or audit entry holds a code, a seed, a key or a phone number', async () => {
  const printed: unknown[] = [];
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, name).mockImplementation((...given) => void printed.push(given));
  }
  const events: unknown[] = [];
  const sent: string[] = [];
  const { authy, call, clock, operator, gateway, work } = open({
    door: { deliver: async ({ code }) => void sent.push(code) },
    onEvent: (event) => void events.push(event),
  });
  const said: Said[] = [];
  const ask = async (method: string, path: string, params?: unknown) => {
    const answer = await authy(method, path, params);
    said.push(answer);
    return answer;
  };
  const user = { email: 'canary@a.example', cellphone: '3175550177', country_code: '1' };
  const { body } = await ask('POST', '/protected/json/users/new', { user });
  const { id } = body.user;
  const secretAnswer = await authy('POST', `/protected/json/users/${id}/secret`);
  const picture = new URL(secretAnswer.body.qr_code).pathname;
  const { secret } = parseUri(readPng((await call(picture)).bytes).text);
  const code = totp(importKey(secret), { at: clock.at });
  await ask('GET', `/protected/json/sms/${id}?force=true`);
  await ask('POST', '/protected/json/phones/verification/start', {
    phone_number: '3175550178',
    country_code: '1',
    via: 'call',
  });
  for (const typed of [code, code, sent[0], sent[0], '0000000']) {
    await ask('GET', `/protected/json/verify/${typed}/${id}`);
  }
  await ask('GET', `/protected/json/users/${id}/secret/export`);
  await ask('GET', '/protected/json/users/new?api_key=wrong-canary-key');
  await ask('POST', `/onetouch/json/users/${id}/approval_requests`, { message: '' });
  await ask('GET', `/protected/json/verify/${code}%20canary/${id}`);
  await Promise.all(work);
  const audit = await operator('GET', '/audit');
  const decided = events.filter((event) => (event as { type: string }).type === 'decided');
  expect([sent.length, decided.length > 4, audit.status]).toStrictEqual([2, true, 200]);
  const told = {
    answers: said.map(({ headers, text }) => [[...headers], text]),
    events,
    audit: audit.text,
    printed,
    state: [gateway.breaker],
  };
  const codes = [code, ...sent];
  const names = [secret, AUTHY, OPERATOR, 'wrong-canary-key', '3175550177', '3175550178'];
  const foundIn = (what: unknown) => {
    const text = JSON.stringify(what);
    // Digits within a longer number or a name are no code.
    const alone = (digits: string) => new RegExp(`(?<![0-9A-Za-z])${digits}(?![0-9A-Za-z])`);
    return [
      ...codes.filter((digits) => alone(digits).test(text)),
      ...names.filter((name) => text.includes(name)),
    ];
  };
  for (const [where, what] of Object.entries(told)) {
    expect([where, foundIn(what)]).toStrictEqual([where, []]);
  }
  expect(foundIn([...codes, ...names].map((planted) => `see ${planted}.`))).toStrictEqual([
    ...codes,
    ...names,
  ]);
  // What is told of a phone number is its last digits; an address stands only with its user.
  expect(JSON.stringify(told.answers)).toContain('+1-XXX-XXX-XX77');
  vi.restoreAllMocks();
});
