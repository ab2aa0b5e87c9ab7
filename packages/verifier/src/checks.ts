/** A conformance kit is a list of named checks; each gets a fresh engine and throws what it saw. */

export interface Check<Engine> {
  /** A sentence about behaviour. */
  name: string;
  run(factory: () => Engine | Promise<Engine>): Promise<void>;
}

/** Runs every check; throws an AggregateError that names those that failed. */
export async function runChecks<Engine>(
  checks: Check<Engine>[],
  factory: () => Engine | Promise<Engine>,
): Promise<void> {
  const failures: Error[] = [];
  for (const { name, run } of checks) {
    try {
      await run(factory);
    } catch (cause) {
      failures.push(new Error(name, { cause }));
    }
  }
  if (failures.length === 0) return;
  const names = failures.map(({ message }) => `- ${message}`).join('\n');
  throw new AggregateError(failures, `${failures.length} checks failed:\n${names}`);
}

/** Throws where two plain JSON values differ; the order of keys does not count. */
export function same(what: string, seen: unknown, expected: unknown): void {
  const [a, b] = [canonical(seen), canonical(expected)];
  if (a !== b) throw new Error(`${what}: expected ${b}, saw ${a}`);
}

function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      inner && typeof inner === 'object' && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? 'undefined'
  );
}
