// Authy's users: who they are, what became of them, and their devices.
import { askWhether, NO_USER, UNKNOWN_USER } from './ask.js';
import {
  type Authenticators,
  createAuthenticators,
  type NoUser,
  type Question,
} from './authenticators.js';
import type { Exchange } from './exchange.js';
import { email, flag, given, id, ip, oneOf, phone } from './input.js';
import { toWire } from './wire/names.js';
import { readDone } from './wire/shape.js';
import {
  readCreated,
  readRemoved,
  readStatus,
  refusedFields,
  type UserDetails,
  type UserField,
} from './wire/users.js';

export type UserCreation =
  | { created: true; user: string }
  /** Authy does not take these data; `fields` is empty where it does not say which. */
  | { created: false; reason: 'invalid'; fields: UserField[]; authyCode: string };

export type UserLookup = ({ known: true } & UserDetails) | { known: false };

export type UserRemoval =
  | { removed: true }
  /** `queued`: Authy has taken the request, and the user still exists. */
  | { removed: false; reason: 'queued' | 'unknown-user'; authyCode?: string };

interface WithAddress extends Question {
  /** The address of whoever this is done for, for Authy's records. */
  ip?: string | undefined;
}

/**
 * Each throws {@link AuthyError} where Authy gave no usable answer; only `status` and
 * `registrationStatus` are repeated.
 */
export interface Users extends Authenticators {
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
  status(question: WithAddress): Promise<UserLookup>;
  /** Takes a user out of the application; `queued` is not yet removed. */
  remove(question: WithAddress): Promise<UserRemoval>;
  /** Gives a user another e-mail address. */
  updateEmail(
    change: Question & { email: string },
  ): Promise<
    { updated: true } | { updated: false; reason: NoUser['reason'] | 'invalid'; authyCode: string }
  >;
  /** Tells Authy what happened to a user here, for its own judgement of fraud. */
  registerActivity(
    activity: WithAddress & {
      type: 'password-reset' | 'banned' | 'unbanned' | 'cookie-login';
      /** Whatever else is worth telling. */
      data?: Readonly<Record<string, string | number | boolean>> | undefined;
    },
  ): Promise<{ registered: true } | ({ registered: false } & NoUser)>;
}

/** The codes that refuse a person's data, and the field each names. */
const REFUSED_DATA: Readonly<Record<string, UserField | undefined>> = {
  '60027': undefined,
  '60033': 'phone',
  '60038': 'email',
  '60059': 'phone',
  '60078': 'countryCode',
};
const INVALID_DATA = Object.fromEntries(
  Object.keys(REFUSED_DATA).map((code) => [code, 'invalid' as const]),
);

/** User pending deletion; user deletion running. */
const REMOVING = { ...UNKNOWN_USER, '60127': 'queued', '60130': 'queued' } as const;

export function createUsers(exchange: Exchange): Users {
  return {
    async create(person) {
      const { phoneNumber: cellphone, countryCode } = phone(person);
      const body = {
        user: toWire({ email: email(person.email), cellphone, countryCode }),
        sendInstallLinkViaSms: flag('sendInstallLink', person.sendInstallLink ?? false),
      };
      return askWhether(exchange, {
        method: 'POST',
        path: ['users', 'new'],
        body,
        signal: person.signal,
        flag: 'created',
        read: readCreated,
        no: INVALID_DATA,
        details: (answer, code) => ({
          fields: [...new Set([...refusedFields(answer), REFUSED_DATA[code] ?? []].flat())],
        }),
      }) as Promise<UserCreation>;
    },

    async status({ user, ip: address, signal }) {
      const lookup = await askWhether(exchange, {
        method: 'GET',
        path: ['users', id('user', user), 'status'],
        query: { userIp: given(address, ip) },
        repeatable: true,
        signal,
        flag: 'known',
        read: readStatus(user),
        no: NO_USER,
      });
      if (lookup.known) return lookup;
      return lookup.reason === 'suspended' ? { known: true, suspended: true } : { known: false };
    },

    async remove({ user, ip: address, signal }) {
      return askWhether(exchange, {
        method: 'POST',
        path: ['users', id('user', user), 'delete'],
        body: { userIp: given(address, ip) },
        signal,
        flag: 'removed',
        read: readRemoved,
        no: REMOVING,
      });
    },

    async updateEmail({ user, email: address, signal }) {
      return askWhether(exchange, {
        method: 'POST',
        path: ['users', id('user', user), 'update'],
        body: { email: email(address) },
        signal,
        flag: 'updated',
        read: readDone,
        no: { ...NO_USER, '60027': 'invalid', '60038': 'invalid' },
      });
    },

    async registerActivity({ user, type, data = {}, ip: address, signal }) {
      oneOf('type', type, ['password-reset', 'banned', 'unbanned', 'cookie-login']);
      return askWhether(exchange, {
        method: 'POST',
        path: ['users', id('user', user), 'register_activity'],
        body: { type: type.replace('-', '_'), data, userIp: given(address, ip) },
        signal,
        flag: 'registered',
        read: readDone,
        no: NO_USER,
      });
    },

    ...createAuthenticators(exchange),
  };
}
