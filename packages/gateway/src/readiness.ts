/** Whether a gateway can serve now: its stores answer, and its clock may be believed. */
import type { CircuitState } from './breaker.js';
import type { Parts } from './parts.js';

export interface Readiness {
  status: 'ready' | 'not-ready';
  stores: 'answering' | 'not-answering';
  clock: 'safe' | 'unsafe' | 'unknown';
  /** Only in `proxy`; an authority that is left alone makes nobody unready. */
  breaker?: CircuitState;
}

/** Milliseconds that an answer is good for: strangers may ask, and each costs statements. */
const LASTS = 1000;

export function createReadiness(parts: Parts): () => Promise<Readiness> {
  let last: { at: number; state: Promise<Readiness> } | undefined;
  return () => {
    const at = performance.now();
    if (!last || at - last.at >= LASTS) last = { at, state: look(parts) };
    return last.state;
  };
}

async function look(parts: Parts): Promise<Readiness> {
  const { policy, clock, breaker } = parts;
  const late = AbortSignal.timeout(policy.liveDeadline);
  const ended = new Promise<false>((resolve) => {
    late.addEventListener('abort', () => resolve(false), { once: true });
  });
  const [answering, state] = await Promise.all([
    Promise.race([isAnswering(parts), ended]),
    clock.read().then(
      (read) => read.state,
      () => 'unsafe' as const,
    ),
  ]);
  const isSafe = state === 'safe' || (state === 'unknown' && policy.clock !== 'witnessed');
  return {
    status: answering && isSafe ? 'ready' : 'not-ready',
    stores: answering ? 'answering' : 'not-answering',
    clock: state,
    ...(breaker ? { breaker: breaker.state() } : {}),
  };
}

/** Each may be on an engine of its own. */
async function isAnswering({ stores, recorder }: Parts): Promise<boolean> {
  try {
    await Promise.all([
      stores.check(),
      stores.accounts.list({ limit: 1 }),
      stores.ledger.state('readyz'),
      recorder.engine.list({ kind: 'event', limit: 1 }),
    ]);
    return true;
  } catch {
    return false;
  }
}
