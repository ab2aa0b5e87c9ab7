/** One seed with its parameters, wherever it is kept: a key, a non-extractable CryptoKey, a pack. */
import {
  type ClockReason,
  type ClockState,
  type CodeAt,
  type Diagnosis,
  type DriftEstimate,
  diagnose,
  type Resynchronization,
  resynchronize,
  type TotpKey,
  type TotpParams,
  type Verdict,
  verify,
} from '@driftlock/totp-core';

export interface Credential {
  id: string;
  params: TotpParams;
  /** What is known of its authenticator's clock. */
  estimate?: DriftEstimate;
  verify(
    code: string,
    options: {
      at: number;
      window: { backward: number; forward: number };
      drift?: number;
      after?: number;
    },
  ): Promise<Verdict>;
  /** Why a code failed; a credential without it leaves its decisions unexplained. */
  diagnose?(
    code: string,
    options: {
      at: number;
      after?: number;
      estimate?: DriftEstimate;
      clock?: { state: ClockState; reason?: ClockReason };
      maxOffset?: number;
    },
  ): Promise<Diagnosis>;
  /** Two consecutive codes; a credential without it can't be resynchronized here. */
  resynchronize?(
    codes: [CodeAt, CodeAt],
    options: { after?: number; maxOffset?: number },
  ): Promise<Resynchronization>;
}

/**
 * A credential whose key is in this process's memory.
 *
 * @example
 * const credential = keyCredential({ id: 'phone', key: importKey(secret) });
 */
export function keyCredential({
  id,
  key,
  estimate,
}: {
  id: string;
  key: TotpKey;
  estimate?: DriftEstimate;
}): Credential {
  return {
    id,
    params: key.params,
    ...(estimate ? { estimate } : {}),
    verify: async (code, options) => verify(key, code, options),
    diagnose: async (code, options) => diagnose(key, code, options),
    resynchronize: async (codes, options) => resynchronize(key, codes, options),
  };
}

/** The credentials a code of this length can be of. */
export function comparable(held: Credential[], code: string): Credential[] {
  return held.filter((credential) => gridOf(credential).digits === code.length);
}

/** A credential's time grid, with RFC 6238's defaults. */
export function gridOf({ params }: Credential): { digits: number; period: number; epoch: number } {
  return { digits: params.digits ?? 6, period: params.period ?? 30, epoch: params.epoch ?? 0 };
}

/** When a step begins, in Unix milliseconds. */
export function beginOf(credential: Credential, step: number): number {
  const { period, epoch } = gridOf(credential);
  return (step * period + epoch) * 1000;
}
