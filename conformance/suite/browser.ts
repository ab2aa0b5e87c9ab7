/** browser: on the runtime's own IndexedDB where it has one, and the gateway as an authority anywhere. */
import {
  createOfflineVerifier,
  dexieLedger,
  dexieOutbox,
  enrol,
  gatewayAuthority,
  openStore,
  type Store,
} from '@driftlock/browser';
import { importKey, totp } from '@driftlock/totp-core';
import { keyCredential } from '@driftlock/verifier';
import { testLedger, testOutbox } from '@driftlock/verifier/testing';
import { KEYS, newcomer } from './authy.js';
import { type Check, same, thrownBy } from './check.js';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

export const BROWSER: readonly Check[] = [
  {
    title: "browser: the ledger on the runtime's IndexedDB passes its kit",
    only: 'page',
    run: () => inStores(async (open) => testLedger(async () => dexieLedger(await open()))),
  },
  {
    title: "browser: the outbox on the runtime's IndexedDB passes its kit",
    only: 'page',
    run: () => inStores(async (open) => testOutbox(async () => dexieOutbox(await open()))),
  },
  {
    title:
      'browser: offline, a code typed in two tabs is accepted in one, and never after a reload',
    only: 'page',
    run: () =>
      inStores(async (open) => {
        const { name } = await open();
        const tabs = [await tab(await open(name)), await tab(await open(name))];
        const now = Date.now();
        await tabs[0]?.clock.witness({ min: now - 1000, max: now + 1000 });
        const typed = { account: 'ana', code: totp(importKey(SECRET), { at: now }) };
        const decisions = await Promise.all(tabs.map((each) => each.verify(typed)));
        const yes = decisions.filter(({ accepted }) => accepted);
        same('accepted', yes.length, 1);
        same('how', yes[0]?.accepted && yes[0].standing, 'provisional');
        const again = await (await tab(await open(name))).verify(typed);
        same('after a reload', !again.accepted && again.reason, 'replayed');
      }),
  },
  {
    title: 'browser: where there is no IndexedDB, opening the store says so',
    only: 'no page',
    async run() {
      same('thrown', await thrownBy(() => openStore()), 'StoreError ERR_STORE_DENIED');
    },
  },
  {
    title: 'browser: the gateway is asked with an account, and its clock is a witness',
    async run(place) {
      const { account: user, code } = await newcomer(place);
      const baseUrl = `${place.origin}/authy`;
      const gateway = gatewayAuthority({ baseUrl, token: KEYS.operator });
      same('its standing', await gateway.status({ user }), 'active');
      const id = crypto.randomUUID();
      const { ruling } = await gateway.verify({ user, code, id });
      same('a ruling', ['valid', 'pending'].includes(ruling), true);
      const other = { user, code, id: crypto.randomUUID() };
      same('again', await gateway.verify(other), { ruling: 'invalid', reason: 'reused' });
      const { min, max } = await gateway.witness();
      const now = Date.now();
      same('the time', Math.abs(now - min) < 5000 && Math.abs(now - max) < 5000, true);
      const lost = gatewayAuthority({ baseUrl, token: 'wrong' });
      same('a wrong token', await thrownBy(() => lost.verify({ user, code, id })), WRONG_TOKEN);
    },
  },
];

const WRONG_TOKEN = 'GatewayError ERR_GATEWAY refused';

/** A device's verifier, as a tab has it. */
async function tab(store: Store) {
  await enrol(store, { account: 'ana' });
  return createOfflineVerifier({
    store,
    credentials: async () => [keyCredential({ id: 'phone', key: importKey(SECRET) })],
    policy: { mode: 'offline', liveDeadline: 8000 },
    onRevoke: () => {},
  });
}

/** Opens as many stores as the work asks for, and leaves none behind. */
async function inStores(work: (open: (name?: string) => Promise<Store>) => Promise<void>) {
  const stores: Store[] = [];
  const open = async (name: string = crypto.randomUUID()): Promise<Store> => {
    const store = await openStore({ name });
    stores.push(store);
    return store;
  };
  try {
    await work(open);
  } finally {
    for (const store of stores) store.close();
    for (const { name } of stores) indexedDB.deleteDatabase(name);
  }
}
