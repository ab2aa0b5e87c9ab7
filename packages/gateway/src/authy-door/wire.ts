/**
 * What the door says yes with, byte for byte. JSON without a space is part of it: authy-python looks
 * for `"token":"is valid"` in the raw bytes.
 */
import type { Approval } from './approvals.js';
import { dialled, type Phone } from './person.js';

/** Authy numbers applications; here is one. */
export const APP_ID = 1;

type Body = Record<string, unknown>;

/** What it takes for each of the seven clients; `success` is a text here and nowhere else. */
export function tokenIsValid({ sent }: { sent: boolean }): Body {
  return {
    message: 'Token is valid.',
    token: 'is valid',
    success: 'true',
    device: {
      id: null,
      os_type: sent ? 'sms' : null,
      registration_date: null,
      registration_method: null,
      registration_country: null,
      registration_region: null,
      registration_city: null,
      country: null,
      region: null,
      city: null,
      ip: null,
      last_account_recovery_at: null,
      last_sync_date: null,
    },
  };
}

export function done(message: string): Body {
  return { message, success: true };
}

export function userCreated(user: string): Body {
  return {
    message: 'User created successfully.',
    user: { id: Number(user) },
    success: true,
  };
}

/** Deletion here is never queued. */
export const REMOVED: Body = done('User removed from application');
export const QUEUED: Body = done('User was added to remove.');

export function userStatus(user: string, status: Body): Body {
  return {
    status: { authy_id: Number(user), ...status },
    message: 'User status.',
    success: true,
  };
}

/** `XXX-XXX-1118` */
export function hidden(number: string | undefined): string {
  return `XXX-XXX-${number?.slice(-4) ?? 'XXXX'}`;
}

/** `+57-XXX-XXX-XX12` */
export function masked({ countryCode, number }: Phone): string {
  return `+${countryCode}-XXX-XXX-XX${number.slice(-2)}`;
}

export function smsSent(cellphone: string | undefined): Body {
  return { success: true, message: 'SMS token was sent', cellphone };
}

export function callStarted(cellphone: string | undefined): Body {
  return { success: true, message: 'Call started...', cellphone };
}

/** Who reads codes in an app is sent none unless the caller insists. The two spaces are Authy's. */
export function ignored(via: 'sms' | 'call', cellphone?: string): Body {
  const message =
    via === 'sms'
      ? 'Ignored: SMS is not needed for smartphones. Pass force=true if you want to actually send it anyway.'
      : 'Call ignored. User is using  App Tokens and this call is not necessary. Pass force=true if you still want to call users that are using the App.';
  return { success: true, message, cellphone, device: null, ignored: true };
}

export function emailSent(email: string | undefined): Body {
  const email_id = `EM${crypto.randomUUID().replaceAll('-', '')}`;
  return { success: true, message: 'Email token was sent', email, email_id };
}

export function phoneStarted(
  phone: Phone,
  { via, ...about }: { via: 'sms' | 'call' } & Body,
): Body {
  const to = dialled(phone).replace(/(\d{3})(\d{3})(\d{4})$/, ' $1-$2-$3');
  const message = via === 'sms' ? `Text message sent to ${to}.` : `Call to ${to} initiated`;
  return { ...about, message, success: true };
}

export const PHONE_VERIFIED: Body = done('Verification code is correct.');

/** No client records this body: it is in the style of the rest. */
export function phoneStatus(status: string, secondsLeft: number | undefined): Body {
  const message = 'Phone Verification status.';
  return { message, status, seconds_to_expire: secondsLeft, success: true };
}

/** `2017-02-23T01:40:44Z` */
export function timestamp(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** What nobody knows here is null; Authy's other names for things are made of its ids. */
export function approvalStatus(
  approval: Pick<Approval, 'uuid' | 'user' | 'secondsToExpire'> & {
    createdAt?: number | undefined;
    processedAt?: number | undefined;
    updatedAt?: number | undefined;
    notified?: boolean | undefined;
  },
  about: { status: string; email?: string | undefined; name?: string | undefined },
): Body {
  const { uuid, user, createdAt, processedAt, secondsToExpire, notified = false } = approval;
  const { updatedAt = processedAt ?? createdAt } = approval;
  const date = (at: number | undefined) => (at === undefined ? null : timestamp(at));
  return {
    approval_request: {
      _app_name: about.name ?? 'Driftlock',
      _app_serial_id: APP_ID,
      _authy_id: Number(user),
      _id: uuid.replaceAll('-', '').slice(0, 24),
      _user_email: about.email ?? null,
      app_id: String(APP_ID),
      created_at: date(createdAt),
      notified,
      processed_at: date(processedAt),
      seconds_to_expire: secondsToExpire,
      status: about.status,
      updated_at: date(updatedAt),
      user_id: user,
      uuid,
    },
    success: true,
  };
}
