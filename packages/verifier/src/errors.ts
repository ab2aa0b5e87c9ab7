/** A broken contract: how a verifier was set up or asked, never what a person typed. */
export type VerifierErrorCode = 'ERR_POLICY' | 'ERR_LEDGER' | 'ERR_DECISION' | 'ERR_INSTANT';

export class VerifierError extends Error {
  readonly code: VerifierErrorCode;

  constructor(code: VerifierErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'VerifierError';
    this.code = code;
  }
}
