/** An Authy with users who have seeds to export, and a gateway for them to go to, both over HTTP. */
import { createAuthyClient } from '@driftlock/api-client';
import { memoryStores, type Stores } from '@driftlock/gateway';
import { type Serving, serveGateway } from '@driftlock/gateway/node';

export const KEYS: { operator: string; upstream: string } = {
  operator: 'operator-of-the-gateway',
  upstream: 'key-of-the-authy',
};

export interface Authy extends Serving {
  /** Users who scanned a seed: their Authy ids. */
  users: string[];
  /** How often it answered with each status; a reset is 500. */
  answers: Map<number, number>;
  set(what: 'faults' | 'application' | 'clock', settings: object): Promise<void>;
  /** The next user: without a seed of their own where `seed` is false. */
  enrol(options?: { seed?: boolean }): Promise<string>;
  change(user: string, change: object): Promise<void>;
}

export async function startAuthy({ users }: { users: number }): Promise<Authy> {
  const answers = new Map<number, number>();
  const serving = await serveGateway({
    mode: 'emulate',
    log: ({ status }) => answers.set(status, (answers.get(status) ?? 0) + 1),
    keys: { operator: KEYS.operator, authy: KEYS.upstream },
    policy: { mode: 'local-first' },
    port: 0,
  });
  const client = createAuthyClient({ apiKey: KEYS.upstream, baseUrl: serving.url });
  let number = 0;
  async function put(path: string, body: object): Promise<void> {
    const answer = await fetch(`${serving.url}/emulator/${path}`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${KEYS.operator}` },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`the emulator answered ${answer.status}`);
  }
  const authy: Authy = {
    ...serving,
    users: [],
    answers,
    set: put,
    async enrol({ seed = true } = {}) {
      const phone = `317555${String(number++).padStart(4, '0')}`;
      const created = await client.users.create({ email: 'a@example.com', phone, countryCode: 1 });
      if (!created.created) throw new Error('the emulator takes no user');
      if (seed) await client.users.qrCode({ user: created.user });
      else await put(`users/${created.user}`, { registered: true });
      return created.user;
    },
    change: (user, change) => put(`users/${user}`, change),
  };
  await put('application', { seedExport: true });
  while (authy.users.length < users) authy.users.push(await authy.enrol());
  return authy;
}

export interface Target extends Serving {
  stores: Stores;
  /** How often each account was made. */
  made: Map<string, number>;
}

export async function startTarget(): Promise<Target> {
  const stores = memoryStores();
  const made = new Map<string, number>();
  const counted: Stores = {
    ...stores,
    accounts: {
      ...stores.accounts,
      async create(account) {
        const outcome = await stores.accounts.create(account);
        if (outcome === 'created') made.set(account.id, (made.get(account.id) ?? 0) + 1);
        return outcome;
      },
    },
  };
  const serving = await serveGateway({
    mode: 'authority',
    keys: { operator: KEYS.operator },
    policy: { mode: 'local-first' },
    stores: counted,
    port: 0,
  });
  return { ...serving, stores, made };
}
