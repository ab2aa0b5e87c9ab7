/** Codes sent to a user, who has one at a time: it is good once, and for ten minutes. */
import type { Message } from '../messages.js';
import { randomCode } from '../random.js';
import type { User } from '../users/users.js';
import type { World } from '../world.js';

export interface SentCode {
  code: string;
  /** What it was asked for; it is good for nothing else. */
  action: string | undefined;
  /** On the emulator's clock, Unix milliseconds. */
  until: number;
  used: boolean;
}

/** As many as the app shows. */
const DIGITS = 7;
const LIFE = 600_000;

/** Makes the user a new code and leaves the message it would go out with. */
export function sendCode(
  world: World,
  user: User,
  message: Pick<Message, 'via' | 'to'> & { action: string | undefined; words: string | undefined },
): void {
  const { via, to, action, words } = message;
  const [at, code] = [world.at(), randomCode(DIGITS)];
  user.sent = { code, action, until: at + LIFE, used: false };
  const text = `${words ? `${words}: ` : ''}${code} is your ${world.application.name} code`;
  world.messages.add({ at, via, to, authyId: String(user.id), text, code });
}

/** Whether a code is the one sent to the user; it is consumed where it is. */
export function judgeSent(
  user: User,
  code: string,
  { at, action }: { at: number; action: string | undefined },
): 'valid' | 'used' | 'wrong' {
  const { sent } = user;
  if (sent?.code !== code || sent.action !== action || at >= sent.until) return 'wrong';
  if (sent.used) return 'used';
  sent.used = true;
  user.confirmed = true;
  return 'valid';
}
