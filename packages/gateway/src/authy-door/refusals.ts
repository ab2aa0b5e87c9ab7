/** Every no of the door: HTTP status, Authy's `error_code` and Authy's words. */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { seconds } from '../problem.js';

export type Refusal =
  | 'no-such-url'
  | 'failed'
  | 'wrong-key'
  | 'bad-request'
  | 'too-large'
  | 'too-many'
  | 'bad-parameter'
  | 'not-utf8'
  | 'no-calls'
  | 'no-sms'
  | 'call-failed'
  | 'sms-failed'
  | 'unknown-verifying'
  | 'suspended'
  | 'token-used'
  | 'token-wrong'
  | 'wrong-phone-code'
  | 'nothing-pending'
  | 'no-phone-info'
  | 'unknown-user'
  | 'bad-user'
  | 'not-removed'
  | 'no-activity'
  | 'not-allowed'
  | 'bad-phone'
  | 'no-registration'
  | 'bad-verification'
  | 'no-approval'
  | 'no-one-touch'
  | 'bad-approval'
  | 'no-device'
  | 'no-report'
  | 'webhook-not-made'
  | 'webhooks-not-listed'
  | 'webhook-not-removed'
  | 'no-generic'
  | 'no-export';

/**
 * In the order of their codes. 503 is Authy's status for what an application may not do, as much as
 * for a failure.
 */
const REFUSALS: Record<
  Refusal,
  readonly [status: ContentfulStatusCode, code: string, message: string]
> = {
  'no-such-url': [404, '', 'Requested URL was not found.'],
  failed: [503, '60000', 'An error occurred'],
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
  'no-calls': [503, '60006', 'Phone calls are not enabled on this account'],
  'no-sms': [503, '60007', 'SMS is not enabled'],
  'call-failed': [503, '60014', 'Call could not be started'],
  'sms-failed': [503, '60015', 'SMS could not be sent'],
  'unknown-verifying': [404, '60016', "User doesn't exist."],
  suspended: [503, '60017', 'User is suspended.'],
  'token-used': [401, '60019', 'Token is invalid. Token was used recently.'],
  'token-wrong': [401, '60020', 'Token is invalid.'],
  'wrong-phone-code': [401, '60022', 'Verification code is incorrect'],
  'nothing-pending': [404, '60023', 'No pending verifications for this phone number found.'],
  'no-phone-info': [500, '60024', 'Phone information is not available'],
  'unknown-user': [404, '60026', 'User not found.'],
  'bad-user': [400, '60027', 'User was not valid'],
  'not-removed': [503, '60028', 'User could not be deleted'],
  'no-activity': [503, '60029', 'Activity could not be created'],
  'not-allowed': [503, '60031', 'Action is not authorized'],
  'bad-phone': [400, '60033', 'Phone number is invalid'],
  'no-registration': [404, '60035', 'Registration request not found'],
  'bad-verification': [400, '60042', 'Phone verification parameters are invalid'],
  'no-approval': [404, '60049', 'Approval request not found'],
  'no-one-touch': [503, '60064', 'OneTouch can not be enabled'],
  'bad-approval': [400, '60080', 'Approval request is invalid'],
  'no-device': [404, '60092', 'Device not found'],
  'no-report': [503, '60096', 'Report could not be processed'],
  'webhook-not-made': [503, '60098', 'Webhook could not be created'],
  'webhooks-not-listed': [503, '60099', 'Webhooks could not be listed'],
  'webhook-not-removed': [503, '60100', 'Webhook could not be deleted'],
  'no-generic': [503, '60123', 'Generic tokens are not enabled'],
  'no-export': [400, '60154', 'Migration tools are disabled'],
};

export interface RefusalDetails {
  /** What is wrong with which parameter. */
  fields?: Record<string, string>;
  /** Seconds. */
  retryAfter?: number | undefined;
}

/**
 * Answers with a no. Only two of them have a `token`: every other says nothing about a code.
 *
 * @example return refuse(c, 'bad-user', { fields: { email: 'is invalid' } });
 */
export function refuse(c: Context, why: Refusal, details: RefusalDetails = {}): Response {
  const [status, code, message] = REFUSALS[why];
  const about = why === 'token-used' || why === 'token-wrong' ? { token: 'is invalid' } : {};
  return relay(c, { status, code, message, about, ...details });
}

/** A no in another's words. */
export function relay(
  c: Context,
  {
    status,
    code,
    message,
    about = {},
    fields = {},
    retryAfter,
  }: RefusalDetails & {
    status: ContentfulStatusCode;
    code: string;
    message: string;
    about?: Record<string, string>;
  },
): Response {
  if (retryAfter !== undefined) c.header('Retry-After', seconds(retryAfter));
  // Of an unknown approval request Authy has nothing more to say.
  const errors = code === '60049' ? {} : { message, ...fields };
  const error_code = code === '' ? {} : { error_code: code };
  return c.json({ message, ...about, ...fields, success: false, errors, ...error_code }, status);
}

/** The status and the words that go with one of Authy's codes; none for a code not in the table. */
export function statusOf(
  code: string,
): { status: ContentfulStatusCode; message: string } | undefined {
  const found = Object.values(REFUSALS).find(([, known]) => known === code);
  return found && { status: found[0], message: found[2] };
}
