import { expect, onTestFinished, test, vi } from 'vitest';
import { createGateway, memoryStores } from '../src/index.js';
import { type Answer, AUTHY, OPERATOR, serve } from './served.js';

/** Everything written to the console or the standard streams from here on. */
function listen(): () => string {
  let heard = '';
  const streams = [process.stdout, process.stderr];
  const spies = streams.map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      heard += String(chunk);
      return true;
    }),
  );
  const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
  const consoles = methods.map((method) =>
    vi.spyOn(console, method).mockImplementation((...said) => {
      heard += said.map(String).join(' ');
    }),
  );
  onTestFinished(() => {
    for (const spy of [...spies, ...consoles]) spy.mockRestore();
  });
  return () => heard;
}

function spellings(canary: string | Uint8Array): string[] {
  const bytes = Buffer.from(canary);
  const encoded = [bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')];
  return typeof canary === 'string' ? [canary, encodeURIComponent(canary), ...encoded] : encoded;
}

function leaks(canaries: (string | Uint8Array)[], said: string): string[] {
  return canaries
    .flatMap(spellings)
    .filter((one) => said.toLowerCase().includes(one.toLowerCase()));
}

test('no secret, code or key is in any answer, event or output', async () => {
  const heard = listen();
  const events: unknown[] = [];
  const served = await serve({ onEvent: (event) => events.push(event) });
  const answers: Answer[] = [];
  const call: typeof served.call = async (...asked) => {
    const answer = await served.call(...asked);
    answers.push(answer);
    return answer;
  };
  const ana = await served.enrol('ana', { digits: 8 });
  const [good, slow, wrong] = [ana.code(), ana.code(-240), '97531864'];
  const { path, secret } = ana;
  const uri = `otpauth://totp/ana?secret=${secret}&digits=9`;
  const typed = [good, good, slow, wrong, `${good}0`, [good], { [good]: good }];
  for (const code of typed) {
    const headers = { 'Idempotency-Key': `login-${answers.length}` };
    await call('POST', `${path}/verify`, { body: { code }, headers });
    await call('POST', `${path}/verify`, { body: { code: wrong }, headers });
    await call('POST', `${path}/diagnose`, { body: { code } });
    await call('POST', `${path}/verify`, { body: { code, [good]: secret } });
    await call('POST', '/v1/accounts', { body: { id: good, secret, [secret]: 1, digits: good } });
  }
  for (const body of [
    { id: 'b', secret },
    { id: 'b', secret: `${secret}1` },
    { id: 'c', uri },
  ]) {
    await call('POST', '/v1/accounts', { body });
    await call('POST', '/v1/accounts', { body });
  }
  const codes = [slow, good].map((code) => ({ code, at: served.clock.at }));
  await call('POST', `${path}/resynchronize`, { body: { codes } });
  await call('POST', `${path}/resynchronize`, { body: { codes: [...codes, secret] } });
  await call('POST', '/v1/accounts', { raw: `{"secret":"${secret}"` });
  for (const gone of [`/v1/accounts/${good}/verify`, `/v1/decisions/${good}`, `/${secret}`]) {
    await call('POST', gone, { body: { code: good } });
    await call('GET', gone, { key: secret });
  }
  for (const fault of [{ down: true }, { lostReply: true }, {}]) {
    await call('PUT', '/emulator/faults', { body: fault });
    served.clock.at += 3_600_000;
    const { body } = await call('POST', `${path}/verify`, { body: { code: ana.code() } });
    answers.push(await served.call('GET', `/v1/decisions/${body.id}`));
  }
  await call('GET', `${path}/drift`);
  await call('GET', '/v1/accounts');
  await call('DELETE', path);
  await served.close();
  const said = answers.map(({ text, headers }) => text + JSON.stringify([...headers])).join('\n');
  expect(answers.some(({ body }) => body?.accepted)).toBe(true);
  const canaries = [secret, ana.bytes, good, slow, wrong, OPERATOR, AUTHY];
  expect(leaks(canaries, said)).toStrictEqual([]);
  expect(leaks(canaries, JSON.stringify(events))).toStrictEqual([]);
  expect(heard()).toBe('');
});

test('a store’s error reaches neither answer nor output, whatever it says', async () => {
  const heard = listen();
  const broken = new Error('insert into accounts values (GEZDGNBVGY3TQOJQ)');
  const stores = memoryStores();
  stores.accounts.create = async () => {
    throw broken;
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
  expect(leaks(['GEZDGNBVGY3TQOJQ', 'insert into'], await response.text())).toStrictEqual([]);
  expect(heard()).toBe('');
});
