/** Callbacks that outlive a process: what is owed is in the approval's record, for any gateway to send. */
import { type Approval, approvalsOf, groupOf, type Owed, writeOf } from './approvals.js';
import { type Calling, callBack, PATIENCE } from './callback.js';
import type { DoorEngine } from './records.js';

export interface Callbacks {
  /**
   * Sends every callback that is owed and due, once; resolves with how many are still owed. To be
   * called from a schedule. A signal that is aborted ends it before the next are sent. Rejects where a
   * store failed, once all else was sent.
   *
   * @example
   * await gateway.callbacks?.tell();
   */
  tell(options?: { signal?: AbortSignal }): Promise<{ owed: number }>;
  /** `heed` is called whenever a callback was not taken at once, so that somebody calls `tell`. */
  watch(heed: () => void): void;
  /** How many this process gave up; all are at GET /v1/approval_requests. */
  readonly givenUp: number;
}

/** What a decision needs as well. */
export interface Telling extends Callbacks {
  /** That of who decides at this instant, and sends it first. */
  claim(at: number): Owed;
  /** Sends what was claimed so; never rejects. */
  begin(approval: Approval): Promise<void>;
}

/** Milliseconds after a decision that nobody is told of it any more. */
const WORTH = 86_400_000;
/** Milliseconds a claim lasts: its turn, and time to write down what came of it. */
const LEASE = 2 * PATIENCE;
/** Milliseconds after the first turn, doubled by each, and the most between two. */
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 900_000;
/** Requests that are under way together. */
const AT_ONCE = 5;

export function createTelling(engine: DoorEngine, calling: Calling): Telling {
  const { now } = calling;
  const approvals = approvalsOf(engine);
  let heed = () => {};
  let givenUp = 0;

  /** Sends what this process has claimed; resolves with whether it is still owed. */
  async function send(claimed: Approval): Promise<boolean> {
    const { turn = 0 } = claimed.owed ?? {};
    const taken = await callBack(claimed, calling);
    const after = await approvals.change(claimed.uuid, (known) => {
      if (taken) return known && writeOf(concluded(known, true));
      // Its claim may have run out, and somebody else be sending it.
      if (known?.owed?.turn !== turn) return undefined;
      return writeOf({ ...known, owed: { turn, due: now() + pauseAfter(turn) } });
    });
    return after?.owed !== undefined;
  }

  /** Claims it and sends it, where it is still to be had; resolves with whether it is still owed. */
  async function takeTurn(uuid: string): Promise<boolean> {
    const at = now();
    let found: 'not-due' | 'mine' | 'too-old' = 'not-due';
    const approval = await approvals.change(uuid, (known) => {
      found = 'not-due';
      if (!known?.owed || !isDue(known, at)) return undefined;
      found = isWorthIt(known, at) ? 'mine' : 'too-old';
      if (found === 'too-old') return writeOf(concluded(known, false));
      return writeOf({ ...known, owed: { turn: known.owed.turn + 1, due: at + LEASE } });
    });
    if (found === ('too-old' as string)) givenUp++;
    if (approval && found === ('mine' as string)) return send(approval);
    return approval?.owed !== undefined;
  }

  return {
    claim: (at) => ({ turn: 1, due: at + LEASE }),
    async begin(approval) {
      if (await send(approval).catch(() => true)) heed();
    },
    watch(next) {
      heed = next;
    },
    get givenUp() {
      return givenUp;
    },
    async tell({ signal } = {}) {
      const due: string[] = [];
      let owed = 0;
      for await (const approval of approvals.list(groupOf('owed'))) {
        if (isDue(approval, now())) due.push(approval.uuid);
        else owed++;
      }
      const failures: unknown[] = [];
      // One that the store fails for keeps no other waiting, nor leaves one behind that is being sent.
      const tryTurn = (uuid: string) =>
        takeTurn(uuid).catch((error: unknown) => void failures.push(error));
      while (due.length > 0 && !signal?.aborted) {
        const left = await Promise.all(due.splice(0, AT_ONCE).map(tryTurn));
        owed += left.filter(Boolean).length;
      }
      if (failures.length > 0) throw failures[0];
      return { owed: owed + due.length };
    },
  };
}

/**
 * What is due far later than any pause lasts was written before a clock was set back; a little later,
 * by a process whose clock is ahead.
 */
function isDue({ owed }: Approval, at: number): boolean {
  return owed !== undefined && (owed.due <= at || owed.due > at + 2 * LONGEST_PAUSE);
}

function isWorthIt({ processedAt = 0 }: Approval, at: number): boolean {
  return at < processedAt + WORTH;
}

function pauseAfter(turn: number): number {
  return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (turn - 1));
}

/** Owed no more: taken, or given up. */
function concluded({ owed: _, ...approval }: Approval, told: boolean): Approval {
  return { ...approval, told };
}
