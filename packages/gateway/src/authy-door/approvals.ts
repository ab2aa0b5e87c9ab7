/** OneTouch where nobody else answers: requests that the operator's own app shows and decides. */
import type { Logo } from '@driftlock/api-client';
import { branchAt, type Tree, textAt } from './params.js';
import { type DoorEngine, type Records, recordsOf } from './records.js';

export type ApprovalStatus = 'pending' | 'approved' | 'denied' | 'expired';

export interface Asked {
  message: string;
  details: Record<string, string>;
  /** Come back with the answer and are shown to nobody. */
  hiddenDetails: Record<string, string>;
  logos: Logo[];
  /** 0 is never. */
  secondsToExpire: number;
}

export interface Approval extends Asked {
  uuid: string;
  /** Authy's id of who is asked. */
  user: string;
  account: string;
  /** Unix milliseconds. */
  createdAt: number;
  processedAt?: number;
  decided?: 'approved' | 'denied';
  /** While its callback was not taken. */
  owed?: Owed;
  /** `true` once its callback was taken, `false` once nobody sends it any more. */
  told?: boolean;
}

/** A callback that somebody has to send. */
export interface Owed {
  /** How often it was claimed; whoever counted last is sending it. */
  turn: number;
  /** Unix milliseconds from which it may be claimed again. */
  due: number;
}

export const CALLBACK_STATES = ['owed', 'told', 'given-up'] as const;
export type CallbackState = (typeof CALLBACK_STATES)[number];

export type Approvals = Records<Approval>;

/** Characters: the message, each detail's name and text. */
const LONGEST = 200;
const LONGEST_URL = 500;
const A_DAY = 86_400;
/** Milliseconds a request can still be read after it was decided or has expired. */
const KEPT = 7 * 86_400_000;

export function approvalsOf(engine: DoorEngine): Approvals {
  return recordsOf<Approval>(engine, 'approval');
}

/** What became of its callback; `undefined` where nobody is called, or was not yet decided. */
export function callbackOf({ owed, told }: Approval): CallbackState | undefined {
  if (told !== undefined) return told ? 'told' : 'given-up';
  return owed && 'owed';
}

/** Where those are listed whose callback came to this. No account has a name like it. */
export function groupOf(state: CallbackState | undefined): string {
  return `decided:${state ?? ''}`;
}

/** As it is written: what is pending is found by its account. */
export function writeOf(approval: Approval): {
  value: Approval;
  group: string;
  until?: number;
} {
  const { account, decided, processedAt } = approval;
  const expiry = expiryOf(approval);
  const group = decided ? groupOf(callbackOf(approval)) : account;
  const ends = processedAt ?? expiry;
  return { value: approval, group, ...(ends === undefined ? {} : { until: ends + KEPT }) };
}

/** Unix milliseconds; `undefined` where it never expires. */
export function expiryOf({ createdAt, secondsToExpire }: Approval): number | undefined {
  return secondsToExpire === 0 ? undefined : createdAt + secondsToExpire * 1000;
}

export function statusOf(approval: Approval, at: number): ApprovalStatus {
  const { decided } = approval;
  const { expiry = Number.POSITIVE_INFINITY } = { expiry: expiryOf(approval) };
  return decided ?? (at < expiry ? 'pending' : 'expired');
}

/** `message`, `details{}`, `hidden_details{}`, `logos[{res,url}]`, `seconds_to_expire`. */
export function readAsked(tree: Tree): { read: Asked } | { refused: Record<string, string> } {
  const message = textAt(tree, 'message') ?? '';
  const seconds = textAt(tree, 'seconds_to_expire') || String(A_DAY);
  const details = readDetails(branchAt(tree, 'details'));
  const hiddenDetails = readDetails(branchAt(tree, 'hidden_details'));
  const logos = readLogos(branchAt(tree, 'logos'));
  const secondsToExpire = /^[0-9]{1,9}$/.test(seconds) ? Number(seconds) : undefined;
  const fits = isText(message) && message !== '';
  if (fits && details && hiddenDetails && logos && secondsToExpire !== undefined) {
    return { read: { message, details, hiddenDetails, logos, secondsToExpire } };
  }
  const found = {
    details,
    hidden_details: hiddenDetails,
    logos,
    seconds_to_expire: secondsToExpire,
  };
  const wrong = Object.entries({ message: fits || undefined, ...found });
  const refused = wrong.flatMap(([name, value]) =>
    value === undefined ? [[name, 'is invalid']] : [],
  );
  return { refused: Object.fromEntries(refused) };
}

function readDetails(branch: Tree): Record<string, string> | undefined {
  const pairs = [...branch];
  const fit = pairs.every(
    ([name, text]) => isText(name) && typeof text === 'string' && isText(text),
  );
  return fit ? Object.fromEntries(pairs as [string, string][]) : undefined;
}

function readLogos(branch: Tree): Logo[] | undefined {
  const logos = [...branch.values()].map((logo) =>
    typeof logo === 'string' ? {} : { res: textAt(logo, 'res'), url: textAt(logo, 'url') },
  );
  const fit = logos.every(({ res = '', url = '' }) => {
    const isAddress = url.length <= LONGEST_URL && /^https?:\/\/\S+$/i.test(url);
    return isAddress && /^(?:default|low|med|high)$/.test(res);
  });
  return fit ? (logos as Logo[]) : undefined;
}

function isText(text: string): boolean {
  return [...text].length <= LONGEST;
}
