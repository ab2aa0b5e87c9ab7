/** What was looked at, and what was found. */

export interface Finding {
  /** `unchecked`: nothing was there to be looked at, or it did not answer. */
  state: 'good' | 'wrong' | 'unchecked';
  what: string;
  /** One sentence, without a secret in it. */
  found: string;
  /** What to do about it. */
  next?: string;
}

export const good = (what: string, found: string): Finding => ({ state: 'good', what, found });

export const wrong = (what: string, found: string, next: string): Finding => ({
  state: 'wrong',
  what,
  found,
  next,
});

export const unchecked = (what: string, found: string, next?: string): Finding => ({
  state: 'unchecked',
  what,
  found,
  ...(next === undefined ? {} : { next }),
});
