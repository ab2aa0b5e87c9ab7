/** A check says what holds and throws what does not; it knows neither a test framework nor a runtime. */

/** What the checks are run against: one loopback server, made anew for every runtime. */
export interface Place {
  /** Of that server, without a slash at the end: also the page's own, in a browser. */
  origin: string;
}

export type Where = 'page' | 'no page';

export interface Check {
  /** A sentence about behaviour. */
  title: string;
  /** Where it holds: in a page, with its elements and its IndexedDB, or where there is none. @default in both */
  only?: Where;
  run(place: Place): Promise<void> | void;
}

/** Throws where two plain JSON values differ; the order of keys does not count. */
export function same(what: string, seen: unknown, expected: unknown): void {
  const [a, b] = [canonical(seen), canonical(expected)];
  if (a !== b) throw new Error(`${what}: expected ${b}, saw ${a}`);
}

/** What the work threw, its name and code in words; `nothing` where it threw nothing. */
export async function thrownBy(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'nothing';
  } catch (error) {
    const { name, code, kind } = error as Record<'name' | 'code' | 'kind', string | undefined>;
    return [name, code, kind].filter((part) => typeof part === 'string').join(' ');
  }
}

function canonical(value: unknown): string {
  const sorted = (_: string, inner: unknown): unknown =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner;
  return JSON.stringify(value, sorted) ?? 'undefined';
}
