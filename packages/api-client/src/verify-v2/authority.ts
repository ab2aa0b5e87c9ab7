// Twilio Verify v2 as an authority: its challenges as rulings, its factors as standings.
import type { Authority, Ruling } from '../authority.js';
import { AuthyError } from '../authy-error.js';
import { badInput } from '../input.js';
import type { TwilioApproval } from './challenges.js';
import { createTwilioVerifyClient, type TwilioVerifyOptions } from './client.js';
import { usedCodes } from './used-codes.js';

export interface TwilioVerifyAuthorityOptions extends TwilioVerifyOptions {
  /** Which factor a user's codes are of; undefined where Verify has none of theirs. */
  factor: (user: string) => Promise<{ identity: string; factorSid: string } | undefined>;
  /** Milliseconds from any origin, for how long a used code is remembered. @default performance.now */
  now?: (() => number) | undefined;
}

/**
 * Lets a Twilio Verify service have the last word.
 *
 * `verify` makes a challenge with the code; only one that is approved is a yes. Verify does not say
 * that a code was used before, so an authority remembers those that were or may have been good, for
 * five minutes and in its own memory: `reused` is its own word, and another process does not know.
 * A factor that is not verified yet is `unknown-user`. Being locked out is no ruling, but `refused`.
 * A reply that was lost cannot be asked for again, so it is not `repeatable`.
 *
 * @throws {AuthyError} from both, with a `kind`, where there was no ruling or no word on the standing
 * @example
 * const authority = twilioVerifyAuthority({ accountSid, authToken, serviceSid, factor });
 */
export function twilioVerifyAuthority(options: TwilioVerifyAuthorityOptions): Authority {
  const { factor: factorOf, now = () => performance.now() } = options;
  if (typeof factorOf !== 'function') throw new TypeError('factor must be a function');
  const { challenges, factors } = createTwilioVerifyClient(options);
  const used = usedCodes(now);

  return {
    async verify({ user, code, signal }) {
      const factor = await factorOf(user);
      if (!factor) return { ruling: 'invalid', reason: 'unknown-user' };
      const { identity, factorSid } = factor;
      const question = { identity, factor: factorSid, code, signal };
      const use = `${factorSid} ${code}`;
      // An abort that came first sends nothing, so it uses nothing up.
      if (signal?.aborted) return rulingOf(await challenges.create(question));
      if (!used.claim(use)) return { ruling: 'invalid', reason: 'reused' };
      let maybeGood = false;
      try {
        const answer = await challenges.create(question);
        maybeGood = answer.approved;
        return rulingOf(answer);
      } catch (error) {
        maybeGood = error instanceof AuthyError && error.kind === 'ambiguous';
        throw error;
      } finally {
        if (maybeGood) used.keep(use);
        else used.release(use);
      }
    },

    async status({ user, signal }) {
      const factor = await factorOf(user);
      if (!factor) return 'unknown';
      const { identity, factorSid } = factor;
      const answer = await factors.get({ identity, factor: factorSid, signal });
      if (!answer.known) return 'unknown';
      if (answer.factor.type !== 'totp') throw refused('the factor is not of TOTP');
      return answer.factor.status === 'verified' ? 'active' : 'unknown';
    },
  };
}

function rulingOf(answer: TwilioApproval): Ruling {
  if (answer.approved) return { ruling: 'valid' };
  switch (answer.reason) {
    case 'mismatch':
      return { ruling: 'invalid', reason: 'mismatch' };
    case 'unknown-factor':
    case 'unverified':
      return { ruling: 'invalid', reason: 'unknown-user' };
    case 'locked':
      throw refused('too many codes were tried', answer.authyCode);
    case 'malformed':
      throw badInput('code must be 3 to 8 ASCII digits');
  }
}

const refused = (message: string, authyCode?: string): AuthyError =>
  new AuthyError(message, { kind: 'refused', authyCode });
