/** The emulator's users: who they are, and what they hold. */
import { AUTHY_APP } from '@driftlock/totp-core';
import { randomHexId } from '../random.js';
import type { SentCode } from '../tokens/sent.js';
import { type IssuedToken, issueToken, type Token } from './seeds.js';

/** A phone with the app on it. */
export interface Device {
  id: number;
  /** When it was registered, on the emulator's clock. */
  since: number;
}

/** What an application told Authy about a user. */
export interface Activity {
  type: string;
  at: number;
}

export interface User {
  id: number;
  /** Authy's other name for them. */
  hexId: string;
  email: string | undefined;
  /** Digits only. */
  cellphone: string | undefined;
  countryCode: string;
  app: IssuedToken;
  /** Without one the user is not registered: no app token, no approval requests. */
  device: Device | undefined;
  deletedDevices: Device[];
  /** The code last sent to them. */
  sent?: SentCode;
  activities: Activity[];
  /** The application's own name for them. */
  customId?: string;
  /** When their deletion is done, where it is queued. */
  leavesAt?: number;
  generic?: IssuedToken;
  others: Token[];
  suspended: boolean;
  /** The name of their current QR picture. */
  picture?: string;
  /** Whether a code of theirs was ever accepted. */
  confirmed: boolean;
}

export interface Person {
  id?: number | undefined;
  email?: string | undefined;
  cellphone?: string | undefined;
  /** @default '1' */
  countryCode?: string | undefined;
}

export interface Users {
  find(id: string): User | undefined;
  /** The user with this id or phone number, created where there is none. */
  enrol(person: Person, since: number): User;
  /** Puts the app on a phone of theirs; nothing where it is on one. */
  register(user: User, since: number): void;
  /** Every user there is, oldest first; one may be removed while they are gone through. */
  all(): Iterable<User>;
  size(): number;
  remove(user: User): void;
}

const FIRST_ID = 100_001;
const FIRST_DEVICE = 500_001;

export function createUsers(): Users {
  const users = new Map<string, User>();
  /** A phone number names one user: registering it again finds them, as with Authy. */
  const byPhone = new Map<string, User>();
  let next = FIRST_ID;
  let nextDevice = FIRST_DEVICE;
  const unusedId = () => {
    while (users.has(String(next))) next++;
    return next++;
  };
  return {
    find: (id) => users.get(id),
    enrol({ id, email, cellphone, countryCode = '1' }, since) {
      const phone = phoneOf({ cellphone, countryCode });
      const known = id === undefined ? phone && byPhone.get(phone) : users.get(String(id));
      if (known) {
        delete known.leavesAt;
        return known;
      }
      const user: User = {
        id: id ?? unusedId(),
        hexId: randomHexId(),
        email,
        cellphone,
        countryCode,
        app: issueToken(AUTHY_APP),
        device: { id: nextDevice++, since },
        deletedDevices: [],
        activities: [],
        others: [],
        suspended: false,
        confirmed: false,
      };
      users.set(String(user.id), user);
      if (phone !== undefined) byPhone.set(phone, user);
      return user;
    },
    register(user, since) {
      user.device ??= { id: nextDevice++, since };
    },
    all: () => users.values(),
    size: () => users.size,
    remove(user) {
      users.delete(String(user.id));
      const phone = phoneOf(user);
      if (phone !== undefined && byPhone.get(phone) === user) byPhone.delete(phone);
    },
  };
}

function phoneOf({ cellphone, countryCode }: Person): string | undefined {
  return cellphone === undefined ? undefined : `${countryCode}-${cellphone}`;
}

/** As it is dialled; empty where there is none. */
export function numberOf({ cellphone, countryCode }: User): string {
  return cellphone === undefined ? '' : `+${countryCode} ${cellphone}`;
}
