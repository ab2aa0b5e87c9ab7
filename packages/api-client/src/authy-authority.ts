// Authy as an authority: its answers as rulings and standings.
import type { Authority } from './authority.js';
import { AuthyError } from './authy-error.js';
import type { AuthyClient } from './client.js';

/**
 * Lets a client's Authy application have the last word.
 *
 * `verify` asks with `force`. A reply that was lost cannot be asked for again, so it is not
 * `repeatable`. `status` is `active` only where Authy says outright that the account is not disabled.
 *
 * @throws {AuthyError} from both, with a `kind`, where there was no ruling or no word on the standing
 * @example
 * const authority = authyAuthority(createAuthyClient({ apiKey }));
 */
export function authyAuthority(client: AuthyClient): Authority {
  return {
    async verify({ user, code, signal }) {
      const answer = await client.tokens.verify({ user, token: code, signal });
      if (answer.valid) return { ruling: 'valid' };
      if (answer.reason === 'malformed') {
        throw new AuthyError('code must be 6 to 8 ASCII digits', {
          kind: 'refused',
          code: 'ERR_AUTHY_INPUT',
        });
      }
      return { ruling: 'invalid', reason: answer.reason };
    },

    async status(question) {
      const answer = await client.users.status(question);
      if (!answer.known) return 'unknown';
      if (answer.suspended === undefined) {
        throw new AuthyError('Authy did not say whether the user is suspended', {
          kind: 'refused',
        });
      }
      return answer.suspended ? 'suspended' : 'active';
    },
  };
}
