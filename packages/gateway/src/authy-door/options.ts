/** What the Authy-compatible door can be given. */
import type { AuthyClient } from '@driftlock/api-client';

export interface DoorOptions {
  /**
   * Only in `proxy`: whose calls are passed through, all but verifications. With it an `authority`
   * need not be given.
   */
  authy?: AuthyClient;
  /**
   * What a provisional decision comes to once `policy.liveDeadline` has passed without a settlement:
   * `refuse` answers 503, `accept` 200. @default 'refuse'
   */
  provisional?: 'refuse' | 'accept';
  /**
   * Sends a code to a person. Resolves once it is on its way; a rejection is answered as a failure.
   * @default nothing is sent, and whoever asks for it is told so
   */
  deliver?: (delivery: Delivery) => Promise<void>;
  /** The application's name, which phones show. @default 'Driftlock' */
  name?: string;
  /** Where OneTouch's answers are posted, signed with `keys.authy`. @default nowhere */
  callback?: { url: string };
  /** The door's address as others reach it, for pictures. @default the one that was asked */
  url?: string;
}

export interface Delivery {
  via: 'sms' | 'call' | 'email';
  /** `+13175550100`, or an e-mail address. */
  to: string;
  code: string;
  /** Whose code it is; none of a phone verification. */
  account?: string;
  /** What the code is for, in the words of who asked; `{{code}}` in them stands for the code. */
  message?: string;
  /** As `pt-BR`. */
  locale?: string;
  /** Aborted once nobody waits for it any more. */
  signal: AbortSignal;
}

/** Throws a TypeError, naming the field, for options that are none. */
export function checkDoor({ authy, provisional, deliver, name, callback, url }: DoorOptions): void {
  if (authy !== undefined && typeof authy?.users?.create !== 'function') {
    throw new TypeError('door.authy must be a client');
  }
  if (provisional !== undefined && provisional !== 'refuse' && provisional !== 'accept') {
    throw new TypeError('door.provisional must be refuse or accept');
  }
  if (deliver !== undefined && typeof deliver !== 'function') {
    throw new TypeError('door.deliver must be a function');
  }
  if (name !== undefined && !/^[^:\p{Cc}\p{Cs}]{1,100}$/u.test(name)) {
    throw new TypeError('door.name must be 1 to 100 characters, no colon');
  }
  for (const [field, address] of Object.entries({ 'callback.url': callback?.url, url })) {
    if (address !== undefined && !isAddress(address)) {
      throw new TypeError(
        `door.${field} must be a web address without a query or a name to sign in`,
      );
    }
  }
}

/** `fetch` asks no address that has a name or a password in it. */
function isAddress(text: string): boolean {
  if (!/^https?:[^?#]+$/i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}
