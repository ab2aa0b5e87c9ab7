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

const [BASE32, HOTP, VERIFY] = ['base32', 'hotp', 'verify'].map(
  (name) => `packages/totp-core/src/${name}.ts`,
) as [string, string, string];

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
  { file: HOTP, where: 'factor: 17_179', code: '17_179', replacement: '17178', why: ROUNDED },
  { file: HOTP, where: 'factor: 27_487', code: '27_487', replacement: '27486', why: ROUNDED },
  { file: HOTP, where: 'factor: 21_990', code: '21_990', replacement: '21989', why: ROUNDED },
  {
    file: HOTP,
    where: 'less >> 31',
    code: '31',
    replacement: '30',
    why: 'what is shifted has less than 30 bits',
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

/** Why no test can notice a mutant; undefined if nobody knows. */
export function whyOf({ file, where, code, replacement }: Unnoticed): string | undefined {
  return EQUIVALENT.find(
    (one) =>
      one.file === file &&
      where.includes(one.where) &&
      one.code === code &&
      [one.replacement].flat().includes(replacement),
  )?.why;
}
