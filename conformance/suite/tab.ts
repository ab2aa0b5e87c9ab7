/** One tab of a device: a verifier on the store of its page, by the clock of its page. */
import { createOfflineVerifier, enrol, holdKey, openStore } from '@driftlock/browser';

export const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const HOUR = 3_600_000;

export interface Tab {
  /** What came of a code: its standing, or why it was not accepted. */
  type(code: string, account?: string): Promise<string>;
  /** What this tab's clock is by now. */
  clock(): Promise<string>;
  /** Somebody else's time, in Unix milliseconds. */
  witness(now: number): Promise<void>;
  close(): void;
}

export type OpenTab = (name: string) => Promise<Tab>;

export async function openTab(name: string): Promise<Tab> {
  const store = await openStore({ name });
  const { verify, clock } = createOfflineVerifier({
    store,
    policy: { mode: 'offline', liveDeadline: 8000 },
    onRevoke: () => {},
  });
  return {
    async type(code, account = 'ana') {
      const decision = await verify({ account, code });
      return decision.accepted ? decision.standing : decision.reason;
    },
    clock: async () => (await clock.read()).state,
    witness: (now) => clock.witness({ min: now - 1000, max: now + 1000 }),
    close: () => store.close(),
  };
}

/** Lets this device verify two accounts, each with a lease of five uses that lasts three days. */
export async function enrolDevice(name: string): Promise<void> {
  const store = await openStore({ name });
  for (const account of ['ana', 'ben']) {
    await enrol(store, { account, lease: { uses: 5, until: Date.now() + 72 * HOUR } });
    await holdKey(store, { account, credential: 'phone', secret: SECRET });
  }
  store.close();
}

/** Where whoever made this frame finds it. */
export function offerTab(): void {
  (globalThis as unknown as { openTab: OpenTab }).openTab = openTab;
}
