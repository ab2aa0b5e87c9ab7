// What Authy answers about tokens: verify, sms, call, email.
import * as v from 'valibot';
import { fromWire } from './names.js';
import { flag, id, instant, maybe, type Read, success, text, word } from './shape.js';

/** The device that made a token, as far as Authy tells; dates are Unix milliseconds. */
export interface Device {
  id?: string;
  /** `sms` for a code sent by SMS. */
  osType?: string;
  ip?: string;
  city?: string;
  region?: string;
  country?: string;
  registrationMethod?: string;
  registrationCity?: string;
  registrationRegion?: string;
  registrationCountry?: string;
  registrationDate?: number;
  lastSyncDate?: number;
  lastAccountRecoveryAt?: number;
}

// {"message":"Token is valid.","token":"is valid","success":"true","device":{"id":1,"os_type":"ios",
//  "ip":"...","city":"...","region":"...","country":"...","registration_method":"sms",
//  "registration_city":"...","registration_region":"...","registration_country":"...",
//  "registration_date":1478540850,"last_sync_date":1490979843,"last_account_recovery_at":null}}
const device = v.object({
  id: maybe(id),
  os_type: maybe(text),
  ip: maybe(text),
  city: maybe(text),
  region: maybe(text),
  country: maybe(text),
  registration_method: maybe(text),
  registration_city: maybe(text),
  registration_region: maybe(text),
  registration_country: maybe(text),
  registration_date: maybe(instant),
  last_sync_date: maybe(instant),
  last_account_recovery_at: maybe(instant),
});

export const readValid: Read<{ device?: Device }> = success(
  v.object({ token: word('is valid'), device: maybe(v.pipe(device, v.transform(fromWire))) }),
  ({ device }) => fromWire({ device }),
);

export type Delivery = { to?: string } | { sent: false; reason: 'ignored' };

// {"success":true,"message":"SMS token was sent","cellphone":"+57-XXX-XXX-XX12"}
// {"success":true,"message":"Ignored: ...","device":"android","ignored":true,"cellphone":"..."}
// {"success":true,"message":"...","email":"...","email_id":"EM..."}
export const readDelivery: Read<Delivery> = success(
  v.object({ cellphone: maybe(text), email: maybe(text), ignored: maybe(flag) }),
  ({ ignored, cellphone, email }) =>
    ignored ? { sent: false, reason: 'ignored' } : fromWire({ to: cellphone ?? email }),
);
