/** The same failures for somebody whose earlier logins are known. */
import { codeOf, shown, stepAt, USUAL } from './authenticator.js';
import { FAILURES } from './failures.js';
import { rightClock, typing } from './people.js';
import type { Failure, Scene } from './scene.js';

/** A login that succeeded, in Unix seconds. */
export interface Login {
  at: number;
  step: number;
}

export interface Known extends Failure {
  logins: Login[];
}

/** Logins of the last month with a clock that is right, the last of them ten minutes ago or more. */
function loginsBefore({ dice, times }: Scene, count: number): Login[] {
  const ages = Array.from({ length: count }, () => dice.logBetween(600, 2.6e6));
  return ages
    .sort((a, b) => b - a)
    .map((age) => {
      const at = times[0] - age;
      return { at, step: stepAt(USUAL, at - typing(dice) + rightClock(dice)) };
    })
    .filter(({ step }, i, all) => i === 0 || step > all[i - 1]!.step);
}

function known(make: (scene: Scene) => Failure) {
  return (scene: Scene, count: number): Known => {
    const logins = loginsBefore(scene, count);
    const after = logins.at(-1)!.step;
    const failure = make(scene);
    const used = codeOf(scene.secret, USUAL, after);
    // A clock that is slow by as long as the login is ago shows the very code that was used.
    for (const typed of failure.codes) if (typed.code === used) typed.right = ['replayed'];
    return { ...failure, logins, after };
  };
}

function wrongClock(s: Scene): Failure {
  return s.dice.next() < 0.5 ? FAILURES['slow clock'](s) : FAILURES['fast clock'](s);
}

export const HISTORIES = {
  'right code': known(FAILURES['right code']),
  'late code': known(FAILURES['late code']),
  'code made ahead': known(FAILURES['code made ahead']),
  'clock set by hand since': known(FAILURES['summer time by hand']),
  'another authenticator, off': known((s) => {
    const failure = wrongClock(s);
    for (const typed of failure.codes) typed.right = [...typed.right, 'unstable'];
    return failure;
  }),
  'two authenticators in turn': known((s) => {
    const failure = wrongClock(s);
    const [first] = failure.codes;
    const code = shown(s.secret, USUAL, first.at - typing(s.dice) + rightClock(s.dice));
    return { ...failure, codes: [{ ...first, code, right: ['ok'] }, failure.codes[1]] };
  }),
  'typing error': known(FAILURES['typing error']),
} as const;
