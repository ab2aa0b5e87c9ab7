import { expect, test } from 'vitest';
import { open, told } from './opened.js';

test('the application is named, and SMS are on where somebody sends them', async () => {
  const body = (name: string, sms: boolean) =>
    `{"app":{"name":"${name}","plan":"self_hosted","sms_enabled":${sms},"app_id":1},` +
    '"message":"Application information.","success":true}';
  const details = '/protected/json/app/details';
  expect(told(await open().authy('GET', details))).toStrictEqual([200, body('Driftlock', false)]);
  const { authy } = open({ door: { name: 'Shop', deliver: async () => {} } });
  expect(told(await authy('GET', details))).toStrictEqual([200, body('Shop', true)]);
});

test('what happened is counted month by month, since the process began', async () => {
  const { authy, clock, enrol, register } = open({ door: { deliver: async () => {} } });
  clock.at = Date.UTC(2026, 11, 31, 23, 59);
  const id = await register();
  await authy('GET', `/protected/json/sms/${id}`);
  await authy('GET', `/protected/json/call/${id}`);
  clock.at = Date.UTC(2027, 0, 1);
  const { code, verify } = await enrol('ana', '17');
  await verify('0000000');
  await verify(code());
  const { text } = await authy('GET', '/protected/json/app/stats');
  expect(text).toBe(
    '{"app_id":1,"count":2,"message":"Monthly statistics.","total_users":2,"success":true,"stats":[' +
      '{"year":2026,"month":"December","api_calls_count":3,"auths_count":0,"calls_count":1,"sms_count":1,"users_count":1},' +
      '{"year":2027,"month":"January","api_calls_count":3,"auths_count":1,"calls_count":0,"sms_count":0,"users_count":0}]}',
  );
});
