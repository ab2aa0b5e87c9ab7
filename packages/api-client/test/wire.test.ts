import { describe, expect, test } from 'vitest';
import { reply, serve, TOKEN_IS_VALID, verifyAt } from './scripted-server.js';

// As Authy sends them: for a token of the app, and for a code sent by SMS.
const APP = {
  city: 'San Francisco',
  country: 'United States',
  ip: '198.51.100.7',
  region: 'California',
  registration_city: null,
  registration_country: 'United States',
  registration_device_id: 456456,
  registration_method: 'push',
  registration_region: null,
  os_type: 'android',
  last_account_recovery_at: null,
  id: 83372911,
  registration_date: 1490996931,
  last_sync_date: 1490996999,
};
const SMS = { id: null, os_type: 'sms', registration_date: 1500648405, ip: null };

describe('the device of a valid token', () => {
  test.each([
    [
      APP,
      {
        id: '83372911',
        osType: 'android',
        ip: '198.51.100.7',
        city: 'San Francisco',
        region: 'California',
        country: 'United States',
        registrationMethod: 'push',
        registrationCountry: 'United States',
        registrationDate: 1490996931000,
        lastSyncDate: 1490996999000,
      },
    ],
    [SMS, { osType: 'sms', registrationDate: 1500648405000 }],
    [{ id: {}, os_type: 7, ip: [], registration_date: 'yesterday' }, {}],
  ])('is told without wire names; what is missing or odd is absent (%#)', async (wire, device) => {
    const { url } = await serve(reply(200, { ...TOKEN_IS_VALID, device: wire }));
    await expect(verifyAt(url)).resolves.toStrictEqual({ valid: true, device });
  });

  test.each([['none'], [null], [7]])('is absent when it is %j', async (device) => {
    const { url } = await serve(reply(200, { ...TOKEN_IS_VALID, device }));
    await expect(verifyAt(url)).resolves.toStrictEqual({ valid: true });
  });
});
