/** The audit log read from its engine: all of it chain by chain, or a stretch of time. */
import type { Listed, Records } from '../stores/engine.js';

/** Milliseconds that a writer may be late, or its clock behind or ahead. */
export const LATE = 30_000;
const PAGE = 500;

/** Every record after a key, in order of keys: chain by chain, each from its newest entry. */
export async function* wholeLog(engine: Records, after?: string): AsyncGenerator<Listed> {
  yield* paged(engine, after === undefined ? {} : { after });
}

/** What was written in one slice of time, in no order that means anything. */
export async function* sliceAt(engine: Records, slice: number): AsyncGenerator<Listed> {
  yield* paged(engine, { group: String(slice) });
}

async function* paged(
  engine: Records,
  which: { group?: string; after?: string },
): AsyncGenerator<Listed> {
  let { after } = which;
  for (;;) {
    const from = after === undefined ? {} : { after };
    const page = await engine.list({ kind: 'event', ...which, ...from, limit: PAGE });
    yield* page;
    after = page.at(-1)?.key;
    if (page.length < PAGE) return;
  }
}
