/** totp-core: RFC 4226 and RFC 6238 in constant time; no clock, no I/O, no storage. */
export type { Algorithm } from './algorithm.js';
export { decodeBase32 } from './base32.js';
export {
  type ClockReading,
  type ClockReason,
  type ClockRecord,
  type ClockState,
  readClock,
  trustClock,
  witnessClock,
} from './clock.js';
export {
  type DiagnoseOptions,
  type Diagnosis,
  type DiagnosisVerdict,
  diagnose,
} from './diagnose.js';
export { type Observation, observe, predict } from './drift.js';
export { TotpError, type TotpErrorCode } from './errors.js';
export type { DriftEstimate, DriftSample } from './estimate.js';
export { leavesWindow } from './forecast.js';
export { hotp } from './hotp.js';
export { importKey } from './import-key.js';
export type { Interval } from './interval.js';
export { AUTHY_APP, type TotpKey, type TotpParams } from './key.js';
export {
  type CodeAt,
  type Resynchronization,
  type ResynchronizeOptions,
  resynchronize,
} from './resynchronize.js';
export { generateSecret } from './secret.js';
export { type Stability, stability } from './stability.js';
export { secondsRemaining, timeStep, totp } from './totp.js';
export { formatUri, type Otpauth, type OtpauthInput, parseUri } from './uri.js';
export { type Verdict, type VerifyOptions, verify, verifyMacs, type Window } from './verify.js';
export { type ClockOffset, clockOffset, type Probe } from './witness.js';
