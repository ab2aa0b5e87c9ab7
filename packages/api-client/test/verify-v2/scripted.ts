// What Twilio Verify says, as its pages show it, and a client of ours for a scripted server.
import { createTwilioVerifyClient, type TwilioVerifyClient } from '../../src/index.js';
import { reply, type Script } from '../scripted-server.js';

const hex = (digit: string): string => digit.repeat(32);

export const ACCOUNT = `AC${hex('a')}`;
export const SERVICE = `VA${hex('b')}`;
export const FACTOR = `YF${hex('c')}`;
export const CHALLENGE = `YC${hex('d')}`;
export const AUTH_TOKEN = 'canaryToken0123456789';
export const IDENTITY = 'ff483d1ff591898a9942916050d2ca3f';
export const CODE = '765432';
export const OF = { identity: IDENTITY, factor: FACTOR };

/** A factor, as it is told. */
export const FACTOR_BODY = {
  sid: FACTOR,
  account_sid: ACCOUNT,
  service_sid: SERVICE,
  entity_sid: `YE${hex('e')}`,
  identity: IDENTITY,
  date_created: '2015-07-30T20:00:00Z',
  date_updated: '2015-07-30T20:00:00Z',
  friendly_name: 'an account',
  status: 'verified',
  factor_type: 'totp',
  config: { alg: 'sha1', skew: 1, code_length: 6, time_step: 30 },
  metadata: null,
  url: `https://verify.twilio.com/v2/Services/${SERVICE}/Entities/${IDENTITY}/Factors/${FACTOR}`,
};

export const FACTOR_SAID = {
  sid: FACTOR,
  identity: IDENTITY,
  status: 'verified',
  type: 'totp',
  friendlyName: 'an account',
  algorithm: 'SHA1',
  digits: 6,
  period: 30,
  skew: 1,
  createdAt: Date.UTC(2015, 6, 30, 20),
};

/** A challenge that was approved as it was made. */
export const CHALLENGE_BODY = {
  sid: CHALLENGE,
  account_sid: ACCOUNT,
  service_sid: SERVICE,
  entity_sid: `YE${hex('e')}`,
  identity: IDENTITY,
  factor_sid: FACTOR,
  date_created: '2015-07-30T20:00:00Z',
  date_updated: '2015-07-30T20:00:00Z',
  date_responded: '2015-07-30T20:00:00Z',
  expiration_date: '2015-07-30T20:05:00Z',
  status: 'approved',
  responded_reason: 'none',
  details: { message: null, date: null, fields: null },
  hidden_details: null,
  metadata: null,
  factor_type: 'totp',
  url: `https://verify.twilio.com/v2/Services/${SERVICE}/Entities/${IDENTITY}/Challenges/${CHALLENGE}`,
  links: { notifications: 'https://verify.twilio.com/' },
};

export const CHALLENGE_SAID = {
  sid: CHALLENGE,
  identity: IDENTITY,
  factor: FACTOR,
  status: 'approved',
  type: 'totp',
  createdAt: Date.UTC(2015, 6, 30, 20),
  respondedAt: Date.UTC(2015, 6, 30, 20),
  expiresAt: Date.UTC(2015, 6, 30, 20, 5),
};

export const SERVICE_BODY = {
  sid: SERVICE,
  account_sid: ACCOUNT,
  friendly_name: 'a service',
  totp: { issuer: 'test-issuer', time_step: 30, code_length: 6, skew: 1 },
};

export const list = (key: string, items: object[], next: string | null = null): object => ({
  [key]: items,
  meta: { page: 0, page_size: 20, previous_page_url: null, next_page_url: next, key },
});

export const refusal = (code: number, status: number): Script =>
  reply(status, {
    code,
    message: 'No.',
    more_info: `https://www.twilio.com/docs/errors/${code}`,
    status,
  });

type Options = Partial<Parameters<typeof createTwilioVerifyClient>[0]>;

export const OPTIONS = { accountSid: ACCOUNT, authToken: AUTH_TOKEN, serviceSid: SERVICE };

export const verifyClientOf = (baseUrl: string, options: Options = {}): TwilioVerifyClient =>
  createTwilioVerifyClient({ ...OPTIONS, baseUrl, ...options });
