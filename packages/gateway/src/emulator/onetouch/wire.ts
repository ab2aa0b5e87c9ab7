/** What Authy answers about approval requests, byte for byte. */
import type { World } from '../world.js';
import { type Approval, statusOf } from './approvals.js';

type Body = Record<string, unknown>;

export function approvalAsked({ uuid }: Approval): Body {
  return { approval_request: { uuid }, success: true };
}

export function approvalStatus(approval: Approval, { at, application }: World): Body {
  const { id, uuid, user, createdAt, processedAt, secondsToExpire } = approval;
  return {
    approval_request: {
      _app_name: application.name,
      _app_serial_id: application.serial,
      _authy_id: user.id,
      _id: id,
      _user_email: user.email ?? null,
      app_id: application.id,
      created_at: timestamp(createdAt),
      notified: false,
      processed_at: processedAt === undefined ? null : timestamp(processedAt),
      seconds_to_expire: secondsToExpire,
      status: statusOf(approval, at()),
      updated_at: timestamp(processedAt ?? createdAt),
      user_id: user.hexId,
      uuid,
    },
    success: true,
  };
}

/** `2017-02-23T01:40:44Z` */
function timestamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, -'.000Z'.length)}Z`;
}
