/** The authority's wire: nothing else in Driftlock knows its names. */
export type { Authority, AuthorityFailure, Ruling, UserStatus } from './authority.js';
