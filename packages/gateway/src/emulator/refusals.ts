/** What Authy answers when it says no: HTTP status, `error_code` and words of each refusal. */
import type { ContentfulStatusCode } from 'hono/utils/http-status';

export type Refusal =
  | 'no-such-url'
  | 'internal'
  | 'wrong-key'
  | 'bad-request'
  | 'too-large'
  | 'too-many'
  | 'bad-parameter'
  | 'not-utf8'
  | 'calls-off'
  | 'sms-off'
  | 'no-such-user-to-verify'
  | 'suspended'
  | 'token-used'
  | 'token-wrong'
  | 'wrong-verification-code'
  | 'no-verification'
  | 'no-such-user'
  | 'bad-user'
  | 'bad-number'
  | 'no-registration'
  | 'bad-verification'
  | 'no-approval'
  | 'no-device'
  | 'bad-approval'
  | 'no-such-device'
  | 'no-generic-token'
  | 'leaving'
  | 'wrong-access-key'
  | 'wrong-signature'
  | 'bad-webhook'
  | 'no-such-webhook'
  | 'no-export';

/** Where no source states the HTTP status of a code, the one here is a guess marked `?`. */
const REFUSALS: Record<
  Refusal,
  readonly [status: ContentfulStatusCode, code: string | undefined, message: string]
> = {
  'no-such-url': [404, undefined, 'Requested URL was not found.'],
  internal: [500, '60000', 'An error occurred'],
  'wrong-key': [401, '60001', 'Invalid API key'],
  'bad-request': [400, '60002', 'Invalid request'],
  'too-large': [413, '60002', 'Invalid request'],
  'too-many': [
    429,
    '60003',
    'DoS protection: User has requested too many tokens in the last hour.',
  ],
  'bad-parameter': [400, '60004', 'Invalid parameter'],
  'not-utf8': [400, '60005', 'Invalid encoding'],
  /* ? */ 'calls-off': [503, '60006', 'Phone calls are not enabled on this account'],
  /* ? */ 'sms-off': [503, '60007', 'SMS is not enabled'],
  'no-such-user-to-verify': [404, '60016', "User doesn't exist."],
  /* ? */ suspended: [503, '60017', 'User is suspended.'],
  'token-used': [401, '60019', 'Token is invalid. Token was used recently.'],
  'token-wrong': [401, '60020', 'Token is invalid.'],
  'wrong-verification-code': [401, '60022', 'Verification code is incorrect'],
  'no-verification': [404, '60023', 'No pending verifications for this phone number found.'],
  'no-such-user': [404, '60026', 'User not found.'],
  'bad-user': [400, '60027', 'User was not valid'],
  'bad-number': [400, '60033', 'Phone number is invalid'],
  /* ? */ 'no-registration': [404, '60035', 'Registration request not found'],
  /* ? */ 'bad-verification': [400, '60042', 'Phone verification parameters are invalid'],
  'no-approval': [404, '60049', 'Approval request not found'],
  /* ? */ 'no-device': [400, '60050', 'User is not registered'],
  /* ? */ 'bad-approval': [400, '60080', 'Approval request is invalid'],
  /* ? */ 'wrong-access-key': [401, '60072', 'Invalid access key'],
  /* ? */ 'wrong-signature': [401, '60087', 'Invalid signature'],
  /* ? */ 'no-such-device': [404, '60092', 'Device not found'],
  /* ? */ 'bad-webhook': [400, '60098', 'Webhook could not be created'],
  /* ? */ 'no-such-webhook': [404, '60100', 'Webhook could not be deleted'],
  /* ? */ 'no-generic-token': [404, '60113', 'Authenticator not found'],
  /* ? */ leaving: [403, '60127', 'User is pending deletion'],
  'no-export': [400, '60154', 'Migration tools are disabled'],
};

/** `fields` names what was wrong with which parameter; it is said twice, as Authy does. */
export function refusal(
  why: Refusal,
  fields: Record<string, string> = {},
): { status: ContentfulStatusCode; body: Record<string, unknown> } {
  const [status, code, message] = REFUSALS[why];
  // An unknown approval request is answered with no errors at all.
  const errors = why === 'no-approval' ? {} : { message, ...fields };
  return {
    status,
    body: {
      message,
      ...(why.startsWith('token-') && { token: 'is invalid' }),
      ...fields,
      success: false,
      errors,
      ...(code !== undefined && { error_code: code }),
    },
  };
}
