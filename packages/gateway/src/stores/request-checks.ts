/** What a gateway's stores must show of requests under a key: one claim each, one decision. */
import { same } from '@driftlock/verifier/testing';
import type { KeyedRequest, RequestStore } from './request-store.js';
import type { Stores } from './stores.js';

const AT = 1_800_000_000_000;
const LEASE = 30_000;
const LASTS = 600_000;
const REQUEST: KeyedRequest = {
  account: 'ana',
  incarnation: '1',
  key: 'login-1',
  content: '287082',
};
const OTHER: KeyedRequest = { ...REQUEST, content: '287083' };

const times = (at: number) => ({ at, leased: at + LEASE, until: at + LASTS });
const rejected = (id: string) => ({ id, accepted: false, reason: 'mismatch' }) as const;

type Found = Awaited<ReturnType<RequestStore['claim']>>;

const atOnce = (requests: RequestStore, at: number): Promise<Found[]> =>
  Promise.all(Array.from({ length: 50 }, () => requests.claim(REQUEST, times(at))));

/** The only claim among fifty answers; the others are that it is under way. */
function winner(found: Found[]): string {
  const claims = found.flatMap((one) =>
    typeof one === 'object' && 'claim' in one ? [one.claim] : [],
  );
  same('claims', claims.length, 1);
  same('the others', found.filter((one) => one === 'under-way').length, 49);
  return claims[0] ?? '';
}

/** The claim that somebody got who had to get one. */
async function claimed(
  requests: RequestStore,
  { request = REQUEST, at = AT }: { request?: KeyedRequest; at?: number } = {},
): Promise<string> {
  const found = await requests.claim(request, times(at));
  if (typeof found !== 'object' || !('claim' in found)) throw new Error('it was not claimed');
  return found.claim;
}

export const requestChecks: {
  name: string;
  run(stores: Stores, clock: { at: number }): Promise<void>;
}[] = [
  {
    name: 'of fifty claims of a request at once one is given; the others are told the decision',
    async run({ requests }) {
      const claim = winner(await atOnce(requests, AT));
      const decision = rejected('1');
      await requests.decide(REQUEST, { claim, decision });
      same('decided', await requests.claim(REQUEST, times(AT + 1)), { decision });
      await requests.decide(REQUEST, { claim, decision: rejected('2') });
      same('decided once', await requests.claim(REQUEST, times(AT + LASTS - 1)), { decision });
    },
  },
  {
    name: 'a key stands for one content, and for each account and each incarnation by itself',
    async run({ requests }) {
      const claim = await claimed(requests);
      same('under way', await requests.claim(OTHER, times(AT)), 'other-content');
      same('lapsed', await requests.claim(OTHER, times(AT + LEASE)), 'other-content');
      await requests.decide(REQUEST, { claim, decision: rejected('1') });
      same('decided', await requests.claim(OTHER, times(AT + LASTS - 1)), 'other-content');
      for (const another of [{ account: 'ben' }, { incarnation: '2' }, { key: 'login-2' }]) {
        await claimed(requests, { request: { ...OTHER, ...another } });
      }
      await claimed(requests, { request: { ...OTHER, incarnation: undefined } });
    },
  },
  {
    name: 'a claim that nothing was decided on lapses, and one of many takes it over',
    async run({ requests }) {
      const first = await claimed(requests);
      same('before', await requests.claim(REQUEST, times(AT + LEASE - 1)), 'under-way');
      const second = winner(await atOnce(requests, AT + LEASE));
      await requests.decide(REQUEST, { claim: first, decision: rejected('first') });
      await requests.release(REQUEST, { claim: first });
      same('still', await requests.claim(REQUEST, times(AT + LEASE)), 'under-way');
      const decision = rejected('second');
      await requests.decide(REQUEST, { claim: second, decision });
      same('decided', await requests.claim(REQUEST, times(AT + LEASE)), { decision });
    },
  },
  {
    name: 'a claim that was released is free, and what was decided is not released',
    async run({ requests }) {
      await requests.release(REQUEST, { claim: await claimed(requests) });
      const claim = await claimed(requests, { request: OTHER });
      await requests.decide(OTHER, { claim, decision: rejected('1') });
      await requests.release(OTHER, { claim });
      same('decided', await requests.claim(OTHER, times(AT)), { decision: rejected('1') });
    },
  },
  {
    name: 'a key is free after its time, swept or not',
    async run({ requests, sweep }, clock) {
      const claim = await claimed(requests);
      await requests.decide(REQUEST, { claim, decision: rejected('1') });
      await claimed(requests, { request: OTHER, at: AT + LASTS });
      clock.at = AT + 2 * LASTS - 1;
      same('too early', await sweep(), 0);
      clock.at = AT + 2 * LASTS;
      same('swept', await sweep(), 1);
      await claimed(requests, { at: AT + LASTS });
    },
  },
  {
    name: 'an account that is made anew under its id is another, and one that changes is not',
    async run({ accounts }) {
      const secret = new Uint8Array(20).fill(1);
      const seed = { credential: 'phone', secret, params: {} };
      const incarnation = async () => (await accounts.find('ana'))?.incarnation;
      await accounts.create({ id: 'ana', authyId: '17', seeds: [] });
      const first = await incarnation();
      same('there', typeof first, 'string');
      await accounts.hold('ana', seed);
      same('with a seed', await incarnation(), first);
      same('by its user', (await accounts.findByAuthyId('17'))?.incarnation, first);
      await accounts.delete('ana');
      await accounts.create({ id: 'ana', authyId: '17', seeds: [seed] });
      same('another', (await incarnation()) === first, false);
    },
  },
];
