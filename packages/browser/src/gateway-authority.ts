/** Our own gateway as the authority: over HTTP, with a device's token and nobody's API key. */
import type { Authority, Ruling, UserStatus } from '@driftlock/verifier';
import * as v from 'valibot';
import type { Answer } from './gateway-answer.js';
import { GatewayError } from './gateway-error.js';
import {
  type Call,
  checkedToken,
  createExchange,
  type ExchangeOptions,
} from './gateway-exchange.js';

export interface GatewayAuthorityOptions extends Omit<ExchangeOptions, 'token'> {
  /** One for everybody, or the one of each user; nothing is asked for a user that has none. */
  token: string | ((user: string) => string | undefined | Promise<string | undefined>);
}

export interface GatewayAuthority extends Authority {
  /** The gateway knows a repeat by its Idempotency-Key. */
  readonly repeatable: true;
  settlement: NonNullable<Authority['settlement']>;
  /** True Unix milliseconds as this resolves; for `clock.witness`, at once. */
  witness(options?: { signal?: AbortSignal }): Promise<{ min: number; max: number }>;
}

type Pending = Awaited<ReturnType<GatewayAuthority['settlement']>>;

const Name = v.pipe(v.string(), v.nonEmpty());

// {"id","accepted":true,"standing",...} or {"id","accepted":false,"reason","retryAfter"?,...}
const Accepted = v.object({
  id: Name,
  accepted: v.literal(true),
  standing: v.picklist(['confirmed', 'provisional']),
  settlement: v.optional(v.picklist(['confirmed', 'contradicted', 'ambiguous', 'lapsed'])),
});
const Rejected = v.object({
  id: Name,
  accepted: v.literal(false),
  reason: v.string(),
  retryAfter: v.optional(v.pipe(v.number(), v.minValue(0))),
});
const Decision = v.variant('accepted', [Accepted, Rejected]);

// {"id","status",...}; an account that is none: 404 {"code":"no-such-account",...}
const Account = v.object({ id: Name, status: v.picklist(['active', 'suspended', 'unknown']) });
const NoAccount = v.object({ code: v.literal('no-such-account') });

// {"now"}
const Time = v.object({ now: v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15)) });

/** Decisions that rule on the code; with every other reason the gateway had no ruling either. */
const DENIALS = new Map<string, Extract<Ruling, { ruling: 'invalid' }>['reason']>([
  ['mismatch', 'mismatch'],
  ['malformed', 'mismatch'],
  ['replayed', 'reused'],
  ['suspended', 'suspended'],
  ['unknown-user', 'unknown-user'],
]);

/**
 * The gateway as an authority. Only a decision that stands confirmed is a yes; a provisional one is
 * `pending`. Throws `GatewayError` where no ruling was had, TypeError for options that are none.
 *
 * @example
 * const gateway = gatewayAuthority({ baseUrl: 'https://gateway.example', token });
 * await gateway.verify({ user: 'ana', code: '287082', id: crypto.randomUUID() });
 */
export function gatewayAuthority(options: GatewayAuthorityOptions): GatewayAuthority {
  const { token, ...others } = options;
  const each = typeof token === 'function' ? token : undefined;
  const one = createExchange(each ? others : { ...others, token: checkedToken(token) });

  /** In the name of a user. */
  async function ask(user: string | undefined, call: Call): Promise<Answer> {
    if (!each) return one(call);
    const own = user === undefined ? undefined : await each(user);
    // No outage: nothing may be accepted here because it is missing.
    if (!own) throw new GatewayError('refused');
    return createExchange({ ...others, token: own })(call);
  }

  return {
    repeatable: true,
    async verify({ user, code, id, signal }) {
      const path = ['v1', 'accounts', user, 'verify'];
      const headers = { 'Idempotency-Key': id };
      return rulingOf(await ask(user, { method: 'post', path, headers, json: { code }, signal }));
    },
    async status({ user, signal }) {
      const path = ['v1', 'accounts', user];
      return statusOf(await ask(user, { method: 'get', path, signal }), user);
    },
    async settlement({ user, decision, signal }) {
      const path = ['v1', 'decisions', decision];
      return settlementOf(await ask(user, { method: 'get', path, signal }), decision);
    },
    async witness({ signal } = {}) {
      const asked = performance.now();
      const answer = await one({ method: 'get', path: ['v1', 'time'], signal });
      const { now } = expect(Time, answer);
      return { min: now, max: now + performance.now() - asked };
    },
  };
}

/** 200, or 429 and 503 with the decision as body; a yes comes with 200 alone. */
function rulingOf(answer: Answer): Ruling {
  const { success, output } = v.safeParse(Decision, answer.json);
  if (!success || ![200, 429, 503].includes(answer.status)) throw unusable(answer);
  if (output.accepted) return acceptedRuling(output, answer);
  const reason = DENIALS.get(output.reason);
  if (reason) return { ruling: 'invalid', reason };
  const { retryAfter = output.retryAfter, status } = answer;
  throw new GatewayError('refused', { status, retryAfter });
}

function acceptedRuling(
  { id, standing, settlement = 'confirmed' }: v.InferOutput<typeof Accepted>,
  answer: Answer,
): Ruling {
  if (answer.status !== 200) throw refused(answer);
  if (standing === 'confirmed' && settlement === 'confirmed') return { ruling: 'valid' };
  return { ruling: 'pending', decision: id };
}

function statusOf(answer: Answer, user: string): UserStatus {
  // A page that is missing says nothing about an account.
  if (answer.status === 404 && v.is(NoAccount, answer.json)) return 'unknown';
  const { id, status } = expect(Account, answer);
  if (id !== user) throw refused(answer);
  return status;
}

function settlementOf(answer: Answer, decision: string): Pending {
  const { id, standing, settlement } = expect(Accepted, answer);
  if (id !== decision) throw refused(answer);
  return settlement ?? (standing === 'confirmed' ? 'confirmed' : 'pending');
}

function expect<Schema extends v.GenericSchema>(
  schema: Schema,
  answer: Answer,
): v.InferOutput<Schema> {
  const { success, output } = v.safeParse(schema, answer.json);
  if (!success || answer.status !== 200) throw unusable(answer);
  return output;
}

/** An answer without what was asked for. First match wins. */
function unusable(answer: Answer): GatewayError {
  const { status, json } = answer;
  const decided = typeof json === 'object' && json !== null && 'accepted' in json;
  if (decided || status < 200 || (status >= 300 && status < 500)) return refused(answer);
  if (status === 503) return new GatewayError('down', answer);
  if (status === 502 || status === 504) return new GatewayError('ambiguous', answer);
  return json === undefined ? new GatewayError('ambiguous', answer) : refused(answer);
}

function refused(answer: Answer): GatewayError {
  return new GatewayError('refused', answer);
}
