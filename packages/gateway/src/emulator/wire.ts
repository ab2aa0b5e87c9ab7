/**
 * Authy's answers, byte for byte. Compact JSON is part of the contract: authy-python accepts a code
 * when the raw bytes hold `"token":"is valid"`.
 */
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { User } from './users.js';

export type Refusal =
  | 'no-such-url'
  | 'internal'
  | 'wrong-key'
  | 'bad-request'
  | 'too-large'
  | 'bad-parameter'
  | 'not-utf8'
  | 'no-such-user-to-verify'
  | 'suspended'
  | 'token-used'
  | 'token-wrong'
  | 'no-such-user'
  | 'bad-user';

/** HTTP status, `error_code` and message of each refusal. */
const REFUSALS: Record<Refusal, readonly [ContentfulStatusCode, string | undefined, string]> = {
  'no-such-url': [404, undefined, 'Requested URL was not found.'],
  internal: [500, '60000', 'An error occurred'],
  'wrong-key': [401, '60001', 'Invalid API key'],
  'bad-request': [400, '60002', 'Invalid request'],
  'too-large': [413, '60002', 'Invalid request'],
  'bad-parameter': [400, '60004', 'Invalid parameter'],
  'not-utf8': [400, '60005', 'Invalid encoding'],
  'no-such-user-to-verify': [404, '60016', "User doesn't exist."],
  suspended: [503, '60017', 'User is suspended.'],
  'token-used': [401, '60019', 'Token is invalid. Token was used recently.'],
  'token-wrong': [401, '60020', 'Token is invalid.'],
  'no-such-user': [404, '60026', 'User not found.'],
  'bad-user': [400, '60027', 'User was not valid'],
};

/** `fields` names what was wrong with which parameter; it is said twice, as Authy does. */
export function refusal(
  why: Refusal,
  fields: Record<string, string> = {},
): { status: ContentfulStatusCode; body: Record<string, unknown> } {
  const [status, code, message] = REFUSALS[why];
  return {
    status,
    body: {
      message,
      ...(why.startsWith('token-') && { token: 'is invalid' }),
      ...fields,
      success: false,
      errors: { message, ...fields },
      ...(code !== undefined && { error_code: code }),
    },
  };
}

/** `success` is a string here, and only here. */
export function tokenIsValid(user: User): Record<string, unknown> {
  return {
    message: 'Token is valid.',
    token: 'is valid',
    success: 'true',
    device: {
      id: user.id,
      os_type: 'android',
      registration_date: Math.floor(user.since / 1000),
      registration_method: null,
      registration_country: null,
      registration_region: null,
      registration_city: null,
      country: null,
      region: null,
      city: null,
      ip: null,
      last_account_recovery_at: null,
      last_sync_date: null,
    },
  };
}

export function userCreated(user: User): Record<string, unknown> {
  return { message: 'User created successfully.', user: { id: user.id }, success: true };
}

export function userRemoved(): Record<string, unknown> {
  return { message: 'User removed from application', success: true };
}

export function userStatus(user: User): Record<string, unknown> {
  return {
    status: {
      authy_id: user.id,
      confirmed: user.confirmed,
      registered: true,
      country_code: Number(user.countryCode),
      phone_number: `XXX-XXX-${user.cellphone?.slice(-4) ?? 'XXXX'}`,
      devices: ['android'],
      has_hard_token: false,
      account_disabled: user.suspended,
    },
    message: 'User status.',
    success: true,
  };
}
