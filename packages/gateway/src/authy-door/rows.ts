/** Every call of Authy's API, and what who can't serve it answers: a no, never a pretended yes. */
import type { Refusal } from './refusals.js';

export type CallName =
  | 'createUser'
  | 'showUser'
  | 'removeUser'
  | 'updateUser'
  | 'registerActivity'
  | 'makeSecret'
  | 'exportSecret'
  | 'verify'
  | 'sms'
  | 'call'
  | 'email'
  | 'showApplication'
  | 'showStatistics'
  | 'showRegistration'
  | 'startPhone'
  | 'checkPhone'
  | 'showPhone'
  | 'phoneInfo'
  | 'askApproval'
  | 'showApproval'
  | 'removeDevice'
  | 'createWebhook'
  | 'listWebhooks'
  | 'removeWebhook';

export interface Row {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  call: CallName;
  otherwise: Refusal;
}

const row = (
  method: Row['method'],
  path: string,
  call: CallName,
  otherwise: Refusal = 'not-allowed',
): Row => ({ method, path, call, otherwise });

const USERS = '/protected/json/users';
const PHONES = '/protected/json/phones';
const WEBHOOKS = '/dashboard/json/application/webhooks';

export const ROWS: readonly Row[] = [
  row('POST', `${USERS}/new`, 'createUser'),
  row('GET', `${USERS}/:id/status`, 'showUser'),
  // Three spellings, as clients have it; `delete` before `:id`, so that it is nobody's id.
  row('POST', `${USERS}/delete/:id`, 'removeUser', 'not-removed'),
  row('POST', `${USERS}/:id/delete`, 'removeUser', 'not-removed'),
  row('POST', `${USERS}/:id/remove`, 'removeUser', 'not-removed'),
  row('POST', `${USERS}/:id/update`, 'updateUser'),
  row('POST', `${USERS}/:id/register_activity`, 'registerActivity', 'no-activity'),
  row('POST', `${USERS}/:id/secret`, 'makeSecret', 'no-generic'),
  row('GET', `${USERS}/:id/secret/export`, 'exportSecret', 'no-export'),
  row('GET', '/protected/json/verify/:token/:id', 'verify'),
  row('GET', '/protected/json/sms/:id', 'sms', 'no-sms'),
  row('GET', '/protected/json/call/:id', 'call', 'no-calls'),
  row('POST', '/protected/json/email/:id', 'email'),
  row('GET', '/protected/json/app/details', 'showApplication'),
  row('GET', '/protected/json/app/stats', 'showStatistics', 'no-report'),
  row('GET', '/protected/json/registrations/status', 'showRegistration', 'no-registration'),
  row('POST', `${PHONES}/verification/start`, 'startPhone', 'no-sms'),
  row('GET', `${PHONES}/verification/check`, 'checkPhone', 'nothing-pending'),
  row('GET', `${PHONES}/verification/status`, 'showPhone', 'nothing-pending'),
  row('GET', `${PHONES}/info`, 'phoneInfo', 'no-phone-info'),
  row('POST', '/onetouch/json/users/:id/approval_requests', 'askApproval', 'no-one-touch'),
  row('GET', '/onetouch/json/approval_requests/:uuid', 'showApproval', 'no-approval'),
  row('DELETE', '/protected/json/sdk/devices/:device', 'removeDevice', 'no-device'),
  row('POST', WEBHOOKS, 'createWebhook', 'webhook-not-made'),
  row('GET', WEBHOOKS, 'listWebhooks', 'webhooks-not-listed'),
  row('DELETE', `${WEBHOOKS}/:id?`, 'removeWebhook', 'webhook-not-removed'),
];
