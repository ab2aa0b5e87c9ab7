/** OneTouch: requests that a user approves or denies, here by an operator's hand. */
import type { Params } from '../params.js';
import { randomHexId } from '../random.js';
import type { User } from '../users/users.js';

export type ApprovalStatus = 'pending' | 'approved' | 'denied' | 'expired';

export interface Asked {
  message: string;
  details: Record<string, string>;
  hiddenDetails: Record<string, string>;
  logos: { res: string; url: string }[];
  /** 0 is never. */
  secondsToExpire: number;
}

export interface Approval extends Asked {
  uuid: string;
  /** Authy's other name for it. */
  id: string;
  user: User;
  /** On the emulator's clock, Unix milliseconds. */
  createdAt: number;
  processedAt?: number;
  /** As it was decided; expiry by the clock is in {@link statusOf}. */
  decided?: Exclude<ApprovalStatus, 'pending'>;
}

export interface Approvals {
  ask(user: User, asked: Asked, at: number): Approval;
  named(uuid: string): Approval | undefined;
  /** Oldest first. */
  all(): Approval[];
}

/** Characters: the message, each detail's name and text. */
const LONGEST = 200;
const LONGEST_URL = 500;
const A_DAY = 86_400;
const RESOLUTIONS = ['default', 'low', 'med', 'high'];

export function createApprovals(): Approvals {
  const byUuid = new Map<string, Approval>();
  return {
    ask(user, asked, at) {
      const uuid = crypto.randomUUID();
      const approval = { ...asked, uuid, id: randomHexId(), user, createdAt: at };
      byUuid.set(uuid, approval);
      return approval;
    },
    named: (uuid) => byUuid.get(uuid),
    all: () => [...byUuid.values()],
  };
}

/** When a request expires, Unix milliseconds; undefined where it never does. */
export function expiryOf({ createdAt, secondsToExpire }: Approval): number | undefined {
  return secondsToExpire === 0 ? undefined : createdAt + secondsToExpire * 1000;
}

export function statusOf(approval: Approval, at: number): ApprovalStatus {
  const expiry = expiryOf(approval);
  return approval.decided ?? (expiry !== undefined && at >= expiry ? 'expired' : 'pending');
}

/** `message`, `details{}`, `hidden_details{}`, `logos[{res,url}]`, `seconds_to_expire`. */
export function readAsked(params: Params): { asked: Asked } | { refused: Record<string, string> } {
  const message = params.get('message') ?? '';
  const seconds = params.get('seconds_to_expire') || String(A_DAY);
  const details = readDetails(params, 'details');
  const hiddenDetails = readDetails(params, 'hidden_details');
  const logos = readLogos(params);
  const refused: Record<string, string> = {};
  if (message === '' || message.length > LONGEST) refused.message = 'is invalid';
  if (!/^[0-9]{1,9}$/.test(seconds)) refused.seconds_to_expire = 'is invalid';
  if (!details) refused.details = 'is invalid';
  if (!hiddenDetails) refused.hidden_details = 'is invalid';
  if (!logos) refused.logos = 'is invalid';
  if (!details || !hiddenDetails || !logos || Object.keys(refused).length > 0) return { refused };
  return { asked: { message, details, hiddenDetails, logos, secondsToExpire: Number(seconds) } };
}

function readDetails(params: Params, name: string): Record<string, string> | undefined {
  const pairs: [string, string][] = [];
  for (const [path, value] of params) {
    if (!path.startsWith(`${name}[`)) continue;
    const key = path.slice(name.length + 1, -1);
    if (key.includes('[') || key.length > LONGEST || value.length > LONGEST) return undefined;
    pairs.push([key, value]);
  }
  return Object.fromEntries(pairs);
}

function readLogos(params: Params): { res: string; url: string }[] | undefined {
  const logos: { res: string; url: string }[] = [];
  const given = [...params.keys()].filter((name) => name.startsWith('logos['));
  for (let i = 0; given.length > logos.length * 2; i++) {
    const [res = '', url = ''] = ['res', 'url'].map((name) => params.get(`logos[${i}][${name}]`));
    if (!RESOLUTIONS.includes(res) || !/^https?:\/\/\S+$/i.test(url)) return undefined;
    if (url.length > LONGEST_URL) return undefined;
    logos.push({ res, url });
  }
  return logos;
}
