/** One round: what a page is asked to do, and what is found once it was cut off. */
import type { Settlement } from '@driftlock/verifier';

/** Where the device is. */
export type Place = 'page' | 'worker' | 'service-worker';

export interface Round {
  run: number;
  /** Of the database. */
  name: string;
  /** `removing` is the control: an outbox that takes a row out before it is sent. */
  subject: 'outbox' | 'removing';
  place: Place;
  secret: string;
  /** Of steps that follow each other, all of them in tolerance. */
  codes: string[];
  /** Of no step near. */
  wrong: string;
}

/** What the next page finds, and what became of it there. */
export interface Left {
  /** Decisions that were in the outbox as it was opened. */
  found: string[];
  /** The same codes, typed again. */
  again: { id: string; accepted: boolean }[];
  /** Whether the wrong code was accepted. */
  guessed: boolean;
  rows: { id: string; settlement?: Settlement; digits: boolean; evidence: boolean }[];
}

/** What the gateway and the page that was cut off said until then. */
export interface Heard {
  /** Acceptances that arrived outside the page: nothing may be lost of these. */
  told: { id: string; n: number; standing: string }[];
  /** Decisions to which the gateway said yes. */
  confirmed: string[];
  /** Codes that the gateway got under two decisions. */
  askedTwice: number;
}

export interface Findings {
  told: number;
  /** Told as provisional, and not in the outbox. */
  lost: number;
  /** Told, and accepted again by the next page. */
  acceptedAgain: number;
  /** Confirmed without the gateway's yes, or a wrong code accepted. */
  failedOpen: number;
  /** Settled otherwise than confirmed or contradicted, and without a row of evidence. */
  untold: number;
  /** Settled, with the digits still there. */
  digitsKept: number;
  askedTwice: number;
}

export function findingsOf({ told, confirmed, askedTwice }: Heard, left: Left): Findings {
  const settled = left.rows.filter(({ settlement }) => settlement !== undefined);
  const open = settled.filter(({ settlement }) => settlement === 'confirmed');
  const waiting = settled.filter(
    ({ settlement }) => settlement === 'lapsed' || settlement === 'ambiguous',
  );
  return {
    told: told.length,
    lost: told.filter(({ id, standing }) => standing === 'provisional' && !left.found.includes(id))
      .length,
    acceptedAgain: told.filter(({ n }) => left.again[n]?.accepted).length,
    failedOpen: open.filter(({ id }) => !confirmed.includes(id)).length + (left.guessed ? 1 : 0),
    untold: waiting.filter(({ evidence }) => !evidence).length,
    digitsKept: settled.filter(({ digits }) => digits).length,
    askedTwice,
  };
}
