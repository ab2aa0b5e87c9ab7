// What Authy answers about users and their devices.
import * as v from 'valibot';
import type { Answer } from '../answer.js';
import { fromWire } from './names.js';
import { count, flag, id, instant, maybe, type Read, success, text, textThat } from './shape.js';

// {"message":"User created successfully.","user":{"id":209},"success":true}
export const readCreated: Read<{ user: string }> = success(
  v.object({ user: v.object({ id }) }),
  ({ user }) => ({ user: user.id }),
);

export type UserField = 'email' | 'phone' | 'countryCode';

const FIELDS = { email: 'email', cellphone: 'phone', country_code: 'countryCode' } as const;

// {"message":"User was not valid","success":false,"errors":{"message":"User was not valid",
//  "email":"is invalid","cellphone":"is invalid"},"email":"is invalid","error_code":"60027"}
const refused = v.object({ errors: v.custom<object>((value) => Object(value) === value) });

/** The fields Authy complains of; its words are left behind, as they may quote the values. */
export function refusedFields({ content }: Answer): UserField[] {
  const { success: told, output } = v.safeParse(refused, content);
  return Object.entries(FIELDS).flatMap(([wire, field]) =>
    told && Object.hasOwn(output.errors, wire) ? [field] : [],
  );
}

/** A device that a user has, or had; dates are Unix milliseconds. */
export interface UserDevice {
  deviceType?: string;
  osType?: string;
  deviceId?: string;
  registrationDeviceId?: string;
  registrationMethod?: string;
  lastSyncDate?: number;
  creationDate?: number;
}

/** What Authy says of a user; a field it does not send is absent, never `false`. */
export interface UserDetails {
  confirmed?: boolean;
  /** Whether the user has the Authy app. */
  registered?: boolean;
  /** Absent means that Authy did not say, not that the user is in good standing. */
  suspended?: boolean;
  hasHardToken?: boolean;
  devices?: string[];
  detailedDevices?: UserDevice[];
  deletedDevices?: UserDevice[];
  countryCode?: number;
  /** Masked by Authy: only the last digits are legible. */
  phone?: string;
  email?: string;
}

const devices = v.array(
  v.pipe(
    v.object({
      device_type: maybe(text),
      os_type: maybe(text),
      device_id: maybe(id),
      registration_device_id: maybe(id),
      registration_method: maybe(text),
      last_sync_date: maybe(instant),
      creation_date: maybe(instant),
    }),
    v.transform(fromWire),
  ),
);

// {"status":{"authy_id":209,"confirmed":true,"registered":false,"country_code":1,
//  "phone_number":"XXX-XXX-1118","devices":["iphone"],"has_hard_token":false,
//  "account_disabled":false,"email":"...","detailed_devices":[...],"deleted_devices":[]},
//  "message":"User status.","success":true}
const status = v.object({
  authy_id: maybe(id),
  confirmed: maybe(flag),
  registered: maybe(flag),
  account_disabled: maybe(flag),
  has_hard_token: maybe(flag),
  devices: maybe(v.array(text)),
  detailed_devices: maybe(devices),
  deleted_devices: maybe(devices),
  country_code: maybe(count),
  phone_number: maybe(text),
  email: maybe(text),
});

/** An answer about somebody else than `user` is none. */
export const readStatus = (user: string): Read<UserDetails> =>
  success(v.object({ status }), ({ status }) => {
    const { authy_id, account_disabled, phone_number, ...rest } = status;
    if (authy_id !== undefined && BigInt(authy_id) !== BigInt(user)) return undefined;
    return fromWire({ ...rest, suspended: account_disabled, phone: phone_number });
  });

// {"message":"User removed from application","success":true}: done
// {"message":"User was added to remove.","success":true}: queued; any other text promises no more
export const readRemoved: Read<object> = success(
  v.object({ message: maybe(text) }),
  ({ message = '' }) =>
    /^User removed from application\.?$/.test(message) ? {} : { removed: false, reason: 'queued' },
);

export interface QrCode {
  /** The address of a PNG picture, over https or http. */
  url: string;
  label?: string;
  issuer?: string;
}

// {"qr_code":"https://...","label":"...","issuer":"...","success":true}
export const readQrCode: Read<QrCode> = success(
  v.object({
    qr_code: textThat((value) => /^https?:/.test(value) && URL.canParse(value)),
    label: maybe(text),
    issuer: maybe(text),
  }),
  ({ qr_code, ...rest }) => fromWire({ url: qr_code, ...rest }),
);

// {"secret":"...","otp":"...","success":true}
export const readSeed: Read<{ secret: string; otp?: string }> = success(
  v.object({
    secret: textThat((value) => /^[A-Za-z2-7]+=*$/.test(value)),
    otp: maybe(text),
  }),
  fromWire,
);
