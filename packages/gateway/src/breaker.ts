/** A circuit breaker around an authority: what can't be reached is left alone for a while. */
import { type Authority, AuthyError } from '@driftlock/api-client';

export interface BreakerOptions {
  /** Questions in a row that provably never arrived, until the circuit opens. @default 3 */
  failures?: number;
  /** Milliseconds until the first probe; doubled by each that fails. @default 1000 */
  wait?: number;
  /** Milliseconds, the most that the wait grows to. @default 30000 */
  longest?: number;
  /** From 0 up to 1; spreads the probes of many gateways over the second half of a wait. @default Math.random */
  random?: () => number;
}

export interface Settings extends BreakerOptions {
  /** Milliseconds a probe may take before another is let through. */
  deadline: number;
  /** Unix milliseconds. */
  now: () => number;
}

/** `half-open`: the next question is let through, as a probe. */
export type CircuitState = 'closed' | 'open' | 'half-open';

export interface Breaker {
  /** Asks the authority it was made from, or throws an error of kind `down` without asking. */
  authority: Authority;
  /** For readiness; looking changes nothing. */
  state(): CircuitState;
}

/**
 * Makes one circuit for all accounts. It opens on failures of kind `down` alone: those are nobody's
 * to bring about by what they type. Any answer closes it. Throws a TypeError for options that are none.
 *
 * @example
 * const { authority, state } = createBreaker(authyAuthority(client), { deadline: 2000, now: Date.now });
 */
export function createBreaker(authority: Authority, settings: Settings): Breaker {
  const circuit = createCircuit(settings);
  async function guarded<T>(ask: () => Promise<T>): Promise<T> {
    const probing = circuit.enter();
    try {
      const answer = await ask();
      circuit.reached();
      return answer;
    } catch (error) {
      if (provesContact(error)) circuit.reached();
      else circuit.failed({ down: kindOf(error) === 'down', probing });
      throw error;
    }
  }
  return {
    state: circuit.state,
    authority: {
      verify: (question) => guarded(async () => authority.verify(question)),
      status: (question) => guarded(async () => authority.status(question)),
      ...(authority.settlement && {
        settlement: (question) => guarded(async () => authority.settlement?.(question) as never),
      }),
      ...(authority.repeatable === undefined ? {} : { repeatable: authority.repeatable }),
    },
  };
}

interface Open {
  /** How long the current wait is, before it is spread. */
  wait: number;
  /** The instant from which a probe is let through. */
  until: number;
}

function createCircuit(settings: Settings) {
  const { failures = 3, wait = 1000, longest = 30_000, random = Math.random } = settings;
  const { deadline, now } = settings;
  for (const [name, value] of Object.entries({ failures, wait, longest })) {
    if (!(value >= 1 && value < Infinity)) throw new TypeError(`breaker.${name} must be 1 or more`);
  }
  let inARow = 0;
  let open: Open | undefined;
  const opened = (next: number): Open => {
    const bounded = Math.min(next, longest);
    return { wait: bounded, until: now() + bounded / 2 + (bounded / 2) * random() };
  };
  return {
    state: (): CircuitState => (open ? (open.until > now() ? 'open' : 'half-open') : 'closed'),
    /** Lets a question through and names the wait that it ends as its probe, or throws. */
    enter(): Open | undefined {
      if (!open) return undefined;
      // A clock that was set back would make the wait endless.
      open.until = Math.min(open.until, now() + Math.max(longest, deadline));
      const remaining = open.until - now();
      if (remaining > 0) throw notAsked(remaining);
      // Until the probe has failed or is overdue, nobody else is let through.
      open = { wait: open.wait, until: now() + deadline };
      return open;
    },
    reached(): void {
      inARow = 0;
      open = undefined;
    },
    failed({ down, probing }: { down: boolean; probing: Open | undefined }): void {
      if (!open) {
        inARow = down ? inARow + 1 : inARow;
        if (inARow >= failures) open = opened(wait);
      } else if (probing === open) {
        open = opened(down ? open.wait * 2 : open.wait);
      }
    },
  };
}

function kindOf(error: unknown): unknown {
  return (error as { kind?: unknown } | null | undefined)?.kind;
}

/** An HTTP status is an answer; of what has none, nobody knows whether it arrived. */
function provesContact(error: unknown): boolean {
  const { status } = (error ?? {}) as { status?: unknown };
  return kindOf(error) !== 'down' && typeof status === 'number';
}

function notAsked(remaining: number): AuthyError {
  return new AuthyError('The authority could not be reached a moment ago and was not asked', {
    kind: 'down',
    retriable: true,
    retryAfter: Math.ceil(remaining / 1000),
  });
}
