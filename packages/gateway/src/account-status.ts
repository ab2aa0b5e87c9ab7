/** Whether an account may sign in: the authority's to say; without one, who exists may. */
import type { UserStatus } from '@driftlock/api-client';
import type { Parts } from './parts.js';
import type { Account } from './stores/stores.js';

/** `undefined` where the authority can't be asked in time. */
export async function statusOf(
  { authority, policy }: Parts,
  { authyId }: Account,
): Promise<UserStatus | undefined> {
  if (!authority) return 'active';
  if (authyId === undefined) return 'unknown';
  try {
    const signal = AbortSignal.timeout(policy.liveDeadline);
    return await authority.status({ user: authyId, signal });
  } catch {
    return undefined;
  }
}
