// Authy's answers: the only file that knows their wire names. Field drops are tolerated, except in
// what decides.
import * as v from 'valibot';
import type { Answer } from './answer.js';

/** A boolean in most answers, the strings "true" and "false" in some; all else says nothing. */
const flag = v.pipe(
  v.union([v.boolean(), v.picklist(['true', 'false'])]),
  v.transform((value) => value === true || value === 'true'),
);
const yes = v.pipe(flag, v.literal(true));
const id = v.pipe(
  v.union([
    v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    v.pipe(v.string(), v.regex(/^\d+$/)),
  ]),
  v.transform(String),
);
/** Seconds since 1970 become Unix milliseconds. */
const instant = v.pipe(
  v.number(),
  v.integer(),
  v.transform((seconds) => seconds * 1000),
);

/** A field Authy may drop, or send as null: then it is absent here too. */
const optional = <T extends v.GenericSchema>(
  schema: T,
): v.SchemaWithFallback<v.OptionalSchema<T, undefined>, undefined> =>
  v.fallback(v.optional(schema), undefined);

type Said<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

const said = <T extends object>(fields: T): Said<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Said<T>;

/** The answer's content, if it is the success Authy documents: 200, JSON, `success`, no code. */
function success<T extends v.GenericSchema>(
  answer: Answer,
  schema: T,
): v.InferOutput<T> | undefined {
  if (answer.status !== 200 || !answer.declaresJson) return undefined;
  if (authyCode(answer) !== undefined) return undefined;
  if (!v.is(v.object({ success: yes }), answer.content)) return undefined;
  // Any error code, even one that makes no sense, is no success.
  if ('error_code' in (answer.content as object)) return undefined;
  const parsed = v.safeParse(schema, answer.content);
  return parsed.success ? parsed.output : undefined;
}

// {"message":"...","success":false,"errors":{"message":"..."},"error_code":"60020"}
const code = v.pipe(v.union([v.string(), v.number()]), v.transform(String), v.regex(/^\d{5}$/));
const failure = v.object({ error_code: code });

/** Authy's five-digit code, from an answer of any status and content type. */
export function authyCode({ content }: Answer): string | undefined {
  const parsed = v.safeParse(failure, content);
  return parsed.success ? parsed.output.error_code : undefined;
}

/** Whether Authy, and not something in front of it, may have written this answer. */
export const isAuthyShaped = (answer: Answer): boolean =>
  authyCode(answer) !== undefined || v.is(v.object({ success: flag }), answer.content);

// {"message":"Token is valid.","token":"is valid","success":"true","device":{"id":1,"os_type":"ios",
//  "ip":"...","city":"...","region":"...","country":"...","registration_method":"sms",
//  "registration_city":"...","registration_region":"...","registration_country":"...",
//  "registration_date":1478540850,"last_sync_date":1490979843,"last_account_recovery_at":null}}
const tokenIsValid = v.object({
  token: v.literal('is valid'),
  device: optional(
    v.pipe(
      v.object({
        id: optional(id),
        os_type: optional(v.string()),
        ip: optional(v.string()),
        city: optional(v.string()),
        region: optional(v.string()),
        country: optional(v.string()),
        registration_method: optional(v.string()),
        registration_city: optional(v.string()),
        registration_region: optional(v.string()),
        registration_country: optional(v.string()),
        registration_date: optional(instant),
        last_sync_date: optional(instant),
        last_account_recovery_at: optional(instant),
      }),
      v.transform((wire) =>
        said({
          id: wire.id,
          osType: wire.os_type,
          ip: wire.ip,
          city: wire.city,
          region: wire.region,
          country: wire.country,
          registrationMethod: wire.registration_method,
          registrationCity: wire.registration_city,
          registrationRegion: wire.registration_region,
          registrationCountry: wire.registration_country,
          registrationDate: wire.registration_date,
          lastSyncDate: wire.last_sync_date,
          lastAccountRecoveryAt: wire.last_account_recovery_at,
        }),
      ),
    ),
  ),
});

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

export const decodeTokenIsValid = (answer: Answer): { device?: Device } | undefined => {
  const wire = success(answer, tokenIsValid);
  return wire && said({ device: wire.device });
};

// {"message":"User created successfully.","user":{"id":209},"success":true}
const userCreated = v.object({ user: v.object({ id }) });

export const decodeUserCreated = (answer: Answer): { user: string } | undefined => {
  const wire = success(answer, userCreated);
  return wire && { user: wire.user.id };
};

// {"message":"User was not valid","success":false,"errors":{"message":"User was not valid",
//  "email":"is invalid","cellphone":"is invalid"},"email":"is invalid","error_code":"60027"}
const userRefused = v.object({ errors: v.record(v.string(), v.unknown()) });

export type UserField = 'email' | 'phone' | 'countryCode';

const FIELDS: ReadonlyMap<string, UserField> = new Map([
  ['email', 'email'],
  ['cellphone', 'phone'],
  ['country_code', 'countryCode'],
]);

/** The fields Authy complains of; its words are left behind, as they may quote the values. */
export function decodeRefusedFields({ content }: Answer): UserField[] {
  if (!v.is(userRefused, content)) return [];
  const { errors } = content;
  return [...FIELDS].flatMap(([wire, field]) => (Object.hasOwn(errors, wire) ? [field] : []));
}

// {"status":{"authy_id":209,"confirmed":true,"registered":false,"country_code":1,
//  "phone_number":"XXX-XXX-1118","devices":["iphone"],"has_hard_token":false,
//  "account_disabled":false,"email":"..."},"message":"User status.","success":true}
const userStatus = v.object({
  status: v.object({
    authy_id: optional(id),
    confirmed: optional(flag),
    registered: optional(flag),
    account_disabled: optional(flag),
    has_hard_token: optional(flag),
    devices: optional(v.array(v.string())),
    country_code: optional(v.number()),
    phone_number: optional(v.string()),
    email: optional(v.string()),
  }),
});

/** What Authy says of a user; a field it does not send is absent, never `false`. */
export interface UserDetails {
  confirmed?: boolean;
  /** Whether the user has the Authy app. */
  registered?: boolean;
  /** Absent means that Authy did not say, not that the user is in good standing. */
  suspended?: boolean;
  hasHardToken?: boolean;
  devices?: string[];
  countryCode?: number;
  /** Masked by Authy: only the last digits are legible. */
  phone?: string;
  email?: string;
}

export const decodeUserStatus = (answer: Answer, user: string): UserDetails | undefined => {
  const wire = success(answer, userStatus)?.status;
  if (!wire || (wire.authy_id !== undefined && BigInt(wire.authy_id) !== BigInt(user))) {
    return undefined;
  }
  return said({
    confirmed: wire.confirmed,
    registered: wire.registered,
    suspended: wire.account_disabled,
    hasHardToken: wire.has_hard_token,
    devices: wire.devices,
    countryCode: wire.country_code,
    phone: wire.phone_number,
    email: wire.email,
  });
};

// {"message":"User removed from application","success":true}: done
// {"message":"User was added to remove.","success":true}: queued; any other text promises no more
const userRemoved = v.object({ message: optional(v.string()) });

export const decodeUserRemoved = (answer: Answer): 'removed' | 'queued' | undefined => {
  const wire = success(answer, userRemoved);
  return (
    wire && (/^User removed from application\.?$/.test(wire.message ?? '') ? 'removed' : 'queued')
  );
};
