/** One account's contact with the gateway in one drain: its token, its failures, its pauses. */
import { type DeviceGateway, deviceGateway, type Trouble } from './device-gateway.js';
import type { Drain } from './drain.js';
import { afterFailure, isDue, type SyncRow } from './sync-row.js';

export interface Lane {
  account: string;
  /** The account's name at the gateway. */
  user: string;
  row: SyncRow;
  /** The token's digest: two tokens are told apart by it. */
  token: string;
  gateway: DeviceGateway;
  /** True time as the gateway said in this drain; absent until it was pulled. */
  time?: number;
  /** Whether the rest of this drain leaves it alone. */
  closed: boolean;
}

/** `undefined` where nothing may be sent for the account now. */
export async function openLane(
  drain: Drain,
  { row, user }: { row: SyncRow; user: string },
): Promise<Lane | undefined> {
  const { token: tokenOf, baseUrl, fetch, timeout, now } = drain.parts;
  const { account } = row;
  if (!isDue(row, { at: now(), eager: drain.eager })) return undefined;
  const token = await tokenOf(account);
  if (!token) {
    if (row.paused !== '') await pause(drain, row, '');
    return undefined;
  }
  const digest = await digestOf(token);
  if (row.paused === digest && !drain.eager) return undefined;
  const gateway = deviceGateway({
    ...{ baseUrl, token },
    ...(fetch && { fetch }),
    ...(timeout === undefined ? {} : { timeout }),
  });
  return { account, user, row, token: digest, gateway, closed: false };
}

/** Writes a failure down; the lane is closed until its time comes, or there is another token. */
export async function failLane(drain: Drain, lane: Lane, trouble: Trouble): Promise<void> {
  const { now, random } = drain.parts;
  lane.closed = true;
  // Called off, nothing has failed.
  if (drain.signal.aborted) return;
  drain.failed += 1;
  if (trouble.trouble === 'signed-out') return pause(drain, lane.row, lane.token);
  const { retryAfter } = { retryAfter: undefined, ...trouble };
  const wait = retryAfter === undefined ? {} : { retryAfter };
  lane.row = afterFailure(lane.row, { at: now(), random, ...wait });
  await keep(drain, lane.row);
  drain.unreached = trouble.trouble === 'again' && !trouble.reached ? drain.unreached + 1 : 0;
}

async function pause({ parts }: Drain, row: SyncRow, paused: string): Promise<void> {
  await keep({ parts }, { ...row, paused });
  parts.emit({ type: 'paused', account: row.account });
}

export async function keep({ parts }: Pick<Drain, 'parts'>, row: SyncRow): Promise<void> {
  await parts.store.write(['sync'], async ({ sync }) => {
    await sync.put(row);
  });
}

async function digestOf(token: string): Promise<string> {
  const bytes = new TextEncoder().encode(token);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest.slice(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
