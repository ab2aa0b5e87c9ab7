/** The hashes of RFC 6238 section 1.2, by name. */

/** The hash under the HMAC. */
export type Algorithm = 'SHA1' | 'SHA256' | 'SHA512';

/** Bytes of an HMAC. */
export const MAC_LENGTH: Readonly<Record<Algorithm, number>> = { SHA1: 20, SHA256: 32, SHA512: 64 };
