/** What the rounds of a race show, and what each of them has to. */
import type { Answers } from './round.js';

export interface Outcome {
  rounds: number;
  /** By how many were accepted: how many rounds. */
  accepted: Record<string, number>;
  /** All answers of all rounds. */
  answers: Answers;
}

export interface Killed extends Outcome {
  /** Rounds in which nobody was told yes, and the code was spent: the killed process held the winner. */
  winnerLost: number;
  /** Rounds in which all were killed before anybody was told anything, and the code was still good once. */
  unanswered: number;
}

export interface Raced {
  engine: string;
  clients: number;
  race: Outcome;
  control: Outcome;
  killed: Killed;
}

export function countOf(answers: readonly Answers[], answer: string): number {
  return answers.reduce((sum, counts) => sum + (counts[answer] ?? 0), 0);
}

export function emptyOutcome(): Outcome {
  return { rounds: 0, accepted: {}, answers: {} };
}

export function add(outcome: Outcome, answers: readonly Answers[]): void {
  outcome.rounds++;
  const accepted = countOf(answers, 'accepted');
  outcome.accepted[accepted] = (outcome.accepted[accepted] ?? 0) + 1;
  for (const counts of answers) {
    for (const [answer, count] of Object.entries(counts)) {
      outcome.answers[answer] = (outcome.answers[answer] ?? 0) + count;
    }
  }
}

/**
 * What is wrong with a race, one line each. A control that never accepted twice makes it invalid:
 * such a race would have found nothing.
 */
export function faults({ engine, clients, race, control, killed }: Raced): string[] {
  const { rounds, answers } = race;
  const expected = { accepted: rounds, replayed: rounds * (clients - 1) };
  const wrong: [boolean, string][] = [
    [!isSame(race.accepted, { 1: rounds }), 'a round did not accept exactly one'],
    [!isSame(answers, expected), 'a request was neither accepted nor replayed'],
    [mostOf(control) < 2, 'INVALID: the control never accepted a code twice'],
    [mostOf(killed) > 1, 'with a process killed, a round accepted more than one'],
    [
      (killed.accepted[0] ?? 0) !== killed.winnerLost + killed.unanswered,
      'with a process killed, a round accepted none although no winner was lost with it',
    ],
  ];
  return wrong.filter(([is]) => is).map(([, line]) => `${engine}: ${line}`);
}

/** How many were accepted in the round that accepted most. */
export function mostOf({ accepted }: Outcome): number {
  return Math.max(0, ...Object.keys(accepted).map(Number));
}

function isSame(a: Record<string, number>, b: Record<string, number>): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}
