/** The signed request that tells an application how an approval was answered. */
import { signCallback } from '@driftlock/api-client';
import { type Approval, expiryOf } from './approvals.js';
import { APP_ID } from './wire.js';

/** Milliseconds that all tries of a turn may take. */
export const PATIENCE = 10_000;
/** Milliseconds before each: who only stumbled is not left waiting for the next turn. */
const PAUSES = [0, 300, 1000];

export interface Calling {
  url: string;
  /** Signs it. */
  key: string;
  now: () => number;
}

/** Whether it was taken; never rejects. Only where nobody could answer is it tried again at once. */
export async function callBack(approval: Approval, calling: Calling): Promise<boolean> {
  const signal = AbortSignal.timeout(PATIENCE);
  for (const pause of PAUSES) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const status = await post(approval, { ...calling, signal });
    if (status !== undefined && status < 500) return status >= 200 && status < 300;
  }
  return false;
}

/** The status of the answer; `undefined` where there was none. */
async function post(
  approval: Approval,
  { url, key, now, signal }: Calling & { signal: AbortSignal },
): Promise<number | undefined> {
  try {
    const params = paramsOf(approval);
    // Each request has its own: a nonce seen before is refused, and a signature ages.
    const nonce = nonceAt(now());
    const signature = signCallback({ apiKey: key, nonce, method: 'POST', url, params });
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Authy-Signature': signature,
        'X-Authy-Signature-Nonce': nonce,
      },
      body: JSON.stringify(params),
      redirect: 'manual',
      signal,
    });
    await answer.body?.cancel().catch(() => {});
    return answer.status;
  } catch {
    return undefined;
  }
}

/** Unix seconds, with a fraction that no other request of the moment has. */
function nonceAt(at: number): string {
  const [fraction = 0] = crypto.getRandomValues(new Uint32Array(1));
  return `${Math.floor(at / 1000)}.${String(fraction).padStart(10, '0')}`;
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
