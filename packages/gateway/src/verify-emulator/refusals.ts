/** How Twilio Verify says no: {"code":20404,"message":"...","more_info":"...","status":404} */
import { HTTPException } from 'hono/http-exception';

/** Each at the HTTP status that Twilio's pages name; 60200 and 60306 are theirs for anything invalid. */
const REFUSALS = {
  credentials: [401, 20003, 'Authenticate'],
  unknown: [404, 20404, 'The requested resource was not found'],
  parameter: [400, 60200, 'Invalid parameter'],
  request: [400, 60306, 'The request is invalid'],
  'challenge-attempts': [429, 60308, 'Challenge verification attempts limit reached'],
  'factor-attempts': [429, 60310, 'Factor verification attempts reached'],
  'challenge-limit': [429, 60312, 'Challenge creation limit reached'],
  unverified: [403, 60318, 'Factor is unverified'],
  expired: [403, 60323, 'Challenge expired'],
  'factor-limit': [429, 60326, 'Factor creation limit reached'],
} as const;

/** Thrown where a call is to be refused. */
export function refusal(why: keyof typeof REFUSALS, detail?: string): HTTPException {
  const [status, code, said] = REFUSALS[why];
  const message = detail === undefined ? said : `${said}: ${detail}`;
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  const res = Response.json({ code, message, more_info, status }, { status });
  return new HTTPException(status, { res });
}
