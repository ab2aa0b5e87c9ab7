import { AUTHY_APP, importKey, parseUri, totp } from '@driftlock/totp-core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { json, messagesOf, RFC_SEED, serveEmulator } from './loopback.js';

/** Everything written to the console or the standard streams from here on. */
function listen(): () => string {
  let heard = '';
  const hear = (said: unknown[]) => {
    heard += said.map(String).join(' ');
    return true;
  };
  const spies = [
    ...[process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, 'write').mockImplementation((...said) => hear(said)),
    ),
    ...(['log', 'info', 'warn', 'error', 'debug'] as const).map((method) =>
      vi.spyOn(console, method).mockImplementation((...said) => void hear(said)),
    ),
  ];
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  return () => heard;
}

const NUMBER = '3054562312';
const EMAIL = 'canary@b.example';

test('no refusal and no output holds a code, a seed, an address or a number', async () => {
  const heard = listen();
  const loopback = await serveEmulator();
  const { authy, operator, emulator, clock } = loopback;
  const { authyId } = emulator.addUser({
    secret: RFC_SEED,
    params: AUTHY_APP,
    phone: NUMBER,
    email: EMAIL,
  });
  const { app } = JSON.parse((await operator(`/emulator/users/${authyId}`)).text);
  const { secret, params } = parseUri(app.uri);
  const shown = totp(importKey(secret, params), { at: clock.now });
  const refusals: string[] = [];
  const ask: typeof authy = async (path, sent) => {
    const answer = await authy(path, sent);
    if (answer.status !== 200) refusals.push(answer.text);
    return answer;
  };
  const phone = { phone_number: NUMBER, country_code: '1' };
  const query = new URLSearchParams(phone);
  await ask(`/protected/json/sms/${authyId}?force=true`);
  await ask('/protected/json/phones/verification/start', json({ ...phone, code_length: 10 }));
  const [sent, started] = (await messagesOf(loopback)).map(({ code }) => String(code)) as [
    string,
    string,
  ];
  const check = `/protected/json/phones/verification/check?${query}&verification_code=`;
  for (const code of [shown, sent]) {
    await ask(`/protected/json/verify/${code}/1`);
    await ask(`/protected/json/verify/${code}x/${authyId}`);
    await ask(`/protected/json/verify/${code}/${authyId}`);
    await ask(`/protected/json/verify/${code}/${authyId}`);
    await ask(`/protected/json/sms/${authyId}?force=true&action=${code.repeat(40)}`);
    await ask(`/protected/json/nowhere/${code}/${secret}`);
  }
  for (const code of [`${started}0`, started, started]) await ask(check + code);
  await ask(`/protected/json/phones/info?phone_number=${NUMBER}${NUMBER}&country_code=1`);
  await ask(
    '/protected/json/users/new',
    json({ user: { email: 'x', cellphone: `${NUMBER}${NUMBER}` } }),
  );
  await ask(`/protected/json/users/${authyId}/update`, json({ email: `${EMAIL}@${EMAIL}` }));
  await ask(
    `/onetouch/json/users/${authyId}/approval_requests`,
    json({ message: secret.repeat(9) }),
  );
  await ask(`/onetouch/json/approval_requests/${secret}`);
  await ask(`/protected/json/registrations/status?custom_user_id=${EMAIL}`);
  for (const fault of [
    { lostReply: true },
    { reset: true },
    { truncation: true },
    { latency: 1 },
  ]) {
    await operator('/emulator/faults', json(fault, 'PUT'));
    await ask(`/protected/json/verify/${shown}/${authyId}`).catch(() => undefined);
  }
  for (const [path, body] of [
    ['faults', { html: { status: Number(shown) } }],
    ['application', { callback: { url: `file:${secret}` } }],
    [`users/${authyId}`, { customId: secret.repeat(9) }],
  ] as const) {
    refusals.push((await operator(`/emulator/${path}`, json(body, 'PUT'))).text);
  }
  const canaries = [shown, sent, started, secret, NUMBER, EMAIL, EMAIL.replace('@', '%40')];
  const said = refusals.join('\n');
  expect(refusals.length).toBeGreaterThan(20);
  expect(canaries.filter((canary) => said.includes(canary))).toStrictEqual([]);
  expect(heard()).toBe('');
});

test('what the operator may read is told to nobody else', async () => {
  const { authy, operator, emulator } = await serveEmulator();
  emulator.addUser({ secret: RFC_SEED, phone: NUMBER });
  for (const path of ['messages', 'approval_requests', 'users/100001/activities']) {
    expect((await authy(`/emulator/${path}`)).status).toBe(401);
    expect((await operator(`/emulator/${path}`)).status).toBe(200);
    const answer = await emulator.fetch(
      new Request(`http://localhost/emulator/${path}`, {
        headers: { Authorization: 'Bearer key-of-the-operator' },
      }),
      { incoming: { socket: { remoteAddress: '10.0.0.7' } } },
    );
    expect(answer.status).toBe(403);
  }
});
