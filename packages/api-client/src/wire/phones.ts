// What Authy answers about phones and their verification.
import * as v from 'valibot';
import { fromWire } from './names.js';
import { count, flag, maybe, type Read, success, text, word } from './shape.js';

export interface PhoneVerificationStart {
  /** Names this verification to `phones.status`. */
  uuid?: string;
  carrier?: string;
  isCellphone?: boolean;
  isPorted?: boolean;
  secondsToExpire?: number;
}

// {"carrier":"...","is_cellphone":true,"message":"Text message sent to +1 ....",
//  "seconds_to_expire":599,"uuid":"..." or null,"success":true}
export const readStarted: Read<PhoneVerificationStart> = success(
  v.object({
    uuid: maybe(text),
    carrier: maybe(text),
    is_cellphone: maybe(flag),
    is_ported: maybe(flag),
    seconds_to_expire: maybe(count),
  }),
  fromWire,
);

export interface PhoneVerification {
  status: 'pending' | 'verified' | 'expired';
  secondsToExpire?: number;
}

// {"message":"Phone Verification status.","status":"pending","seconds_to_expire":598,"success":true}
export const readPhoneStatus: Read<PhoneVerification> = success(
  v.object({ status: word('pending', 'verified', 'expired'), seconds_to_expire: maybe(count) }),
  fromWire,
);

export interface PhoneInfo {
  type?: 'cellphone' | 'landline' | 'voip';
  provider?: string;
  ported?: boolean;
}

// {"message":"Phone number information as of ...","type":"voip","provider":"...","ported":false,
//  "success":true}
export const readPhoneInfo: Read<PhoneInfo> = success(
  v.object({
    type: maybe(word('cellphone', 'landline', 'voip')),
    provider: maybe(text),
    ported: maybe(flag),
  }),
  fromWire,
);
