import { AUTHY_APP } from '@driftlock/totp-core';
import { expect, test } from 'vitest';
import { json, RFC_SEED, send, serveEmulator } from './loopback.js';

test('the application tells its name, and whether it sends SMS', async () => {
  const { authy, operator } = await serveEmulator({ appName: 'Acme' });
  const told = (sms: boolean) =>
    `{"app":{"name":"Acme","plan":"pay_as_you_go","sms_enabled":${sms},"app_id":1},"message":"Application information.","success":true}`;
  const path = '/protected/json/app/details?user_ip=10.0.0.1';
  expect((await authy(path)).text).toBe(told(true));
  await operator('/emulator/application', json({ sms: false }, 'PUT'));
  expect((await authy(path)).text).toBe(told(false));
});

test('statistics count what happened, month by month on the emulator’s clock', async () => {
  const { emulator, authy, clock, port } = await serveEmulator();
  const { authyId } = emulator.addUser({
    secret: RFC_SEED,
    params: AUTHY_APP,
    phone: '3054562312',
  });
  const user = { email: 'c@d.example', cellphone: '3054562399', country_code: '57' };
  // March 2005: a user with a link, a yes, a used code, an SMS; one ignored, one call of a phone.
  await authy('/protected/json/users/new', json({ user }));
  await authy('/protected/json/users/new', json({ user, send_install_link_via_sms: false }));
  await authy(`/protected/json/verify/2476215/${authyId}`);
  await authy(`/protected/json/verify/2476215/${authyId}`);
  await authy(`/protected/json/sms/${authyId}?force=true`);
  await authy(`/protected/json/sms/${authyId}`);
  const phone = { phone_number: '3054562345', country_code: '1' };
  await authy('/protected/json/phones/verification/start', json({ ...phone, via: 'call' }));
  await send(port, '/protected/json/app/stats');
  await authy('/protected/json/nowhere');
  // January 2006: a phone by SMS, a call, and a user who leaves.
  clock.now = Date.UTC(2006, 0, 31, 23, 59, 59, 999);
  await authy('/protected/json/phones/verification/start', json(phone));
  await authy(`/protected/json/call/${authyId}?force=true`);
  await authy(`/protected/json/users/${authyId}/delete`, json({}));
  const { status, text } = await authy('/protected/json/app/stats');
  expect([status, text]).toStrictEqual([
    200,
    '{"app_id":1,"count":2,"message":"Monthly statistics.","total_users":1,"success":true,"stats":[{"year":2005,"month":"March","api_calls_count":7,"auths_count":1,"calls_count":1,"sms_count":2,"users_count":1},{"year":2006,"month":"January","api_calls_count":4,"auths_count":0,"calls_count":1,"sms_count":1,"users_count":0}]}',
  ]);
  clock.now += 1;
  const { stats } = JSON.parse((await authy('/protected/json/app/stats')).text);
  expect(stats.map(({ month }: { month: string }) => month)).toStrictEqual([
    'March',
    'January',
    'February',
  ]);
});
