/** The signed request by which Authy tells an application what a user decided. */
import { randomCode } from '../random.js';
import type { World } from '../world.js';
import { type Approval, expiryOf } from './approvals.js';
import { type Json, sign, toQuery } from './signature.js';

export interface CallbackRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string;
}

/**
 * Makes the callback of a decided request as it would be sent; undefined where the application
 * asks for none.
 */
export async function callbackOf(
  approval: Approval,
  { world, apiKey }: { world: World; apiKey: string },
): Promise<CallbackRequest | undefined> {
  const { callback } = world.application;
  if (!callback) return undefined;
  const { url, method } = callback;
  const params = paramsOf(approval, world);
  const query = toQuery(params);
  const nonce = `${Math.floor(world.at() / 1000)}.${randomCode(6)}`;
  const headers = {
    'X-Authy-Signature': await sign({ key: apiKey, nonce, method, url, query }),
    'X-Authy-Signature-Nonce': nonce,
  };
  if (method === 'GET') return { method, url: `${url}?${query}`, headers };
  const typed = { 'Content-Type': 'application/json', ...headers };
  return { method, url, headers: typed, body: JSON.stringify(params) };
}

/** No device signs here, so `signature` is null. */
function paramsOf(approval: Approval, { application }: World): Json {
  const { uuid, user, message, logos, createdAt, processedAt = createdAt, decided } = approval;
  const expiry = expiryOf(approval);
  const status = decided ?? null;
  return {
    authy_id: user.id,
    device_uuid: user.device?.id ?? null,
    callback_action: 'approval_request_status',
    uuid,
    status,
    approval_request: {
      transaction: {
        details: orNull(approval.details),
        device_details: {},
        device_geolocation: null,
        device_signing_time: Math.floor(processedAt / 1000),
        encrypted: false,
        flagged: false,
        hidden_details: orNull(approval.hiddenDetails),
        message,
        reason: null,
        requester_details: null,
        status,
        uuid,
        created_at_time: Math.floor(createdAt / 1000),
        customer_uuid: null,
      },
      expiration_timestamp: expiry === undefined ? null : Math.floor(expiry / 1000),
      logos: logos.length === 0 ? null : logos.map(({ res, url }) => ({ res, url })),
      app_id: application.id,
    },
    signature: null,
    device: {},
  };
}

function orNull(details: Record<string, string>): Json {
  return Object.keys(details).length === 0 ? null : details;
}
