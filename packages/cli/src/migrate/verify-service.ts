/** Twilio Verify v2 as the place where seeds go: a verified factor for each person. */
import {
  AuthyError,
  createTwilioVerifyClient,
  moveSeed,
  type TwilioVerifyClient,
} from '@driftlock/api-client';
import { importKey, totp } from '@driftlock/totp-core';
import { misused } from '../cli-error.js';
import type { NewAccount } from '../enrolment/destination.js';
import type { World } from '../verb.js';
import type { Arrived, Place } from './migration.js';

/** What Verify calls a person: it wants no personal data in it. */
export const IDENTITY: RegExp = /^[A-Za-z\d-]{8,64}$/;

const TRIES = 6;
/** Milliseconds, doubled each time; Verify says how long only now and then. */
const WAIT = { first: 500, most: 30_000 };

export function openVerify({ env, now }: World): Place {
  const client = clientOf(env);
  return {
    name: `Twilio Verify, service ${env.TWILIO_VERIFY_SERVICE_SID}`,
    async bring({ id, secret }) {
      for (let attempt = 0; attempt < TRIES; attempt++) {
        try {
          return await moved(client, { id, secret }, now);
        } catch (error) {
          if (!(error instanceof AuthyError)) throw error;
          if (error.authyCode === '20003') misused('TWILIO_AUTH_TOKEN does not open this account');
          if (error.kind === 'refused' && !error.retriable && error.status !== 429)
            return 'unanswered';
          const wait =
            (error.retryAfter ?? 0) * 1000 || Math.min(WAIT.most, WAIT.first * 2 ** attempt);
          await new Promise((resolve) => setTimeout(resolve, wait));
        }
      }
      return 'unanswered';
    },
    close: async () => {},
  };
}

async function moved(
  client: TwilioVerifyClient,
  { id: identity, secret }: NewAccount,
  now: () => number,
): Promise<Arrived> {
  const key = importKey(secret);
  try {
    const code = () => totp(key, { at: now() });
    const answer = await moveSeed(client, { identity, secret, friendlyName: identity, code });
    if (answer.moved) return { account: identity, outcome: answer.already ? 'there' : 'moved' };
    // Locked after five wrong codes: the next run begins a factor anew.
    if (answer.reason === 'locked' || answer.reason === 'unknown-factor') return 'unanswered';
    return { account: identity, outcome: answer.reason === 'mismatch' ? 'unproven' : 'refused' };
  } finally {
    key.destroy();
  }
}

function clientOf(env: World['env']): TwilioVerifyClient {
  const [accountSid, authToken, serviceSid] = [
    'TWILIO_ACCOUNT_SID',
    'TWILIO_AUTH_TOKEN',
    'TWILIO_VERIFY_SERVICE_SID',
  ].map((name) => env[name] || misused(`migrate verify needs ${name}`));
  const baseUrl = env.TWILIO_VERIFY_URL || undefined;
  try {
    return createTwilioVerifyClient({
      ...{ accountSid: accountSid ?? '', authToken: authToken ?? '', serviceSid: serviceSid ?? '' },
      retry: 0,
      ...(baseUrl ? { baseUrl } : {}),
    });
  } catch {
    return misused(
      'TWILIO_ACCOUNT_SID, TWILIO_VERIFY_SERVICE_SID or TWILIO_VERIFY_URL is malformed',
    );
  }
}
