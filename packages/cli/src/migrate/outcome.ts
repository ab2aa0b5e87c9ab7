/** What can become of a person, and what that means for whoever moves them. */

/** In the order in which they are told. */
export const OUTCOMES = {
  moved: 'the seed is there, and a code of Authy’s proved it',
  there: 'had a seed there already; nothing was changed',
  'app-token': 'uses the Authy app, whose seeds nobody exports: enrol them anew',
  'unknown-user': 'Authy knows no such user',
  suspended: 'suspended at Authy',
  unproven: 'the exported seed does not give the exported code: not moved',
  taken: 'another’s account has this id: choose one in the list of users',
  refused: 'the seed is too short, or malformed: enrol them anew',
} as const;

export type Outcome = keyof typeof OUTCOMES;

export function isOutcome(value: unknown): value is Outcome {
  return typeof value === 'string' && Object.hasOwn(OUTCOMES, value);
}

/** Whether somebody has to do something. */
export function isMoved(outcome: Outcome): boolean {
  return outcome === 'moved' || outcome === 'there';
}
