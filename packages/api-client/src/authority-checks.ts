// What every authority must show: a ruling only where one was given, and the right kind where not.
import type { Authority } from './authority.js';
import { failureOf, rulingOf, same, unlessLate } from './authority-outcome.js';

/**
 * What the far side of an authority does, whoever asks: rules on the code, does not know or has
 * suspended the user (by whatever answer it has for that: Authy's comes at HTTP 503); has no ruling
 * yet, or had none and since confirmed or contradicted the decision that it named; takes the
 * question and loses its answer, to the first asking or to each, or never answers; cannot be
 * reached; sends elsewhere; asks to be left alone; answers with a web page at 200, or with half a
 * yes; does not accept the key; has the user in good standing, or leaves out whether it has.
 */
export type Situation =
  | 'valid'
  | 'mismatch'
  | 'reused'
  | 'unknown-user'
  | 'suspended'
  | 'pending'
  | 'confirmed'
  | 'contradicted'
  | 'lost'
  | 'lost-once'
  | 'silent'
  | 'unreachable'
  | 'redirect'
  | 'too-many'
  | 'web-page'
  | 'half'
  | 'wrong-key'
  | 'active'
  | 'untold';

/** An authority whose far side is in a situation. */
export interface Stage {
  authority: Authority;
  user: string;
  code: string;
  /** How often the far side was asked so far. */
  asked(): number;
  /** How often that was asked to which a redirect points. */
  strayed?(): number;
}

/** Makes a fresh stage; undefined for a situation that this authority can't be in. */
export type AuthorityFactory = (
  situation: Situation,
) => Stage | undefined | Promise<Stage | undefined>;

export interface AuthorityCheck {
  /** A sentence about behaviour. */
  name: string;
  run(factory: AuthorityFactory): Promise<void>;
}

/** Situations that every authority can be in. */
const EVERYWHERE: readonly Situation[] = ['valid', 'mismatch', 'lost', 'silent', 'unreachable'];

/** And those that it must be able to be in if it has what deals with them. */
const PROMISED: { [S in Situation]?: 'repeatable' | 'settlement' } = {
  'lost-once': 'repeatable',
  pending: 'settlement',
  confirmed: 'settlement',
  contradicted: 'settlement',
};

const ID = 'decision-of-the-kit';

/** A check of each of these situations that can be; those that must be can't be left out. */
const inEach = (
  situations: readonly Situation[],
  check: (stage: Stage, situation: Situation) => Promise<void>,
): AuthorityCheck['run'] => {
  return async (factory) => {
    for (const situation of situations) {
      const stage = await factory(situation);
      if (stage) await check(stage, situation);
      else if (await mustBe(situation, factory)) throw new Error(`there is no stage: ${situation}`);
    }
  };
};

async function mustBe(situation: Situation, factory: AuthorityFactory): Promise<boolean> {
  if (EVERYWHERE.includes(situation)) return true;
  const promise = PROMISED[situation];
  return promise !== undefined && Boolean((await factory('valid'))?.authority[promise]);
}

const verify = ({ authority, user, code }: Stage, signal?: AbortSignal): Promise<unknown> =>
  authority.verify({ user, code, id: ID, ...(signal && { signal }) });

/** What became of the decision that a pending ruling names. */
async function settlementOf(stage: Stage): Promise<unknown> {
  const ruling = (await verify(stage)) as { ruling?: unknown; decision?: string };
  same('the ruling', ruling.ruling, 'pending');
  if (!stage.authority.settlement) throw new Error('a settlement is expected of who says pending');
  return stage.authority.settlement({ decision: String(ruling.decision) });
}

