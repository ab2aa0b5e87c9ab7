/** How people mistype a code. */
import type { Dice } from './dice.js';

/** On a telephone's keypad, what lies beside each digit. */
const BESIDE = ['8', '24', '135', '26', '157', '2468', '359', '48', '5790', '68'];
/** What is misread for another. */
const ALIKE: Record<string, string> = {
  1: '7',
  7: '1',
  6: '8',
  8: '3',
  3: '8',
  0: '8',
  5: '6',
  9: '4',
  2: '7',
  4: '9',
};

function put(code: string, at: number, digit: string): string {
  return code.slice(0, at) + digit + code.slice(at + 1);
}

/** Each leaves as many digits as there were. */
const SAME_LENGTH = [
  function transpose(code: string, dice: Dice): string {
    const at = dice.integer(0, code.length - 2);
    return put(put(code, at, code[at + 1]!), at + 1, code[at]!);
  },
  function wrongDigit(code: string, dice: Dice): string {
    return put(code, dice.integer(0, code.length - 1), String(dice.integer(0, 9)));
  },
  function neighbour(code: string, dice: Dice): string {
    const at = dice.integer(0, code.length - 1);
    return put(code, at, dice.pick([...BESIDE[Number(code[at])]!]));
  },
  function misread(code: string, dice: Dice): string {
    const at = dice.integer(0, code.length - 1);
    return put(code, at, ALIKE[code[at]!]!);
  },
  /** A key bounces and the last digit finds no room: 123456 becomes 122345. */
  function bounce(code: string, dice: Dice): string {
    const at = dice.integer(0, code.length - 2);
    return (code.slice(0, at + 1) + code.slice(at)).slice(0, code.length);
  },
  /** The wrong one of a pair is doubled: 122456 for 112456. */
  function doubleOther(code: string, dice: Dice): string {
    const at = dice.integer(0, code.length - 2);
    return put(code, at + 1, code[at]!);
  },
  /** The halves of a grouped code change places: 123 456 becomes 456 123. */
  function swapHalves(code: string): string {
    const half = code.length >> 1;
    return code.slice(half) + code.slice(0, half);
  },
];

const OTHER_LENGTH = [
  (code: string, dice: Dice): string => {
    const at = dice.integer(0, code.length - 1);
    return code.slice(0, at) + code.slice(at + 1);
  },
  (code: string, dice: Dice): string => {
    const at = dice.integer(0, code.length - 1);
    return code.slice(0, at + 1) + code.slice(at);
  },
];

/** Mistyped, and another code than it was. */
export function mistype(code: string, dice: Dice): string {
  for (;;) {
    const typed = dice.pick(SAME_LENGTH)(code, dice);
    if (typed !== code) return typed;
  }
}

/** With a digit too few or too many. */
export function miscount(code: string, dice: Dice): string {
  return dice.pick(OTHER_LENGTH)(code, dice);
}

/** No code at all. */
export function babble(code: string, dice: Dice): string {
  return dice.pick(
    [
      '',
      code.slice(1),
      code.slice(0, 4),
      `${code.slice(0, 3)} ${code.slice(3)}`,
      `${code}${code}`,
      code.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
      code.replace(/0|1/, 'O'),
      'letmein',
      dice.pick(['-1', '1e5', '0x1f2a', 'NaN', '12345６']),
    ].filter((typed) => !/^\d{6,8}$/.test(typed)),
  );
}
