/** Which statements a verification sends: of an account that the process knows, and of one it doesn't. */
import { createCodes, nameOf } from './accounts.js';
import type { Statement } from './statements.js';
import type { Opened } from './store.js';
import { create, gatewayOver, OPERATOR } from './subject.js';

/** By what was typed. */
export interface Traces {
  accepted: Statement[];
  wrong: Statement[];
  /** As `accepted`, by a process that has not seen the account before. */
  unseen: Statement[];
}

/** No account of the run's own. */
const TRACED = 1_000_000_000;

/** Verifies a few codes of an account over stores that note their statements. */
export async function traceVerifications(
  opened: Opened,
  { now, rest }: { now: () => number; rest: () => number },
): Promise<Traces> {
  const log: Statement[] = [];
  const codes = createCodes();
  /** A gateway that knows nobody yet; it goes on whether its stores are closed or not. */
  const fresh = () => {
    const stores = opened.traced(log, now);
    return { stores, gateway: gatewayOver(stores, now) };
  };

  async function traced({ gateway }: ReturnType<typeof fresh>, kind: 'right' | 'wrong') {
    const at = rest();
    log.length = 0;
    const request = new Request(`http://localhost/v1/accounts/${nameOf(TRACED)}/verify`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${OPERATOR}` },
      body: JSON.stringify({ code: codes[kind](TRACED, at) }),
    });
    const background: Promise<unknown>[] = [];
    const waitUntil = (work: Promise<unknown>) => void background.push(work);
    const answer = await gateway.fetch(request, undefined, { waitUntil });
    const { accepted } = (await answer.json()) as { accepted?: boolean };
    if (accepted !== (kind === 'right')) throw new Error('a traced code was judged wrongly');
    await Promise.all(background);
    return [...log];
  }

  const first = fresh();
  await create(first.stores, TRACED);
  await traced(first, 'right');
  const second = fresh();
  const unseen = await traced(second, 'right');
  return { unseen, accepted: await traced(second, 'right'), wrong: await traced(second, 'wrong') };
}