/** Every check of the kit, to be registered one by one in a test runner. */
export const authorityChecks: readonly AuthorityCheck[] = [
  {
    name: 'a yes is valid, asked for once',
    run: inEach(['valid'], async (stage) => {
      same('the ruling', await rulingOf(verify(stage)), { ruling: 'valid' });
      same('questions', stage.asked(), 1);
    }),
  },
  {
    name: 'a no is invalid and has its reason',
    run: inEach(['mismatch', 'reused', 'unknown-user'], async (stage, reason) => {
      same(`the ruling on ${reason}`, await rulingOf(verify(stage)), { ruling: 'invalid', reason });
    }),
  },
  {
    name: 'a suspended user is invalid, though the answer looks like an outage',
    run: inEach(['suspended'], async (stage) => {
      const no = { ruling: 'invalid', reason: 'suspended' };
      same('the ruling', await rulingOf(verify(stage)), no);
    }),
  },
  {
    name: 'pending is never a yes, and names the decision to ask for',
    run: inEach(['pending'], async (stage) => {
      const ruling = (await rulingOf(verify(stage))) as { ruling?: string; decision?: unknown };
      same('the ruling', ruling.ruling, 'pending');
      same('the type of its decision', typeof ruling.decision, 'string');
    }),
  },
  {
    name: 'a pending decision settles as the authority says',
    run: inEach(['pending', 'confirmed', 'contradicted'], async (stage, settlement) => {
      same('the settlement', await rulingOf(settlementOf(stage)), settlement);
    }),
  },
  {
    name: 'a lost reply is ambiguous, and the question is sent once',
    run: inEach(['lost'], async (stage) => {
      same('the kind', (await failureOf(verify(stage))).kind, 'ambiguous');
      same('questions', stage.asked(), 1);
    }),
  },
  {
    name: 'the same question again has the ruling that was lost, where that is promised',
    run: inEach(['lost-once'], async (stage) => {
      same('the promise', stage.authority.repeatable, true);
      same('the kind', (await failureOf(verify(stage))).kind, 'ambiguous');
      same('the ruling', await rulingOf(verify(stage)), { ruling: 'valid' });
    }),
  },
  {
    name: 'what was never sent is down',
    run: inEach(['unreachable'], async (stage) => {
      same('the kind', (await failureOf(verify(stage))).kind, 'down');
      same('questions', stage.asked(), 0);
    }),
  },
  {
    name: 'a redirect is refused, and followed by nobody',
    run: inEach(['redirect'], async (stage) => {
      same('the kind', (await failureOf(verify(stage))).kind, 'refused');
      same('questions elsewhere', stage.strayed?.(), 0);
    }),
  },
  {
    name: 'too many questions are refused, so that a flood of them opens nothing',
    run: inEach(['too-many'], async (stage) => {
      same('the kind', (await failureOf(verify(stage))).kind, 'refused');
      same('questions', stage.asked(), 1);
    }),
  },
  {
    name: 'a wrong key is refused, and not taken for a wrong code',
    run: inEach(['wrong-key'], async (stage) => {
      same('the kind', (await failureOf(verify(stage))).kind, 'refused');
    }),
  },
  {
    name: 'a web page or half an answer is ambiguous, and never down',
    run: inEach(['web-page', 'half'], async (stage, situation) => {
      same(`the kind of ${situation}`, (await failureOf(verify(stage))).kind, 'ambiguous');
    }),
  },
  {
    name: 'an abort that came first sends nothing and is no ruling',
    run: inEach(['valid'], async (stage) => {
      await failureOf(verify(stage, AbortSignal.abort()));
      same('questions', stage.asked(), 0);
    }),
  },
  {
    name: 'an abort ends a question under way, which stays ambiguous',
    run: inEach(['silent'], async (stage) => {
      const signal = AbortSignal.timeout(100);
      same('the kind', (await failureOf(unlessLate(verify(stage, signal)))).kind, 'ambiguous');
    }),
  },
  {
    name: 'a user is active, suspended or unknown as the authority says',
    run: inEach(['active', 'suspended', 'unknown-user'], async ({ authority, user }, situation) => {
      const standing = situation === 'unknown-user' ? 'unknown' : situation;
      same(`the standing of ${situation}`, await rulingOf(authority.status({ user })), standing);
    }),
  },
  {
    name: 'a user is not active for want of an answer',
    run: inEach(['untold', 'lost', 'web-page', 'unreachable'], async ({ authority, user }) => {
      await failureOf(authority.status({ user }));
    }),
  },
  {
    name: 'a decision is not settled for want of an answer',
    run: inEach(['lost', 'web-page', 'unreachable', 'wrong-key'], async ({ authority }) => {
      if (authority.settlement) await failureOf(authority.settlement({ decision: ID }));
    }),
  },
  {
    name: 'no failure quotes the code or the user',
    run: inEach(['lost', 'unreachable', 'wrong-key', 'too-many'], async (stage, situation) => {
      const { told } = await failureOf(verify(stage));
      const quoted = [stage.code, stage.user].some((secret) => told.includes(secret));
      same(`what ${situation} quotes`, quoted, false);
    }),
  },
];

/**
 * Runs the whole kit. Rejects with an AggregateError that names every check that failed.
 *
 * @example
 * await testAuthority((situation) => stageOfMyAuthority(situation));
 */
export async function testAuthority(factory: AuthorityFactory): Promise<void> {
  const failures: Error[] = [];
  for (const { name, run } of authorityChecks) {
    await run(factory).catch((cause) => failures.push(new Error(name, { cause })));
  }
  if (failures.length === 0) return;
  const names = failures.map(({ message, cause }) => `- ${message}: ${(cause as Error).message}`);
  throw new AggregateError(failures, `${failures.length} checks failed:\n${names.join('\n')}`);
}
