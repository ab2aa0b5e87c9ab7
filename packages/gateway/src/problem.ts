/** What a request is told that can't be served: RFC 9457, with nothing in it of what was sent. */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Stable: clients branch on it. */
export type ProblemCode =
  | 'not-json'
  | 'unauthorized'
  | 'no-such-url'
  | 'no-such-account'
  | 'no-such-decision'
  | 'no-such-approval'
  | 'not-pending'
  | 'no-such-device'
  | 'for-operators'
  | 'for-devices'
  | 'account-exists'
  | 'not-held'
  | 'not-offered'
  | 'too-large'
  | 'bad-field'
  | 'key-reused'
  | 'throttled'
  | 'internal'
  | 'unavailable';

const PROBLEMS: Record<ProblemCode, readonly [ContentfulStatusCode, string]> = {
  'not-json': [400, 'Bad Request'],
  unauthorized: [401, 'Unauthorized'],
  'no-such-url': [404, 'Not Found'],
  'no-such-account': [404, 'Not Found'],
  'no-such-decision': [404, 'Not Found'],
  'no-such-approval': [404, 'Not Found'],
  'not-pending': [409, 'Conflict'],
  'no-such-device': [404, 'Not Found'],
  'for-operators': [403, 'Forbidden'],
  'for-devices': [403, 'Forbidden'],
  'account-exists': [409, 'Conflict'],
  'not-held': [409, 'Conflict'],
  'not-offered': [409, 'Conflict'],
  'too-large': [413, 'Content Too Large'],
  'bad-field': [422, 'Unprocessable Content'],
  'key-reused': [422, 'Unprocessable Content'],
  throttled: [429, 'Too Many Requests'],
  internal: [500, 'Internal Server Error'],
  unavailable: [503, 'Service Unavailable'],
};

export interface ProblemDetails {
  /** The field, parameter or header at fault. */
  field?: string | undefined;
  /** Never quotes a value. @default the field is missing or wrong */
  detail?: string;
  /** Seconds. */
  retryAfter?: number;
}

/** @example return problem(c, 'bad-field', { field: 'secret' }); */
export function problem(
  c: Context,
  code: ProblemCode,
  { field, detail, retryAfter }: ProblemDetails = {},
): Response {
  const [status, title] = PROBLEMS[code];
  const why = detail ?? (field === undefined ? undefined : `${field} is missing or wrong`);
  if (retryAfter !== undefined) c.header('Retry-After', seconds(retryAfter));
  c.header('Content-Type', 'application/problem+json');
  const body = { type: 'about:blank', title, status, code, detail: why, field };
  return c.body(JSON.stringify(body), status);
}

/** A Retry-After in whole seconds, at least one. */
export function seconds(wait: number): string {
  return String(Math.max(1, Math.ceil(wait)));
}
