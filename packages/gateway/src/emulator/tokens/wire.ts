/**
 * What Authy answers about codes, byte for byte. Compact JSON is part of the contract: authy-python
 * accepts a code when the raw bytes hold `"token":"is valid"`.
 */
import type { Device, User } from '../users/users.js';

type Body = Record<string, unknown>;

/** `success` is a string here, and only here. */
export function tokenIsValid(by: Device | 'sent' | undefined): Body {
  const device = by === 'sent' ? undefined : by;
  return {
    message: 'Token is valid.',
    token: 'is valid',
    success: 'true',
    device: {
      id: device?.id ?? null,
      os_type: by === 'sent' ? 'sms' : 'android',
      registration_date: device ? Math.floor(device.since / 1000) : null,
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

export function smsSent(user: User): Body {
  return { success: true, message: 'SMS token was sent', cellphone: masked(user) };
}

export function smsIgnored(user: User): Body {
  return {
    success: true,
    message:
      'Ignored: SMS is not needed for smartphones. Pass force=true if you want to actually send it anyway.',
    cellphone: masked(user),
    device: 'android',
    ignored: true,
  };
}

export function callStarted(user: User): Body {
  return { success: true, message: 'Call started...', cellphone: masked(user) };
}

/** The two spaces are Authy's. */
export function callIgnored(user: User): Body {
  return {
    success: true,
    message:
      'Call ignored. User is using  App Tokens and this call is not necessary. Pass force=true if you still want to call users that are using the App.',
    cellphone: masked(user),
    device: 'android',
    ignored: true,
  };
}

export function emailSent(email: string): Body {
  const name = crypto.randomUUID().replaceAll('-', '');
  return { success: true, message: 'Email token was sent', email, email_id: `EM${name}` };
}

/** `+57-XXX-XXX-XX12` */
function masked({ cellphone = '', countryCode }: User): string {
  return `+${countryCode}-XXX-XXX-XX${cellphone.slice(-2)}`;
}
