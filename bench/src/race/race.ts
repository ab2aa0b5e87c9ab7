/** A race on a field: rounds, the control, and rounds with a kill. */
import { createDice } from '../diagnose/dice.js';
import type { Field, Gateways } from './field.js';
import { type Played, playRound, verify } from './round.js';
import { add, countOf, emptyOutcome, type Killed, type Outcome, type Raced } from './verdict.js';

export interface Size {
  /** Requests at once, over all gateways. */
  clients: number;
  rounds: number;
  control: number;
  killed: number;
  seed: number;
}

/** Milliseconds after the start of a round, within which a kill strikes. */
const LATEST_KILL = 200;

export async function race(field: Field, size: Size): Promise<Raced> {
  const { clients, rounds, control, killed } = size;
  return {
    engine: field.engine,
    clients,
    race: await plain(field, { clients, rounds, control: false }),
    control: await plain(field, { clients, rounds: control, control: true }),
    killed: await withKills(field, { ...size, rounds: killed }),
  };
}

async function plain(
  field: Field,
  { clients, rounds, control }: { clients: number; rounds: number; control: boolean },
): Promise<Outcome> {
  const gateways = await field.open({ control });
  const outcome = emptyOutcome();
  try {
    for (let round = 0; round < rounds; round++) {
      const account = `${control ? 'control' : 'race'}-${round}`;
      const { answers } = await playRound(gateways, { clients, account });
      add(outcome, answers);
    }
  } finally {
    await gateways.close();
  }
  return outcome;
}

/** In turns, whoever holds the winner is killed, and a gateway at some instant. */
async function withKills(field: Field, { clients, rounds, seed }: Size): Promise<Killed> {
  const gateways = await field.open({ control: false });
  const outcome: Killed = { ...emptyOutcome(), winnerLost: 0, unanswered: 0 };
  const dice = createDice(seed);
  try {
    for (let round = 0; round < rounds; round++) {
      const dies = round % 2 === 0;
      const when = dies ? 'winner' : { after: dice.next() * LATEST_KILL };
      const account = `killed-${round}`;
      const played = await playRound(gateways, {
        clients,
        account,
        dies,
        mid: () => gateways.kill(when),
      });
      add(outcome, played.answers);
      if (countOf(played.answers, 'accepted') === 0) {
        const found = await whyNobody(gateways, played);
        if (typeof found === 'string') outcome[found]++;
        else console.error(`${account} was accepted nowhere: ${JSON.stringify(found)}`);
      }
      await gateways.revive();
    }
  } finally {
    await gateways.close();
  }
  return outcome;
}

/** What was told in the round, and when it was asked again. */
interface Unexplained {
  isSpent: boolean;
  said: string[];
  again: string;
}

/**
 * Where nobody was told yes: the code is spent, and every gateway that is left said and says so; or
 * nobody was told anything at all, and the code is still good for one.
 */
async function whyNobody(
  gateways: Gateways,
  { account, code, step, answers }: Played,
): Promise<'winnerLost' | 'unanswered' | Unexplained> {
  const said = new Set(answers.flatMap((counts) => Object.keys(counts)));
  said.delete('lost');
  if (gateways.left().length === 0) await gateways.revive();
  const { last } = await gateways.state(account);
  const asked = gateways.left().map((url) => verify(url, { account, code }));
  const again = (await Promise.all(asked)).sort().join();
  const isSpent = Object.values(last).includes(step);
  const isRefused = /^replayed(,replayed)*$/.test(again);
  if (isSpent && isRefused && [...said].every((answer) => answer === 'replayed')) {
    return 'winnerLost';
  }
  if (!isSpent && said.size === 0 && /^accepted(,replayed)*$/.test(again)) return 'unanswered';
  return { isSpent, said: [...said], again };
}
