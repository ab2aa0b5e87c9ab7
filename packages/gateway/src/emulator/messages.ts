/** What Authy would send to phones and mailboxes. Nothing is sent: only the operator reads it. */

export interface Message {
  /** On the emulator's clock, Unix milliseconds. */
  at: number;
  via: 'sms' | 'call' | 'email';
  to: string;
  /** Whom it is for; none for the number of a phone verification. */
  authyId?: string;
  text: string;
  code?: string;
}

export interface Messages {
  add(message: Message): void;
  /** The newest hundred, oldest first. */
  all(): Message[];
}

const KEPT = 100;

export function createMessages(): Messages {
  const kept: Message[] = [];
  return {
    add(message) {
      kept.push(message);
      if (kept.length > KEPT) kept.shift();
    },
    all: () => [...kept],
  };
}
