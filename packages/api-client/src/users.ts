// Authy's users: /protected/json/users/new, /{id}/status and /{id}/delete.
import type { Exchange } from './exchange.js';
import { unusable } from './failure.js';
import { abortSignal, countryCode, email, flag, phone, userId } from './input.js';
import { INVALID } from './tokens.js';
import {
  authyCode,
  decodeRefusedFields,
  decodeUserCreated,
  decodeUserRemoved,
  decodeUserStatus,
  type UserDetails,
  type UserField,
} from './wire.js';

export type UserCreation =
  | { created: true; user: string }
  /** Authy does not take these data; `fields` is empty where it does not say which. */
  | { created: false; reason: 'invalid'; fields: UserField[]; authyCode: string };

export type UserLookup = ({ known: true } & UserDetails) | { known: false };

export type UserRemoval =
  | { removed: true }
  /** `queued`: Authy has taken the request, and the user still exists. */
  | { removed: false; reason: 'queued' | 'unknown-user' };

/** Each throws {@link AuthyError} where Authy gave no usable answer; only `status` is retried. */
export interface Users {
  /**
   * Registers a person, or finds the one with this phone, and returns Authy's id for them.
   *
   * `phone` is the national number in digits, `countryCode` its calling code. `sendInstallLink`
   * texts the person a link to the Authy app; Authy's own default is to send it. @default false
   *
   * @throws {AuthyError} `ERR_AUTHY_INPUT` naming the field, before anything is sent
   * @example
   * await client.users.create({ email: 'a@example.com', phone: '3175550100', countryCode: 1 });
   */
  create(person: {
    email: string;
    phone: string;
    countryCode: number;
    sendInstallLink?: boolean;
    signal?: AbortSignal | undefined;
  }): Promise<UserCreation>;
  /** Asks what Authy knows of a user; what it leaves out is absent, never `false`. */
  status(question: { user: string; signal?: AbortSignal | undefined }): Promise<UserLookup>;
  /** Takes a user out of the application; `queued` is not yet removed. */
  remove(question: { user: string; signal?: AbortSignal | undefined }): Promise<UserRemoval>;
}

/** The codes that refuse a person's data, and the field each names. */
const REFUSED_DATA: ReadonlyMap<string, UserField | undefined> = new Map([
  ['60027', undefined],
  ['60033', 'phone'],
  ['60038', 'email'],
  ['60059', 'phone'],
  ['60078', 'countryCode'],
]);

export function createUsers(exchange: Exchange): Users {
  return {
    async create(person) {
      const body = {
        user: {
          email: email(person.email),
          cellphone: phone(person.phone),
          country_code: countryCode(person.countryCode),
        },
        send_install_link_via_sms: flag('sendInstallLink', person.sendInstallLink ?? false),
      };
      const signal = abortSignal(person.signal);
      const answer = await exchange({ method: 'post', path: ['users', 'new'], body, signal });
      const code = authyCode(answer);
      if (code && REFUSED_DATA.has(code)) {
        const named = REFUSED_DATA.get(code);
        const fields = new Set([...decodeRefusedFields(answer), ...(named ? [named] : [])]);
        return { created: false, reason: 'invalid', fields: [...fields], authyCode: code };
      }
      const created = decodeUserCreated(answer);
      if (!created) throw unusable(answer);
      return { created: true, ...created };
    },

    async status({ user, signal }) {
      const path = ['users', userId(user), 'status'];
      const caller = abortSignal(signal);
      const answer = await exchange({ method: 'get', path, repeatable: true, signal: caller });
      const reason = INVALID.get(authyCode(answer) ?? '');
      if (reason === 'unknown-user') return { known: false };
      if (reason === 'suspended') return { known: true, suspended: true };
      const details = decodeUserStatus(answer, user);
      if (!details) throw unusable(answer);
      return { known: true, ...details };
    },

    async remove({ user, signal }) {
      const path = ['users', userId(user), 'delete'];
      const answer = await exchange({
        method: 'post',
        path,
        body: {},
        signal: abortSignal(signal),
      });
      const code = authyCode(answer);
      if (code && DELETION_RUNNING.has(code)) return { removed: false, reason: 'queued' };
      if (code && INVALID.get(code) === 'unknown-user') {
        return { removed: false, reason: 'unknown-user' };
      }
      const outcome = decodeUserRemoved(answer);
      if (!outcome) throw unusable(answer);
      return outcome === 'removed' ? { removed: true } : { removed: false, reason: 'queued' };
    },
  };
}

/** User pending deletion; user deletion running. */
const DELETION_RUNNING: ReadonlySet<string> = new Set(['60127', '60130']);
