/** The signed request that tells an application how an approval was answered. */
import { signCallback } from '@driftlock/api-client';
import ky from 'ky';
import { type Approval, type Approvals, expiryOf, writeOf } from './approvals.js';
import type { DoorParts } from './door-parts.js';
import { APP_ID } from './wire.js';

/** Milliseconds one attempt may take, and the most between two. */
const PATIENCE = 10_000;
const LONGEST_PAUSE = 30_000;
/** Within two and a half minutes, and so within the 300 s that a signature is good. */
const ATTEMPTS = 9;

/** Resolves once it was answered or given up; which of the two is in the approval's record. */
export async function callBack(
  { options, key, now }: DoorParts,
  { approval, approvals }: { approval: Approval; approvals: Approvals },
): Promise<void> {
  const { callback } = options;
  if (!callback) return;
  const { url } = callback;
  const params = paramsOf(approval);
  // A fraction that no other callback of this moment has: a nonce seen before is refused.
  const [fraction = 0] = crypto.getRandomValues(new Uint32Array(1));
  const nonce = `${Math.floor(now() / 1000)}.${String(fraction).padStart(10, '0')}`;
  const signature = signCallback({ apiKey: key, nonce, method: 'POST', url, params });
  try {
    await ky.post(url, {
      json: params,
      headers: { 'X-Authy-Signature': signature, 'X-Authy-Signature-Nonce': nonce },
      redirect: 'manual',
      timeout: false,
      // Each attempt has its own patience: a server that never answers is asked again.
      fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(PATIENCE) }),
      // A wait that the receiver asks for may outlast the signature, so none is kept to.
      retry: {
        limit: ATTEMPTS - 1,
        methods: ['post'],
        backoffLimit: LONGEST_PAUSE,
        afterStatusCodes: [],
      },
    });
  } catch {
    return;
  }
  await approvals.change(approval.uuid, (now) => now && writeOf({ ...now, told: true }));
}

/** No device signs here, so `signature` is null, and nobody knows which it was. */
function paramsOf(approval: Approval): Record<string, unknown> {
  const { uuid, user, message, logos, createdAt, processedAt = createdAt, decided } = approval;
  const expiry = expiryOf(approval);
  const orNull = (details: Record<string, string>) =>
    Object.keys(details).length === 0 ? null : details;
  return {
    authy_id: Number(user),
    device_uuid: null,
    callback_action: 'approval_request_status',
    uuid,
    status: decided,
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
        status: decided,
        uuid,
        created_at_time: Math.floor(createdAt / 1000),
        customer_uuid: null,
      },
      expiration_timestamp: expiry === undefined ? null : Math.floor(expiry / 1000),
      logos: logos.length === 0 ? null : logos,
      app_id: String(APP_ID),
    },
    signature: null,
    device: {},
  };
}
