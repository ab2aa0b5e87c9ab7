/** What Authy answers about phone numbers, byte for byte. */
import type { Phone, PhoneVerification } from './phones.js';

type Body = Record<string, unknown>;

const CARRIER = 'Authy emulator';

export function verificationStarted(
  phone: Phone,
  { via, uuid, seconds }: { via: 'sms' | 'call'; uuid: string; seconds: number },
): Body {
  const to = phoneNumber(phone);
  return {
    carrier: CARRIER,
    is_cellphone: true,
    message: via === 'sms' ? `Text message sent to ${to}.` : `Call to ${to} initiated`,
    seconds_to_expire: seconds,
    uuid,
    success: true,
  };
}

/** No client records this body: it is in the style of the rest. */
export function verificationStatus({ verified, until }: PhoneVerification, at: number): Body {
  const left = Math.max(0, Math.ceil((until - at) / 1000));
  const pending = left > 0 ? 'pending' : 'expired';
  return {
    message: 'Phone Verification status.',
    status: verified ? 'verified' : pending,
    seconds_to_expire: verified ? 0 : left,
    success: true,
  };
}

/** Of no number more is known than that a message for it could be read here. */
export function phoneInfo(at: number): Body {
  const now = new Date(at).toISOString();
  return {
    message: `Phone number information as of ${now.slice(0, 10)} ${now.slice(11, 19)} UTC`,
    type: 'cellphone',
    provider: CARRIER,
    ported: false,
    success: true,
  };
}

/** `+1 305-456-2345`; of another length than ten, the digits as they are. */
export function phoneNumber({ countryCode, number }: Phone): string {
  return `+${countryCode} ${number.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1-$2-$3')}`;
}
