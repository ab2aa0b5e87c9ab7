/** Accounts: created, found, unlocked and deleted by the operator. */
import { isLeased, isRecovery, NOT_HELD } from '@driftlock/verifier';
import { type Context, Hono } from 'hono';
import { statusOf } from './account-status.js';
import { readCredential, readEnrolment } from './enrolment.js';
import { forgetAccount } from './forget-account.js';
import { giveSeed } from './give-seed.js';
import { deviceOf, type Parts, unrecorded, withAccount, withAct } from './parts.js';
import { problem } from './problem.js';
import type { Account, NewAccount, Seed } from './stores/stores.js';

const PAGE = 100;

export function accountRoutes(parts: Parts): Hono {
  const { accounts, ledger } = parts.stores;
  const routes = new Hono();
  routes.post('/', (c) => createAccount(c, parts));
  routes.get('/', async (c) => {
    const { query = '', after = '', authyId } = c.req.query();
    if (authyId !== undefined) {
      const account = await accounts.findByAuthyId(authyId);
      return c.json({ accounts: account ? [{ id: account.id }] : [] });
    }
    const ids = await accounts.list({ query, after, limit: PAGE });
    const more = ids.length === PAGE ? { after: ids.at(-1) } : {};
    return c.json({ accounts: ids.map((id) => ({ id })), ...more });
  });
  routes.get('/:id', (c) => withAccount(c, parts, (account) => showAccount(c, parts, account)));
  routes.post('/:id/credentials', (c) =>
    withAccount(c, parts, (account) => addCredential(c, parts, account)),
  );
  routes.delete('/:id', (c) =>
    withAct(c, parts, {
      act: 'delete',
      async answer(account) {
        await parts.door?.forget(account);
        await forgetAccount(parts, account.id);
        return c.body(null, 204);
      },
    }),
  );
  routes.post('/:id/unlock', (c) =>
    withAct(c, parts, {
      act: 'unlock',
      async answer({ id }) {
        await ledger.giveBack(id, { unlock: true });
        // A latch is the authority's to open; without one, the operator's.
        const { latch } = await ledger.state(id);
        if (latch && !parts.authority) {
          await ledger.latch(id, { latched: false, seen: latch.id });
        }
        return c.body(null, 204);
      },
    }),
  );
  return routes;
}

async function createAccount(c: Context, parts: Parts): Promise<Response> {
  const account = await readEnrolment(c);
  if (account instanceof Response) return account;
  const lacking = whatLacks(parts, account);
  if (lacking) return problem(c, 'bad-field', { field: lacking });
  if (account.seeds.some((seed) => isToCome(seed, parts))) return toCome(c);
  const { accounts } = parts.stores;
  const { id, seeds } = account;
  try {
    if (await accounts.find(id)) return exists(c);
    if (await isUnsettled(parts, id)) return exists(c, 'a decision of the deleted account is open');
    if (!(await parts.recorder.act(id, { act: 'create' }))) return unrecorded(c);
    await useUp(parts, account);
    const authyId = account.authyId ?? emulatedUser(parts, account);
    const user = authyId === undefined ? {} : { authyId };
    const outcome = await accounts.create({ ...account, ...user });
    if (outcome === 'exists') return exists(c);
    return c.json({ id, ...user }, 201);
  } finally {
    for (const { secret } of seeds) secret.fill(0);
  }
}

/**
 * For an account that was made without one, as by the door in `proxy`. In the place of the credential
 * of the same time grid, its used codes stay used, and the account's devices are revoked.
 */
async function addCredential(c: Context, parts: Parts, account: Account): Promise<Response> {
  const seed = await readCredential(c);
  if (seed instanceof Response) return seed;
  try {
    if (isToCome(seed, parts)) return toCome(c);
    const { id } = account;
    if (!(await parts.recorder.act(id, { act: 'seed' }))) return unrecorded(c);
    await useUp(parts, { id, seeds: [seed] });
    const held = await giveSeed(parts, account, seed);
    return held ? c.json({ credential: seed.credential }, 201) : problem(c, 'no-such-account');
  } finally {
    seed.secret.fill(0);
  }
}

function isToCome({ params: { epoch = 0 } }: Seed, { now }: Parts): boolean {
  return epoch * 1000 > now();
}

function toCome(c: Context): Response {
  return problem(c, 'bad-field', { field: 'epoch', detail: 'epoch is still to come' });
}

function exists(c: Context, detail = 'an account with this id exists'): Response {
  return problem(c, 'account-exists', { field: 'id', detail });
}

/** While a code of the deleted account may still be asked about, nobody takes its name. */
async function isUnsettled({ stores }: Parts, id: string): Promise<boolean> {
  return (await stores.outbox.open()).some((row) => row.account === id);
}

/**
 * Under a name that was used before on another time grid, the codes of the present are used: the
 * same seed counted otherwise would make them good a second time. So they are where the authority
 * accepted one a moment ago that nobody held the seed of.
 */
async function useUp({ stores, policy, now }: Parts, { id, seeds }: NewAccount): Promise<void> {
  const { last, ahead, asking } = await stores.ledger.state(id);
  const { [NOT_HELD]: unheld = Number.NEGATIVE_INFINITY, ...grids } = last;
  const used = [
    ...Object.keys(grids),
    ...[...ahead, ...asking].map((use) => use.credential),
  ].filter((credential) => !isRecovery(credential) && !isLeased(credential));
  const { backward, forward } = policy.tolerance;
  for (const { credential, params } of seeds) {
    const { period = 30, epoch = 0 } = params;
    const isUnheldAlive = now() / 1000 < unheld + 1 + backward + forward + period;
    if (used.every((other) => other === credential) && !isUnheldAlive) continue;
    const step = Math.floor((now() / 1000 - epoch) / period) + Math.floor(forward / period);
    await stores.ledger.consume({ account: id, credential, step });
  }
}

/** Without it the account could never be verified. */
function whatLacks({ mode }: Parts, { seeds, authyId }: NewAccount): string | undefined {
  if (mode === 'proxy') return authyId === undefined ? 'authyId' : undefined;
  const known = seeds.length > 0 || (mode === 'emulate' && authyId !== undefined);
  return known ? undefined : 'secret';
}

function emulatedUser({ emulator }: Parts, { seeds }: NewAccount): string | undefined {
  const [seed] = seeds;
  return seed && emulator?.addUser(seed).authyId;
}

/** A device is told of its account no more than whether it may sign in. */
async function showAccount(c: Context, parts: Parts, account: Account): Promise<Response> {
  const { id, authyId, held } = account;
  const status = await statusOf(parts, account);
  if (!status) {
    return problem(c, 'unavailable', { retryAfter: parts.policy.liveDeadline / 1000 });
  }
  if (deviceOf(c)) return c.json({ id, status });
  const credentials = held.map(({ credential }) => credential);
  return c.json({ id, ...(authyId === undefined ? {} : { authyId }), status, credentials });
}
