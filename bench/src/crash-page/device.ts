/** A device at work, to be cut off, and the look at what is left of it: in a page or a worker. */
import {
  createOfflineVerifier,
  dexieLedger,
  dexieOutbox,
  enrol,
  gatewayAuthority,
  holdKey,
  openStore,
  type Store,
  storedClock,
  storedCredentials,
} from '@driftlock/browser';
import {
  createVerifier,
  type Outbox,
  type OutboxRow,
  releaseRow,
  settleRow,
  type Verifier,
} from '@driftlock/verifier';
import type { Left, Round } from './round.js';

const ACCOUNT = 'ana';
const HOUR = 3_600_000;
const POLICY = { mode: 'local-first', liveDeadline: 8000, clock: 'witnessed' } as const;

const post = (path: string, body: object) =>
  fetch(path, { method: 'POST', body: JSON.stringify(body) });

/** An outbox as they are often made: a row is taken out before it is sent, and put back after. */
function removingFirst(store: Store): Outbox {
  const inner = dexieOutbox(store);
  const taken = new Map<string, OutboxRow>();
  const putBack = (row: OutboxRow | undefined) =>
    store.write(['outbox'], async ({ outbox }) => {
      if (row) await outbox.put(row.settlement ? { row } : { row, openSince: row.decidedAt });
    });
  return {
    ...inner,
    async claim(id, claim) {
      const row = await inner.claim(id, claim);
      await store.write(['outbox'], ({ outbox }) => outbox.delete(id));
      if (row) taken.set(id, row);
      return row;
    },
    async release(id, outcome) {
      const row = taken.get(id);
      await putBack(row && releaseRow(row, outcome));
    },
    async settle(id, settlement, at) {
      const row = taken.get(id);
      const settled = row && settleRow(row, settlement, at);
      await putBack(settled);
      return settled !== undefined;
    },
  };
}

function verifierOn(store: Store, { subject, run }: Round): Verifier {
  const authority = gatewayAuthority({ baseUrl: `${location.origin}/${run}`, token: 'device' });
  const common = { authority, policy: POLICY, onRevoke: () => {}, defer: () => {} };
  if (subject === 'outbox') return createOfflineVerifier({ ...common, store });
  return createVerifier({
    ...common,
    credentials: storedCredentials(store),
    ledger: dexieLedger(store),
    outbox: removingFirst(store),
    clock: storedClock(store),
  });
}

async function witnessed(store: Store): Promise<void> {
  const now = Date.now();
  await storedClock(store).witness({ min: now - 1000, max: now + 1000 });
}

/** Types its codes, tells of each acceptance once it has it, and drains: until it is cut off. */
export async function work(round: Round): Promise<void> {
  const { run, name, secret, codes } = round;
  const store = await openStore({ name });
  await enrol(store, { account: ACCOUNT, lease: { uses: 5, until: Date.now() + 72 * HOUR } });
  await holdKey(store, { account: ACCOUNT, credential: 'phone', secret });
  await witnessed(store);
  const verifier = verifierOn(store, round);
  await post(`/${run}/begun`, {});
  for (const [n, code] of codes.entries()) {
    const decision = await verifier.verify({ account: ACCOUNT, code });
    if (decision.accepted) {
      const { id, standing } = decision;
      await post(`/${run}/told`, { id, n, standing });
    }
    if (n % 2) await verifier.reconcile();
  }
  await verifier.reconcile();
  await post(`/${run}/done`, {});
}

/** Opens what the other page left, types the same codes again and a wrong one, and drains. */
export async function look({ name, codes, wrong, ...round }: Round): Promise<Left> {
  const store = await openStore({ name });
  await witnessed(store);
  const rows = () =>
    store.read(['outbox', 'evidence'], async ({ outbox, evidence }) => ({
      outbox: (await outbox.toArray()).map(({ row }) => row),
      evidence: (await evidence.toArray()).map(({ id }) => id),
    }));
  const found = await rows();
  const verifier = verifierOn(store, { ...round, name, codes, wrong });
  const again: Left['again'] = [];
  for (const code of codes) {
    const { id, accepted } = await verifier.verify({ account: ACCOUNT, code });
    again.push({ id, accepted });
  }
  const guess = await verifier.verify({ account: ACCOUNT, code: wrong });
  await verifier.reconcile();
  const { outbox, evidence } = await rows();
  store.close();
  indexedDB.deleteDatabase(name);
  return {
    found: found.outbox.map(({ id }) => id),
    again,
    guessed: guess.accepted,
    rows: outbox.map(({ id, settlement, code }) => ({
      ...{ id, digits: code !== undefined, evidence: evidence.includes(id) },
      ...(settlement && { settlement }),
    })),
  };
}
