/** Requests under an Idempotency-Key: claimed before they are run, and what was decided on them. */
import type { Decision } from '@driftlock/verifier';
import { sha256Hex } from '../digest.js';
import type { Cells } from './engine.js';
import type { Seal } from './seal.js';
import { createShelf } from './shelf.js';

export interface KeyedRequest {
  account: string;
  /** The account's. */
  incarnation?: string | undefined;
  /** As the client made it up, and which client where it is a device. */
  key: string;
  /** What was asked, the code in it: nobody may find it by trying, who has the records alone. */
  content: string;
}

/** Instants, Unix milliseconds. */
export interface ClaimTimes {
  at: number;
  /** Until when a claim stands that nothing was decided on: whoever holds it may have died. */
  leased: number;
  /** Until when the key stands for this content. */
  until: number;
}

export interface RequestStore {
  /**
   * Whoever gets a `claim`, one of all who ask at once, runs the request. The others are told what was
   * decided, or that it is under way; and all whether the key stands for something else.
   */
  claim(
    request: KeyedRequest,
    times: ClaimTimes,
  ): Promise<{ claim: string } | { decision: Decision } | 'under-way' | 'other-content'>;
  /** Keeps what was decided under a claim; one that another has taken over changes nothing. */
  decide(request: KeyedRequest, made: { claim: string; decision: Decision }): Promise<void>;
  /** Forgets a claim on which nothing was decided. */
  release(request: KeyedRequest, held: { claim: string }): Promise<void>;
}

interface Stored {
  claim: string;
  /** Of its content, under a key that the engine does not have. */
  fingerprint: string;
  leased: number;
  until: number;
  decision?: Decision;
}

/** Claims that are remembered as they were written, so that deciding on one is one statement. */
const KEEP = 1000;

export function requestsOver(cells: Cells, { seal }: { seal: Seal }): RequestStore {
  const shelf = createShelf<Stored>(cells, {
    kind: 'request',
    marks: ({ until }) => ({ until }),
    check: (stored) => 'claim' in stored && 'fingerprint' in stored,
    keep: KEEP,
  });

  /** Changes the record where nothing was decided under this claim yet. */
  const changeHeld = (
    request: KeyedRequest,
    claim: string,
    change: (held: Stored) => Stored | undefined,
  ): Promise<void> =>
    shelf.change(nameOf(request), (stored) => {
      const isHeld = stored?.claim === claim && !stored.decision;
      return { value: isHeld ? change(stored) : stored, result: undefined };
    });

  return {
    async claim(request, { at, leased, until }) {
      const name = nameOf(request);
      const text = JSON.stringify([name, request.content]);
      const claim = crypto.randomUUID();
      const mine = { claim, fingerprint: await seal.fingerprint(text), leased, until };
      if (await shelf.create(name, mine)) return { claim };
      const found = await shelf.read(name);
      if (found && found.until > at) {
        if (!(await seal.isOf(found.fingerprint, text))) return 'other-content';
        if (found.decision) return { decision: found.decision };
        if (found.leased > at) return 'under-way';
      }
      const taken = await shelf.change(name, (stored) =>
        isSame(stored, found) ? { value: mine, result: true } : { value: stored, result: false },
      );
      return taken ? { claim } : 'under-way';
    },
    decide: (request, { claim, decision }) =>
      changeHeld(request, claim, (held) => ({ ...held, decision })),
    release: (request, { claim }) => changeHeld(request, claim, () => undefined),
  };
}

/** Of one length, whatever the client made up. */
function nameOf({ account, incarnation = '', key }: KeyedRequest): string {
  return sha256Hex(JSON.stringify([account, incarnation, key]));
}

function isSame(one: Stored | undefined, other: Stored | undefined): boolean {
  return one?.claim === other?.claim && one?.decision?.id === other?.decision?.id;
}
