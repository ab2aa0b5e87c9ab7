/** Mutants that do what the code does: each with the reason. They count as survivors all the same. */
import type { Unnoticed } from './score.js';

/** A mutant by its text, since lines move. */
export interface Equivalent {
  file: string;
  /** A piece of the line it begins in, which tells it from others of the same text. */
  where: string;
  code: string;
  /** One, or several that are the same for one reason. */
  replacement: string | readonly string[];
  why: string;
}

const [BASE32, HMAC, HOTP, RESYNCHRONIZE, VERIFY] = [
  'base32',
  'hmac',
  'hotp',
  'resynchronize',
  'verify',
].map((name) => `packages/totp-core/src/${name}.ts`) as [string, string, string, string, string];

const ROUNDED =
  'the quotient is still right or 1 too small, as its test shows for every upper half';
const SIGN = 'only the sign of -1 is read';

export const EQUIVALENT: readonly Equivalent[] = [
  {
    file: BASE32,
    where: 'base32.encode(bytes)',
    code: '/=+$/',
    replacement: '/=+/',
    why: 'Base32 has an equals sign at its end alone',
  },
  {
    file: HMAC,
    where: 'i < short.length',
    code: 'i < short.length',
    replacement: 'i <= short.length',
    why: 'beyond the key is nothing, which changes no bit',
  },
  {
    file: HMAC,
    where: 'i < made.length',
    code: 'i < made.length',
    replacement: 'i <= made.length',
    why: 'what is read of the padding is written nowhere',
  },
  { file: HOTP, where: 'factor: 17_179', code: '17_179', replacement: '17178', why: ROUNDED },
  { file: HOTP, where: 'factor: 27_487', code: '27_487', replacement: '27486', why: ROUNDED },
  { file: HOTP, where: 'factor: 21_990', code: '21_990', replacement: '21989', why: ROUNDED },
  {
    file: HOTP,
    where: 'modulus & 0xffff',
    code: '0xffff',
    replacement: '65534',
    why: 'powers of ten are even',
  },
  {
    file: HOTP,
    where: 'less >> 31',
    code: '31',
    replacement: '30',
    why: 'what is shifted has less than 30 bits',
  },
  {
    file: RESYNCHRONIZE,
    where: 'i + 1 < found.length',
    code: 'i + 1 < found.length',
    replacement: 'i + 1 <= found.length',
    why: 'beyond the last mark is nothing, which has no bit set',
  },
  {
    file: RESYNCHRONIZE,
    where: 'i + 1 < found.length',
    code: 'i + 1',
    replacement: 'i - 1',
    why: 'beyond the last mark is nothing, which has no bit set',
  },
  {
    file: VERIFY,
    where: 'after = -1',
    code: '1',
    replacement: '2',
    why: 'there is no step below 0',
  },
  {
    file: VERIFY,
    where: "typeof code !== 'string'",
    code: '1',
    replacement: '2',
    why: SIGN,
  },
  { file: VERIFY, where: 'digit < 0 ||', code: '1', replacement: '2', why: SIGN },
  {
    file: VERIFY,
    where: 'WIDEST + 1)',
    code: '1',
    replacement: '2',
    why: 'no index is above WIDEST',
  },
  {
    file: VERIFY,
    where: 'let newest = 0',
    code: '0',
    replacement: '1',
    why: 'read only after a match has replaced it',
  },
  {
    file: VERIFY,
    where: '(i - freshFrom) >> 31',
    code: '31',
    replacement: '30',
    why: 'both are at most 6,001',
  },
];

/** The same as the code for a known reason; undefined if nobody knows one. */
export function equivalentTo(mutant: Unnoticed): Equivalent | undefined {
  const { file, where, code, replacement } = mutant;
  return EQUIVALENT.find(
    (one) =>
      one.file === file &&
      where.includes(one.where) &&
      one.code === code &&
      [one.replacement].flat().includes(replacement),
  );
}
