/** Who the door's users are: what Authy knows of a person beside their seeds. */
import { sha256Hex } from '../digest.js';
import { accountNameOf, type DoorParts, noteAct } from './door-parts.js';
import { dialled, type Person } from './person.js';
import { type DoorEngine, recordsOf } from './records.js';

export interface KnownPerson extends Person {
  /** The newest of what the application told of them. */
  activities: Activity[];
}

export interface Activity {
  type: string;
  at: number;
}

export interface People {
  /** `undefined` for a user whose account was made elsewhere. */
  find(user: string): Promise<KnownPerson | undefined>;
  /** Registers a person and makes an account, or finds who has this phone. */
  enrol(person: Person): Promise<{ user: string; known: boolean }>;
  /** Remembers a person whose account exists, or is somebody else's to make. */
  remember(user: string, person: Person): Promise<void>;
  /** `false` for a user of whom nothing is known here. */
  change(user: string, change: (person: KnownPerson) => KnownPerson): Promise<boolean>;
  forget(user: string): Promise<void>;
}

/** Authy's ids are 32-bit integers to some of its clients. */
const IDS = { first: 10_000_000, last: 2_147_483_647 };

export function createPeople(
  engine: DoorEngine,
  parts: Pick<DoorParts, 'stores' | 'recorder'>,
): People {
  const { accounts } = parts.stores;
  const people = recordsOf<KnownPerson>(engine, 'person');
  const phones = recordsOf<string>(engine, 'phone');
  const phoneKey = (person: Person) => sha256Hex(`phone ${dialled(person)}`);

  async function remember(user: string, person: Person): Promise<void> {
    await people.change(user, (before) => ({ value: { activities: [], ...before, ...person } }));
  }

  return {
    find: (user) => people.read(user),
    remember,
    async enrol(person) {
      const phone = phoneKey(person);
      const known = await phones.read(phone);
      if (known !== undefined && (await accounts.findByAuthyId(known))) {
        return { user: known, known: true };
      }
      const user = await createAccount(parts);
      const holder = await phones.change(phone, (now) =>
        now === known ? { value: user } : undefined,
      );
      if (holder !== undefined && holder !== user) {
        // Somebody registered the same phone at the same time, and was first.
        await accounts.delete(accountNameOf(user));
        return { user: holder, known: true };
      }
      await remember(user, person);
      return { user, known: false };
    },
    async change(user, change) {
      const changed = await people.change(user, (now) => now && { value: change(now) });
      return changed !== undefined;
    },
    async forget(user) {
      const person = await people.read(user);
      if (!person) return;
      const phone = phoneKey(person);
      if ((await phones.read(phone)) === user) await phones.remove(phone);
      await people.remove(user);
    },
  };
}

async function createAccount(parts: Pick<DoorParts, 'stores' | 'recorder'>): Promise<string> {
  for (;;) {
    const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1));
    const authyId = String(IDS.first + (drawn % (IDS.last - IDS.first + 1)));
    const id = accountNameOf(authyId);
    await noteAct(parts, id, 'create');
    const account = { id, authyId, seeds: [] };
    if ((await parts.stores.accounts.create(account)) === 'created') return authyId;
  }
}
