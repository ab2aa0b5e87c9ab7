/** The ways a code fails, each with what it would be right to say of it. */
import { codeOf, type Grid, shown, stepAt, USUAL } from './authenticator.js';
import type { Dice } from './dice.js';
import { byHand, dawdling, neglected, noting, rightClock, typing, zoneMixUp } from './people.js';
import { aside, type Failure, type Scene, twice } from './scene.js';
import { babble, miscount, mistype } from './typos.js';

const SLOW = ['device-slow'];
const FAST = ['device-fast'];

/** Of an authenticator whose clock is off by so much, typed in good time, and refused. */
function offBy(scene: Scene, offset: number, right: readonly string[], more?: Partial<Failure>) {
  const { dice } = scene;
  return aside(scene, () => offset - typing(dice), right, more);
}

/** The present code, but typed in another way. */
function misTyped(
  scene: Scene,
  spoil: (code: string, dice: Dice) => string,
  right: readonly string[],
): Failure {
  const { dice, secret } = scene;
  return twice(scene, (at) => {
    for (;;) {
      const code = spoil(shown(secret, USUAL, at - typing(dice) + rightClock(dice)), dice);
      const now = stepAt(USUAL, at);
      // A slip that makes another good code is none.
      if (![-1, 0, 1].some((d) => codeOf(secret, USUAL, now + d) === code)) return { code, right };
    }
  });
}

function mismatched(
  scene: Scene,
  verifier: Grid,
  app: Grid,
  right: readonly string[] = ['wrong-parameters'],
): Failure {
  const { dice, secret } = scene;
  return twice(
    scene,
    (at) => ({ code: shown(secret, app, at - typing(dice) + rightClock(dice)), right }),
    { grid: verifier },
  );
}

const AUTHY: Grid = { algorithm: 'SHA1', digits: 7, period: 10 };
/** What the verifier believes, and what the app does. */
const MISMATCHES: readonly [Grid, Grid][] = [
  [USUAL, { ...USUAL, algorithm: 'SHA256' }],
  [USUAL, { ...USUAL, algorithm: 'SHA512' }],
  [{ ...USUAL, algorithm: 'SHA256' }, USUAL],
  [{ ...USUAL, algorithm: 'SHA512' }, USUAL],
  [USUAL, { ...USUAL, digits: 8 }],
  [{ ...USUAL, digits: 8 }, USUAL],
  [USUAL, { ...USUAL, period: 60 }],
  [{ ...USUAL, period: 60 }, USUAL],
  [{ algorithm: 'SHA512', digits: 8, period: 60 }, USUAL],
];

export const FAILURES = {
  'right code': (s: Scene) => mismatched(s, USUAL, USUAL, ['ok']),
  'used code': (s: Scene): Failure => {
    const login = s.times[0] - s.dice.between(5, 100);
    const when = login - s.dice.between(1, 20);
    const code = shown(s.secret, USUAL, when);
    return twice(s, () => ({ code, right: ['replayed'] }), { after: stepAt(USUAL, when) });
  },
  'late code': (s: Scene) => aside(s, (dice) => -dawdling(dice), ['stale']),
  'code made ahead': (s: Scene) => aside(s, (dice) => noting(dice), ['future']),
  'clock 1 to 2 minutes slow': (s: Scene) => offBy(s, -s.dice.between(60, 120), SLOW),
  'slow clock': (s: Scene) => offBy(s, -neglected(s.dice, s.off), SLOW),
  'fast clock': (s: Scene) => offBy(s, neglected(s.dice, s.off), FAST),
  'time zone by hand': (s: Scene) => {
    const minutes = zoneMixUp(s.dice);
    return offBy(s, minutes * 60 + byHand(s.dice), minutes < 0 ? SLOW : FAST, { minutes });
  },
  'summer time by hand': (s: Scene) => {
    const minutes = s.dice.pick([-60, 60]);
    return offBy(s, minutes * 60 + byHand(s.dice), minutes < 0 ? SLOW : FAST, { minutes });
  },
  'our clock is off': (s: Scene) =>
    offBy(s, s.dice.pick([-1, 1]) * neglected(s.dice, s.off), ['verifier-clock'], {
      clock: { state: 'unsafe', reason: 'off' },
    }),
  'our clock was set': (s: Scene) =>
    offBy(s, s.dice.pick([-1, 1]) * neglected(s.dice, s.off), ['clock-stepped'], {
      clock: { state: 'unsafe', reason: s.dice.pick(['rolled-back', 'stepped']) },
    }),
  'other parameters': (s: Scene) => mismatched(s, ...s.dice.pick(MISMATCHES)),
  'Authy’s token, usual key': (s: Scene) => mismatched(s, USUAL, AUTHY),
  'usual code, Authy’s key': (s: Scene) => mismatched(s, AUTHY, USUAL),
  'another secret': (s: Scene) => {
    const other = s.dice.bytes(20);
    return twice(s, (at) => ({ code: shown(other, USUAL, at), right: ['no-match'] }));
  },
  'typing error': (s: Scene) => misTyped(s, mistype, ['no-match']),
  'digit too few or many': (s: Scene) => misTyped(s, miscount, ['malformed']),
  'no code': (s: Scene) => misTyped(s, babble, ['malformed']),
  'wrong clock, first code mistyped': (s: Scene) => spoiled(s, 0),
  'wrong clock, second code mistyped': (s: Scene) => spoiled(s, 1),
} as const;

function spoiled(scene: Scene, which: 0 | 1): Failure {
  const { dice } = scene;
  const side = dice.pick([-1, 1]);
  const failure = offBy(scene, side * neglected(dice, scene.off), side < 0 ? SLOW : FAST);
  const typed = failure.codes[which];
  failure.codes[which] = { ...typed, code: mistype(typed.code, dice), right: ['no-match'] };
  return failure;
}
