/** The suite: every check, and what came of each in the runtime that ran it. */
import { API_CLIENT } from './api-client.js';
import { BROWSER } from './browser.js';
import type { Check, Place, Where } from './check.js';
import { GATEWAY } from './gateway.js';
import { OTP_FIELD } from './otp-field.js';
import { TABS } from './tabs.js';
import { TOTP_CORE } from './totp-core.js';
import { VERIFIER } from './verifier.js';

export const SUITE: readonly Check[] = [
  ...TOTP_CORE,
  ...API_CLIENT,
  ...VERIFIER,
  ...BROWSER,
  ...OTP_FIELD,
  ...TABS,
  ...GATEWAY,
];

/** What came of one check; `absent` where it is about another kind of runtime. */
export interface Result {
  title: string;
  outcome: 'passed' | 'failed' | 'absent';
  /** Why it failed. */
  error?: string;
}

/** Milliseconds a check may take. */
const PATIENCE = 15_000;

/** Runs every check, one after the other, and posts what came of them to the place itself. */
export async function runSuite(place: Place): Promise<void> {
  const where: Where = globalThis.document ? 'page' : 'no page';
  const results: Result[] = [];
  for (const { title, only = where, run } of SUITE) {
    results.push(only === where ? await resultOf(title, () => run(place)) : absent(title));
  }
  const body = JSON.stringify(results);
  await fetch(`${place.origin}/report`, { method: 'POST', body });
}

function absent(title: string): Result {
  return { title, outcome: 'absent' };
}

async function resultOf(title: string, run: () => Promise<void> | void): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it takes too long')), PATIENCE);
  });
  try {
    await Promise.race([(async () => run())(), late]);
    return { title, outcome: 'passed' };
  } catch (error) {
    return { title, outcome: 'failed', error: said(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** What an error and those behind it say; runtimes print stacks each in their own way. */
function said(error: unknown, depth = 3): string {
  if (!(error instanceof Error)) return String(error);
  const { name, message, cause } = error;
  const behind = cause === undefined || depth === 0 ? '' : ` (${said(cause, depth - 1)})`;
  return `${name}: ${message}${behind}`;
}
