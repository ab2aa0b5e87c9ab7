/** What a device asks its gateway beside codes: what became of an account, and to hear its evidence. */
import type { UserStatus } from '@driftlock/verifier';
import * as v from 'valibot';
import type { EvidenceRow, Told } from './evidence-row.js';
import type { Answer } from './gateway-answer.js';
import { GatewayError } from './gateway-error.js';
import { type Call, createExchange, type ExchangeOptions } from './gateway-exchange.js';
import type { ToldLease } from './lease.js';

export interface DeviceGateway {
  pull(since: number, signal: AbortSignal): Promise<{ pulled: Pulled } | Trouble>;
  /** An outcome for each row. */
  tell(
    rows: readonly EvidenceRow[],
    signal: AbortSignal,
  ): Promise<{ told: Map<string, Told> } | Trouble>;
}

/** What a sync says, and the milliseconds it took. */
export interface Pulled {
  now: number;
  /** `status` is absent where the gateway's authority can't be asked. */
  account: { id: string; status?: UserStatus | undefined; latched: boolean };
  /** The gateway's decisions that were contradicted since. */
  revoked: { id: string }[];
  next: number;
  expiresAt: number;
  lease: ToldLease;
  took: number;
}

/** No answer to what was asked. */
export type Trouble =
  /** To be tried again: nobody answered (`reached` false), or nobody could serve it now. */
  | { trouble: 'again'; reached: boolean; retryAfter?: number }
  /** The token opens nothing; `gone` where the gateway itself does not know it. */
  | { trouble: 'signed-out'; gone: boolean }
  /** The gateway does not take what was sent, however often. */
  | { trouble: 'rejected' };

const Instant = v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15));
const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

// {"now","account":{"id","status"?,"latched"},"revoked":[{"id","at"}],"next","expiresAt","lease":{"uses","until"}}
const Sync = v.object({
  now: Instant,
  account: v.object({
    id: v.string(),
    status: v.optional(v.picklist(['active', 'suspended', 'unknown'])),
    latched: v.boolean(),
  }),
  revoked: v.array(v.object({ id: v.string() })),
  next: Instant,
  expiresAt: Instant,
  lease: v.object({ uses: Count, until: Instant }),
});

// {"rows":[{"id","outcome"}]}
const Outcomes = v.object({
  rows: v.array(v.object({ id: v.string(), outcome: v.string() })),
});

const OUTCOMES = new Map<string, Told>([
  ['recorded', 'recorded'],
  ['duplicate', 'recorded'],
  ['conflict', { dead: 'conflict' }],
  ['refused', { dead: 'refused' }],
]);

// {"code",...}
const Problem = v.object({ code: v.string() });

export function deviceGateway(options: ExchangeOptions): DeviceGateway {
  const exchange = createExchange(options);

  async function ask(call: Call): Promise<Answer | Trouble> {
    try {
      return await exchange(call);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return { trouble: 'again', reached: error.status !== undefined };
    }
  }

  return {
    async pull(since, signal) {
      const asked = performance.now();
      const query = { since: String(since) };
      const answer = await ask({ method: 'get', path: ['v1', 'sync'], query, signal });
      if ('trouble' in answer) return answer;
      const { success, output } = v.safeParse(Sync, answer.json);
      if (!success || answer.status !== 200) return troubleOf(answer);
      return { pulled: { ...output, took: performance.now() - asked } };
    },
    async tell(rows, signal) {
      const claims = rows.map(({ id, credential, step, at }) => ({ id, credential, step, at }));
      const path = ['v1', 'evidence'];
      const answer = await ask({ method: 'post', path, json: { rows: claims }, signal });
      if ('trouble' in answer) return answer;
      const { success, output } = v.safeParse(Outcomes, answer.json);
      if (!success || answer.status !== 200) return troubleOf(answer);
      return { told: outcomesOf(rows, output.rows) };
    },
  };
}

/** By ids: what the gateway says of rows that it was not told is nobody's. */
function outcomesOf(
  rows: readonly EvidenceRow[],
  answered: readonly { id: string; outcome: string }[],
): Map<string, Told> {
  const said = new Map(answered.map(({ id, outcome }) => [id, OUTCOMES.get(outcome)]));
  return new Map(
    rows.map(({ id, asked }) => {
      const told = said.get(id) ?? { dead: 'unanswered' };
      // A second use of its step is as likely our own question, whose answer was lost.
      const ours = asked === true && typeof told !== 'string' && told.dead === 'conflict';
      return [id, ours ? 'recorded' : told];
    }),
  );
}

/** A refusal is the gateway's only where it comes as one of its problems. */
function troubleOf({ status, json, retryAfter }: Answer): Trouble {
  const problem = v.is(Problem, json) ? json.code : undefined;
  if (status === 401 || status === 403) {
    return { trouble: 'signed-out', gone: problem === 'unauthorized' };
  }
  const passing = status === 408 || status === 429;
  if (problem !== undefined && status >= 400 && status < 500 && !passing) {
    return { trouble: 'rejected' };
  }
  return { trouble: 'again', reached: true, ...(retryAfter === undefined ? {} : { retryAfter }) };
}
