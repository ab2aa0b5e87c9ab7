/** The authority's wire: nothing else in Driftlock knows its names. */
export type { Authority, AuthorityFailure, Ruling, UserStatus } from './authority.js';
export { authyAuthority } from './authy-authority.js';
export { AuthyError, type AuthyErrorCode } from './authy-error.js';
export { type AuthyClient, type AuthyClientOptions, createAuthyClient } from './client.js';
export type { Tokens, TokenVerification } from './tokens.js';
export type { UserCreation, UserLookup, UserRemoval, Users } from './users.js';
export type { Device, UserDetails, UserField } from './wire.js';
