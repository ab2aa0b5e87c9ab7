/** A seed at rest as a credential of the verifier's. */
import { diagnose, resynchronize, verify } from '@driftlock/totp-core';
import type { Credential } from '@driftlock/verifier';
import type { HeldSeed } from './stores/stores.js';

export function credentialOf({ credential: id, params, estimate, use }: HeldSeed): Credential {
  return {
    id,
    params,
    ...(estimate ? { estimate } : {}),
    verify: (code, options) => use((key) => verify(key, code, options)),
    diagnose: (code, options) => use((key) => diagnose(key, code, options)),
    resynchronize: (codes, options) => use((key) => resynchronize(key, codes, options)),
  };
}
