/** The authority's wire: nothing else in Driftlock knows its names. */
export type { Application } from './application.js';
export type { Authority, AuthorityFailure, Ruling, UserStatus } from './authority.js';
export { authyAuthority } from './authy-authority.js';
export { type AuthyMeaning, authyMeaning } from './authy-codes.js';
export { AuthyError, type AuthyErrorCode } from './authy-error.js';
export {
  type Callback,
  type CallbackParams,
  signCallback,
  verifyCallbackSignature,
} from './callback.js';
export { type AuthyClient, type AuthyClientOptions, createAuthyClient } from './client.js';
export type { Logo, OneTouch } from './one-touch.js';
export type { Phones } from './phones.js';
export type { TokenDelivery, Tokens, TokenVerification } from './tokens.js';
export type { UserCreation, UserLookup, UserRemoval, Users } from './users.js';
export {
  type TwilioVerifyAuthorityOptions,
  twilioVerifyAuthority,
} from './verify-v2/authority.js';
export type { TwilioApproval, TwilioChallenges } from './verify-v2/challenges.js';
export {
  createTwilioVerifyClient,
  type TwilioVerifyClient,
  type TwilioVerifyOptions,
} from './verify-v2/client.js';
export { twilioVerifyMeaning } from './verify-v2/codes.js';
export type { TwilioFactors } from './verify-v2/factors.js';
export type { TwilioTotp } from './verify-v2/input.js';
export { type MovedSeed, moveSeed, type SeedToMove } from './verify-v2/moving.js';
export type { TwilioChallenge } from './verify-v2/wire/challenges.js';
export type { TwilioAlgorithm, TwilioFactor } from './verify-v2/wire/factors.js';
export type { TwilioService } from './verify-v2/wire/service.js';
export { createAuthyWebhooks, type Webhooks, type WebhooksOptions } from './webhooks.js';
export type { ApplicationDetails, ApplicationStats, MonthlyStats } from './wire/application.js';
export type { OneTouchRequest } from './wire/one-touch.js';
export type { PhoneInfo, PhoneVerification, PhoneVerificationStart } from './wire/phones.js';
export type { Device } from './wire/tokens.js';
export type { QrCode, UserDetails, UserDevice, UserField } from './wire/users.js';
