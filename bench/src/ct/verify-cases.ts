/** Classes of codes and secrets that verify() must judge in the same time. */
import { createHash } from 'node:crypto';
import { type Algorithm, AUTHY_APP, hotp } from '@driftlock/totp-core';
import { type Case, type Subject, WHOLE } from './case.js';
import {
  type Ask,
  asking,
  BASE,
  codeAt,
  keyOf,
  type Place,
  placesWith,
  REACH,
  SECRET,
  truncationOf,
  verifying,
  wrong,
} from './inputs.js';

const KEYS = 256;
const EIGHTH = 2 ** 28; // Of the 2^31 truncated values.

const any = wrong();
const fixed: Ask = () => ({ code: '314159' });
const now = codeAt(0);
const oldest = codeAt(-REACH);
const newest = codeAt(REACH);

/** A step of the window other than the middle one. */
const elsewhere: Ask = (place) => {
  const delta = 1 + Math.floor(place.random() * REACH);
  return codeAt(place.random() < 0.5 ? -delta : delta)(place);
};

/** Everything in the window counts as used. */
function used(ask: Ask): Ask {
  return (place) => ({ ...ask(place), after: place.step + REACH });
}

/** The present code with so many of its digits, from the last on, changed. */
function spoilt(count: number): Ask {
  return wrong(({ key, step, random }) => {
    const digits = [...hotp(key, step)];
    const other = (digit: string) => String((Number(digit) + 1 + Math.floor(random() * 9)) % 10);
    return digits.map((digit, i) => (i < digits.length - count ? digit : other(digit))).join('');
  });
}

/** Steps with something secret about them, for each class; the code is that of the step. */
function steps(zero: (step: number) => boolean, one: (step: number) => boolean): Subject {
  const key = keyOf(SECRET);
  return verifying([now, now], [placesWith(key, zero), placesWith(key, one)]);
}

/** One secret in many keys, against many secrets; wrong codes. */
function secrets(algorithm: Algorithm): Subject {
  const places: [Place[], Place[]] = [[], []];
  // In turn, so that the keys of neither class lie together in memory.
  for (let i = 0; i < 2 * KEYS; i++) {
    const other = createHash('sha1').update(`secret ${i}`).digest();
    const key = keyOf(i % 2 === 0 ? SECRET : other, { algorithm });
    places[i % 2]!.push({ key, step: BASE });
  }
  return verifying([any, any], places);
}

function refused(name: string, classes: [string, string], prepare: () => Subject): Case {
  return { name: `refused: ${name}`, kind: 'equal', classes, ...WHOLE, prepare };
}

function accepted(name: string, classes: [string, string], prepare: () => Subject): Case {
  return { name: `accepted: ${name}`, kind: 'equal', classes, ...WHOLE, prepare };
}

const number = (step: number) => truncationOf(step).value % 1e6;

export const VERIFY_CASES: readonly Case[] = [
  refused('one or many', ['one wrong code', 'any wrong code'], () => asking(fixed, any)),
  refused('digits', ['wrong in the last digit', 'wrong in all six digits'], () =>
    asking(spoilt(1), spoilt(6)),
  ),
  refused('used', ['the oldest step, used', 'the newest step, used'], () =>
    asking(used(oldest), used(newest)),
  ),
  refused('after', ['wrong, nothing used', 'wrong, all used'], () => asking(any, used(any))),
  refused('SHA1 secrets', ['one secret', 'any secret'], () => secrets('SHA1')),
  refused('SHA256 secrets', ['one secret', 'any secret'], () => secrets('SHA256')),
  refused('SHA512 secrets', ['one secret', 'any secret'], () => secrets('SHA512')),
  accepted('ends', ['the oldest step', 'the newest step'], () => asking(oldest, newest)),
  accepted('middle', ['the present step', 'another step'], () => asking(now, elsewhere)),
  accepted('Authy', ['the oldest step, 7 digits', 'the newest step, 7 digits'], () =>
    asking(oldest, newest, AUTHY_APP),
  ),
  accepted('after', ['last used long ago', 'last used just before'], () =>
    asking(now, (place) => ({ ...now(place), after: place.step - 1 })),
  ),
  accepted('offset', ['truncated at 0', 'truncated at 15'], () =>
    steps(
      (step) => truncationOf(step).offset === 0,
      (step) => truncationOf(step).offset === 15,
    ),
  ),
  accepted('value', ['truncated to a small value', 'truncated to a large value'], () =>
    steps(
      (step) => truncationOf(step).value < EIGHTH,
      (step) => truncationOf(step).value >= 7 * EIGHTH,
    ),
  ),
  accepted('zeros', ['a code below 010000', 'a code from 100000 on'], () =>
    steps(
      (step) => number(step) < 1e4,
      (step) => number(step) >= 1e5,
    ),
  ),
  {
    name: 'apart: accepted or refused',
    kind: 'apart',
    classes: ['the present step', 'any wrong code'],
    ...WHOLE,
    prepare: () => asking(now, any),
  },
  {
    name: 'apart: used or wrong',
    kind: 'apart',
    classes: ['the present step, used', 'any wrong code'],
    ...WHOLE,
    prepare: () => asking(used(now), used(any)),
  },
  {
    name: 'null: verify',
    kind: 'null',
    classes: ['any wrong code', 'any wrong code'],
    ...WHOLE,
    prepare: () => asking(any, any),
  },
];
