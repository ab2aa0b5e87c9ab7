/** The emulator's users: who they are, the seeds they hold, and which of their codes were used. */
import {
  AUTHY_APP,
  generateSecret,
  importKey,
  type TotpKey,
  type TotpParams,
} from '@driftlock/totp-core';

/** A seed of a user's. `token` is Authy's word for it. */
export interface Token {
  key: TotpKey;
  /** Steps whose code was accepted; never pruned, because the clock may be set back. */
  used: Set<number>;
}

/** A token whose seed was made here, and so can be handed to a phone. */
export interface IssuedToken extends Token {
  secret: string;
}

export interface User {
  id: number;
  /** When the user was created, on the emulator's clock. */
  since: number;
  email: string | undefined;
  /** Digits only. */
  cellphone: string | undefined;
  countryCode: string;
  app: IssuedToken;
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
  remove(user: User): void;
}

const FIRST_ID = 100_001;

export function createUsers(): Users {
  const users = new Map<string, User>();
  /** A phone number names one user: registering it again finds them, as with Authy. */
  const byPhone = new Map<string, User>();
  let next = FIRST_ID;
  const unusedId = () => {
    while (users.has(String(next))) next++;
    return next++;
  };
  return {
    find: (id) => users.get(id),
    enrol({ id, email, cellphone, countryCode = '1' }, since) {
      const phone = phoneOf({ cellphone, countryCode });
      const known = id === undefined ? phone && byPhone.get(phone) : users.get(String(id));
      if (known) return known;
      const user: User = {
        id: id ?? unusedId(),
        email,
        cellphone,
        countryCode,
        since,
        app: issueToken(AUTHY_APP),
        others: [],
        suspended: false,
        confirmed: false,
      };
      users.set(String(user.id), user);
      if (phone !== undefined) byPhone.set(phone, user);
      return user;
    },
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

export function issueToken(params: TotpParams): IssuedToken {
  const secret = generateSecret();
  return { ...holdToken(secret, params), secret };
}

export function holdToken(secret: string | Uint8Array, params: TotpParams): Token {
  return { key: importKey(secret, params), used: new Set() };
}
