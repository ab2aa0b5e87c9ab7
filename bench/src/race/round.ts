/** One round: one code, typed by many at once at every gateway. */
import { generateSecret, importKey, timeStep, totp } from '@driftlock/totp-core';
import { type Gateways, OPERATOR } from './field.js';

/** How often each answer was given; `lost` where the connection ended without one. */
export type Answers = Record<string, number>;

export interface Played {
  account: string;
  code: string;
  step: number;
  /** By gateway. */
  answers: Answers[];
}

/** Enrols a fresh account, holds `clients` requests before consume, and lets all go at once. */
export async function playRound(
  gateways: Gateways,
  { clients, account, dies = false, mid }: Round,
): Promise<Played> {
  const secret = generateSecret();
  const key = importKey(secret);
  const urls = gateways.urls();
  for (const url of urls) await enrol(url, { id: account, secret });
  const at = Date.now();
  const [code, step] = [totp(key, { at }), timeStep(key, at)];
  const each = clients / urls.length;
  await gateways.hold(each, { dies });
  const full = gateways.full();
  const asked = urls.map((url) =>
    Array.from({ length: each }, () => verify(url, { account, code })),
  );
  // A single one that never waits at the barrier would leave the others waiting for good.
  const early = Promise.race(asked.flat()).then((said) => {
    throw new Error(`a request was answered that was to be held: ${said}`);
  });
  await Promise.race([full, early]);
  gateways.letGo();
  await mid?.();
  const answers = await Promise.all(asked.map(async (each) => tally(await Promise.all(each))));
  return { account, code, step, answers };
}

interface Round {
  clients: number;
  account: string;
  /** Whoever holds the winner is killed before it can say so. */
  dies?: boolean;
  /** What happens while the requests are under way. */
  mid?: () => Promise<void>;
}

/** What one verification was answered, in a word. */
export async function verify(
  url: string,
  { account, code }: { account: string; code: string },
): Promise<string> {
  try {
    const answer = await post(`${url}/v1/accounts/${account}/verify`, { code });
    const decision = (await answer.json()) as { accepted?: boolean; reason?: string };
    return decision.accepted ? 'accepted' : (decision.reason ?? `status ${answer.status}`);
  } catch {
    return 'lost';
  }
}

/** Each gateway is told; one that shares the accounts of another knows it already. */
async function enrol(url: string, body: { id: string; secret: string }): Promise<void> {
  const answer = await post(`${url}/v1/accounts`, body);
  await answer.arrayBuffer();
  if (answer.status !== 201 && answer.status !== 409) {
    throw new Error(`an account could not be made: ${answer.status}`);
  }
}

function post(url: string, body: object): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${OPERATOR}`,
      'Content-Type': 'application/json',
      // A connection kept from before a kill would lose a request that never reached anybody.
      Connection: 'close',
    },
    body: JSON.stringify(body),
  });
}

function tally(answers: string[]): Answers {
  const counts: Answers = {};
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}
