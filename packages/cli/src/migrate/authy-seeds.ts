/** Seeds as Authy exports them, each proved by the code that comes with it. */
import { AuthyError, createAuthyClient } from '@driftlock/api-client';
import { importKey, TotpError, verify } from '@driftlock/totp-core';
import { CliError, misused } from '../cli-error.js';
import type { World } from '../verb.js';
import type { Outcome } from './outcome.js';
import type { Pace } from './pace.js';

export type Exported =
  | { outcome: 'exported'; secret: string }
  | {
      outcome: Extract<
        Outcome,
        'app-token' | 'unknown-user' | 'suspended' | 'unproven' | 'refused'
      >;
    }
  /** Nothing usable was answered, several times over: asked again by the next run. */
  | { outcome: 'unanswered' };

export interface Seeds {
  of(user: string): Promise<Exported>;
}

type Authy = ReturnType<typeof createAuthyClient>;

const TRIES = 8;
/** Seconds, where Authy does not say; doubled each time. */
const WAIT = { first: 0.5, most: 60 };
/** Steps of 30 s: ten minutes each way, for clocks that are wrong and are not what is proved here. */
const FAR = { backward: 20, forward: 20 };

export function authySeeds({ env, now }: World, pace: Pace): Seeds {
  const apiKey = env.DRIFTLOCK_UPSTREAM_KEY;
  if (!apiKey) misused('migrate needs DRIFTLOCK_UPSTREAM_KEY, the key of your Authy');
  const authy = clientOf(apiKey, env.DRIFTLOCK_UPSTREAM || undefined);
  return {
    async of(user) {
      const exported = await asked(pace, () => authy.users.exportSeed({ user }));
      if (exported === 'unanswered') return { outcome: exported };
      // Which code it has for users without a seed of their own, Authy never wrote down.
      if (exported === 'refused') return standingOf(authy, { user, pace });
      if (exported.exported) return { outcome: provenBy(exported, now()), ...exported };
      if (exported.reason === 'not-enabled') {
        const message =
          'Authy exports no seeds of this application yet: its support switches that on';
        throw new CliError('ERR_SERVER', message);
      }
      return standingOf(authy, { user, pace });
    },
  };
}

function clientOf(apiKey: string, baseUrl: string | undefined): Authy {
  try {
    return createAuthyClient({ apiKey, retry: 0, ...(baseUrl ? { baseUrl } : {}) });
  } catch {
    return misused('DRIFTLOCK_UPSTREAM takes an https address, and its key is visible ASCII');
  }
}

/** Nothing to export: because they are none, or because they use Authy's own app. */
async function standingOf(
  authy: Authy,
  { user, pace }: { user: string; pace: Pace },
): Promise<Exported> {
  const found = await asked(pace, () => authy.users.status({ user }));
  if (found === 'unanswered' || found === 'refused') return { outcome: 'unanswered' };
  if (!found.known) return { outcome: 'unknown-user' };
  return { outcome: found.suspended ? 'suspended' : 'app-token' };
}

function provenBy(
  { secret, otp }: { secret: string; otp?: string },
  at: number,
): 'exported' | 'unproven' | 'refused' {
  try {
    const key = importKey(secret);
    try {
      const isProven = otp !== undefined && verify(key, otp, { at, window: FAR }).valid;
      return isProven ? 'exported' : 'unproven';
    } finally {
      key.destroy();
    }
  } catch (error) {
    if (error instanceof TotpError) return 'refused';
    throw error;
  }
}

/** Both questions only read, so they are asked again whatever became of the answer. */
async function asked<T>(pace: Pace, ask: () => Promise<T>): Promise<T | 'refused' | 'unanswered'> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    await pace.turn();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof AuthyError)) throw error;
      if (error.authyCode === '60001')
        misused('DRIFTLOCK_UPSTREAM_KEY is not the key of this Authy');
      const { retriable, kind, status, authyCode } = error;
      const ruled = kind === 'refused' && authyCode !== undefined && status !== 429;
      if (ruled && !retriable) return 'refused';
      pace.hold(error.retryAfter ?? waitAfter(attempt));
    }
  }
  return 'unanswered';
}

/** With jitter, so that several who were refused together do not come back together. */
function waitAfter(attempt: number): number {
  return Math.min(WAIT.most, WAIT.first * 2 ** attempt) * (0.5 + Math.random() / 2);
}
