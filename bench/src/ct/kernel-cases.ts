/** The kernel alone: verifyMacs() on HMACs made to order, with no hashing to hide behind. */
import { verifyMacs } from '@driftlock/totp-core';
import { type Case, SHORT, type Subject } from './case.js';
import { BASE, flat } from './inputs.js';

interface Question {
  macs: Uint8Array[];
  code: string;
}

/** An HMAC that truncates at an offset to a value. */
interface Order {
  offset?: number;
  value?: number;
}

const PARAMS = {};
const OPTIONS = { at: BASE * 30_000 };
const LENGTH = 20;
const NOBODY = '999999';

function judge(input: unknown): unknown {
  const { macs, code } = input as Question;
  return verifyMacs(macs, BASE, PARAMS, code, OPTIONS);
}

/** An HMAC of random bytes but for what was ordered, and of no code that is typed. */
function mac(order: Order, random: () => number): Uint8Array {
  for (;;) {
    const bytes = Uint8Array.from({ length: LENGTH }, () => Math.floor(random() * 256));
    if (order.offset !== undefined) bytes[LENGTH - 1] = (bytes[LENGTH - 1]! & 0xf0) | order.offset;
    const view = new DataView(bytes.buffer);
    const at = bytes[LENGTH - 1]! & 15;
    if (order.value !== undefined) view.setUint32(at, order.value);
    if ((view.getUint32(at) & 0x7fffffff) % 1e6 !== Number(NOBODY)) return bytes;
  }
}

/** One HMAC, and a code that is not its. */
function refusing(zero: (random: () => number) => Order, one: typeof zero): Subject {
  return {
    run: judge,
    make: (side, random): Question => ({
      macs: [mac((side === 0 ? zero : one)(random), random)],
      code: flat(NOBODY),
    }),
  };
}

const upTo = (limit: number, from = 0) => {
  return (random: () => number): Order => ({ value: from + Math.floor(random() * (limit - from)) });
};

function matching(position: 0 | 6, random: () => number): Question {
  const number = Math.floor(random() * 1e5);
  const macs = Array.from({ length: 7 }, (_, i) =>
    mac({ value: i === position ? number : 1e5 + Math.floor(random() * 8e5) }, random),
  );
  return { macs, code: flat(String(number).padStart(6, '0')) };
}

function kernel(name: string, classes: [string, string], prepare: () => Subject): Case {
  return { name: `kernel: ${name}`, kind: 'equal', classes, ...SHORT, prepare };
}

export const KERNEL_CASES: readonly Case[] = [
  kernel('offset', ['truncated at 0', 'truncated at 15'], () =>
    refusing(
      () => ({ offset: 0 }),
      () => ({ offset: 15 }),
    ),
  ),
  kernel('value', ['truncated below 900', 'truncated from 2^30 on'], () =>
    refusing(upTo(900), upTo(2 ** 31, 2 ** 30)),
  ),
  kernel('multiple', ['just above a multiple of 10^6', 'just below a multiple of 10^6'], () =>
    refusing(
      (random) => ({ value: 1e6 * Math.floor(random() * 2147) + Math.floor(random() * 900) }),
      (random) => ({
        value: 1e6 * Math.floor(random() * 2147) + 999_000 + Math.floor(random() * 900),
      }),
    ),
  ),
  kernel('ends', ['the first of seven', 'the last of seven'], () => ({
    run: judge,
    make: (side, random) => matching(side === 0 ? 0 : 6, random),
  })),
  {
    name: 'null: kernel',
    kind: 'null',
    classes: ['any HMAC', 'any HMAC'],
    ...SHORT,
    prepare: () =>
      refusing(
        () => ({}),
        () => ({}),
      ),
  },
];
