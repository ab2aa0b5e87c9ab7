// How a check of the kit looks at an outcome: what was answered, or how the asking failed.

/** What was answered; fails the check where an error was thrown instead. */
export async function rulingOf(call: Promise<unknown>): Promise<unknown> {
  return call.catch((cause) => {
    throw new Error(`expected an answer, saw ${String(cause)}`, { cause });
  });
}

/** How the asking failed; fails the check where there was an answer, or an error without a kind. */
export async function failureOf(call: Promise<unknown>): Promise<{ kind: string; told: string }> {
  const outcome = await call.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  );
  if ('answer' in outcome) throw new Error(`expected no answer, saw ${show(outcome.answer)}`);
  const { kind } = Object(outcome.error) as { kind?: unknown };
  if (kind !== 'down' && kind !== 'ambiguous' && kind !== 'refused') {
    throw new Error(`expected an error with a kind, saw ${String(outcome.error)}`);
  }
  return { kind, told: everythingTold(outcome.error) };
}

/** Everything a log could print of an error and its causes. */
function everythingTold(error: unknown, depth = 8): string {
  if (!(error instanceof Error) || depth === 0) return show(error);
  const own = Object.entries(error).map(([name, value]) => `${name} ${show(value)}`);
  return [error.stack, error.message, ...own, everythingTold(error.cause, depth - 1)].join('\n');
}

const show = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
};

/** Fails the check where an authority does not heed its signal. */
export function unlessLate<T>(call: Promise<T>): Promise<T> {
  const late = AbortSignal.timeout(3000);
  return Promise.race([
    call,
    new Promise<never>((_, reject) => {
      late.addEventListener('abort', () => reject(new Error('an abort was not heeded')));
    }),
  ]);
}

/** Fails the check where two values of plain JSON differ. */
export function same(what: string, seen: unknown, expected: unknown): void {
  const [a, b] = [sorted(seen), sorted(expected)];
  if (a !== b) throw new Error(`${what}: expected ${b}, saw ${a}`);
}

const sorted = (value: unknown): string =>
  show(
    Object(value) === value ? Object.fromEntries(Object.entries(value as object).sort()) : value,
  );
