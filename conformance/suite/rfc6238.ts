/** RFC 6238, Appendix B, with erratum 2866: each hash has a seed of its own length. */

const DIGITS = '1234567890';

/** The seed of a hash: the digits, over and over, to the length of its output. */
export const seed = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => DIGITS.charCodeAt(index % 10));

export const SEED_LENGTHS = { SHA1: 20, SHA256: 32, SHA512: 64 } as const;

/** Unix seconds, and the code of each hash then. */
export const VECTORS: readonly { seconds: number; SHA1: string; SHA256: string; SHA512: string }[] =
  [
    { seconds: 59, SHA1: '94287082', SHA256: '46119246', SHA512: '90693936' },
    { seconds: 1_111_111_109, SHA1: '07081804', SHA256: '68084774', SHA512: '25091201' },
    { seconds: 1_111_111_111, SHA1: '14050471', SHA256: '67062674', SHA512: '99943326' },
    { seconds: 1_234_567_890, SHA1: '89005924', SHA256: '91819424', SHA512: '93441116' },
    { seconds: 2_000_000_000, SHA1: '69279037', SHA256: '90698825', SHA512: '38618901' },
    { seconds: 20_000_000_000, SHA1: '65353130', SHA256: '77737706', SHA512: '47863826' },
  ];
