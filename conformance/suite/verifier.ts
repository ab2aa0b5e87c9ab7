/** verifier: its kits on what it keeps in memory, and one login from code to settlement. */
import { authyAuthority } from '@driftlock/api-client';
import { importKey, totp } from '@driftlock/totp-core';
import { createVerifier, keyCredential, memoryLedger, memoryOutbox } from '@driftlock/verifier';
import { testLedger, testOutbox } from '@driftlock/verifier/testing';
import { clientAt, newcomer } from './authy.js';
import { type Check, same } from './check.js';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
/** Milliseconds: a loaded machine must not look like a dead authority. */
const PATIENT = { liveDeadline: 8000 };

export const VERIFIER: readonly Check[] = [
  {
    title: "verifier: the memory's ledger passes its kit",
    run: () => testLedger(() => memoryLedger()),
  },
  {
    title: "verifier: the memory's outbox passes its kit",
    run: () => testOutbox(() => memoryOutbox()),
  },
  {
    title: 'verifier: a code is accepted once, and guesses run out',
    async run() {
      const key = importKey(SECRET);
      const verifier = createVerifier({
        credentials: async () => [keyCredential({ id: 'phone', key })],
        ledger: memoryLedger(),
        policy: { mode: 'local-first', attempts: { limit: 2, per: 900, lock: 100 } },
      });
      const code = totp(key, { at: Date.now() });
      const first = await verifier.verify({ account: 'ana', code });
      same('at first', first.accepted && first.standing, 'confirmed');
      const reasons: unknown[] = [];
      for (const guess of [code, '000000', '111111']) {
        const decision = await verifier.verify({ account: 'ana', code: guess });
        reasons.push(!decision.accepted && decision.reason);
      }
      same('then', reasons, ['replayed', 'mismatch', 'throttled']);
    },
  },
  {
    title: 'verifier: a provisional yes is confirmed by the authority, asked in the background',
    async run(place) {
      const { user, code } = await newcomer(place);
      const background: Promise<unknown>[] = [];
      const verifier = createVerifier({
        credentials: async () => [keyCredential({ id: 'phone', key: importKey(SECRET) })],
        user: async () => user,
        authority: authyAuthority(clientAt(place)),
        ledger: memoryLedger(),
        policy: { mode: 'local-first', ...PATIENT },
        defer: (work) => background.push(work),
        onRevoke: () => {},
      });
      const decision = await verifier.verify({ account: 'ana', code });
      same('at once', decision.accepted && decision.standing, 'provisional');
      await Promise.all(background);
      same('in the end', await verifier.settled(decision.id), 'confirmed');
    },
  },
];
