/** What the emulator's routes share: its users, clock, faults and QR pictures. */
import type { Tolerance } from './judge.js';
import type { Picture } from './qr.js';
import type { Users } from './users.js';

export interface World {
  users: Users;
  /** The emulator's clock, Unix milliseconds. */
  at(): number;
  /** Seconds the emulator's clock runs ahead of the machine's. */
  offset: number;
  faults: Faults;
  /** By the unguessable name in their URL. */
  pictures: Map<string, Picture>;
  tolerance: Tolerance;
  appName: string;
}

/** What goes wrong on purpose. */
export interface Faults {
  /** Authy's paths answer an empty 503. */
  down: boolean;
  /** Replies to verify are lost once the code was judged: always, or the next so many. */
  lostReply: boolean | number;
}

/** Whether the reply at hand is to be lost; counts it. */
export function takeLostReply(faults: Faults): boolean {
  if (typeof faults.lostReply === 'boolean') return faults.lostReply;
  if (faults.lostReply === 0) return false;
  faults.lostReply--;
  return true;
}
