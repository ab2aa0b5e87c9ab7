/** The seeds users hold, and which of their codes were used. */
import { generateSecret, importKey, type TotpKey, type TotpParams } from '@driftlock/totp-core';

/** A seed of a user's. `token` is Authy's word for it. */
export interface Token {
  key: TotpKey;
  /** Steps whose code was accepted; never pruned, because the clock may be set back. */
  used: Set<number>;
}

/** A token whose seed was made here, and so can be handed to a phone. */
export interface IssuedToken extends Token {
  secret: string;
}

export function issueToken(params: TotpParams): IssuedToken {
  const secret = generateSecret();
  return { ...holdToken(secret, params), secret };
}

export function holdToken(secret: string | Uint8Array, params: TotpParams): Token {
  return { key: importKey(secret, params), used: new Set() };
}
