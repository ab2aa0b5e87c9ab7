/** One crash: writes until the gateway is killed, then everything that was answered is asked again. */
import { generateSecret, importKey, type TotpKey, totp } from '@driftlock/totp-core';
import type { Gateway } from './gateway.js';

/** What the client was told before the kill, and nothing that it was not. */
interface Known {
  account: string;
  key: TotpKey;
  /** Steps that were answered with a yes. */
  counted: number[];
  /** The last decision that was answered. */
  decision?: string;
}

export interface Round {
  /** Steps whose yes was answered before the kill, and that were asked again in time. */
  counted: number;
  /** Of these, how many were accepted again. */
  acceptedAgain: number;
  accounts: number;
  accountsLost: number;
  decisions: number;
  decisionsLost: number;
  /** Requests under way when the gateway was killed. */
  cutOff: number;
}

const WORKERS = 6;
/** A code a second: so many steps of an account are in the window at once. */
const PERIOD = 1;
const CODES = 20;

/**
 * Writes to the gateway and kills it once so many steps were answered, `after`, by when others are
 * under way. Resolves with what is to be asked of the one that `restart` starts, which stays.
 */
export async function crash(
  gateway: Gateway,
  { after, name, restart }: { after: number; name: string; restart: () => Promise<Gateway> },
): Promise<{ round: Round; gateway: Gateway }> {
  const known: Known[] = [];
  const state = { killed: false, underWay: 0, answered: 0 };
  const workers = Array.from({ length: WORKERS }, (_, n) =>
    work({ gateway, known, state }, `${name}-${n}`),
  );
  const failed = Promise.all(workers);
  while (state.answered < after) await Promise.race([elapsed(1), failed]);
  const cutOff = state.underWay;
  state.killed = true;
  await gateway.kill();
  await failed;
  const again = await restart();
  const rounds = await Promise.all(known.map((one) => askAgain(again, one)));
  return { round: rounds.reduce(added, { ...NONE, cutOff }), gateway: again };
}

interface Scene {
  gateway: Gateway;
  known: Known[];
  state: { killed: boolean; underWay: number; answered: number };
}

/** Enrols accounts and uses up their codes, one after the other, until there is no answer. */
async function work({ gateway, known, state }: Scene, name: string): Promise<void> {
  const ask: Gateway['call'] = async (...asked) => {
    state.underWay++;
    try {
      return await gateway.call(...asked);
    } finally {
      if (!state.killed) state.underWay--;
    }
  };
  try {
    for (let n = 0; !state.killed; n++) {
      const account = `${name}-${n}`;
      const secret = generateSecret();
      const made = await ask('POST', '/v1/accounts', { id: account, secret, period: PERIOD });
      if (made.status !== 201) throw new Error(`an account was answered with ${made.status}`);
      const one: Known = { account, key: importKey(secret, { period: PERIOD }), counted: [] };
      known.push(one);
      await useCodes(ask, one, () => state.answered++);
    }
  } catch (error) {
    if (!state.killed) throw error;
  }
}

async function useCodes(ask: Gateway['call'], one: Known, answered: () => void): Promise<void> {
  const now = Math.floor(Date.now() / 1000 / PERIOD);
  for (let step = now - CODES; step < now; step++) {
    const code = totp(one.key, { at: step * PERIOD * 1000 });
    const { body } = await ask('POST', `/v1/accounts/${one.account}/verify`, { code });
    if (!body.accepted) continue;
    // Two steps may share a code: what was used is the step that the answer names.
    one.counted.push(body.step);
    one.decision = body.id;
    answered();
  }
}

function elapsed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

const NONE: Round = {
  ...{ counted: 0, acceptedAgain: 0, accounts: 0, accountsLost: 0 },
  ...{ decisions: 0, decisionsLost: 0, cutOff: 0 },
};

/** The sum of two rounds. */
export function added(a: Round, b: Round): Round {
  const names = Object.keys(NONE) as (keyof Round)[];
  return Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as unknown as Round;
}

async function askAgain(
  gateway: Gateway,
  { account, key, counted, decision }: Known,
): Promise<Round> {
  const path = `/v1/accounts/${account}`;
  const round = { ...NONE, accounts: 1 };
  if ((await gateway.call('GET', path)).status !== 200) round.accountsLost++;
  for (const step of counted) {
    const code = totp(key, { at: step * PERIOD * 1000 });
    const { status, body } = await gateway.call('POST', `${path}/verify`, { code });
    // Any other no is of a code that is out of its window by now, and shows nothing.
    if (body.accepted || body.reason === 'replayed' || status === 404) round.counted++;
    if (body.accepted) round.acceptedAgain++;
  }
  if (decision === undefined) return round;
  round.decisions++;
  if ((await gateway.call('GET', `/v1/decisions/${decision}`)).status !== 200) {
    round.decisionsLost++;
  }
  return round;
}
