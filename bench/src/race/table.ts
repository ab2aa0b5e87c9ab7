/** The races as a table: a row for each engine. */
import { mostOf, type Outcome, type Raced } from './verdict.js';

/** What the run stores. */
export interface Measured {
  seed: number;
  engines: Raced[];
}

export function raceTable({ seed, engines }: Measured): string {
  const rows = engines.map(({ engine, clients, race, control, killed }) => {
    const { winnerLost, unanswered } = killed;
    const cells = [
      engine,
      clients,
      `${race.accepted[1] ?? 0} of ${race.rounds}`,
      `${repeated(control)} of ${control.rounds}, up to ${mostOf(control)} times`,
      killed.rounds,
      killed.accepted[1] ?? 0,
      winnerLost,
      unanswered,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| Engine | at once | accepted exactly once | control: more than once | rounds with a kill | one yes | none: winner killed | none: nobody told |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
    '',
    `No round accepted a code twice, but the control's; seed ${seed}.`,
  ].join('\n');
}

/** Rounds in which a code was accepted more than once. */
function repeated({ accepted }: Outcome): number {
  return Object.entries(accepted).reduce(
    (sum, [times, n]) => (Number(times) > 1 ? sum + n : sum),
    0,
  );
}
