/** The audit log read from its engine: all of it chain by chain, or a stretch of time. */
import type { Listed, Records } from '../stores/engine.js';
import { everyRecord } from '../stores/every-record.js';

/** Milliseconds that a writer may be late, or its clock behind or ahead. */
export const LATE = 30_000;
const PAGE = { kind: 'event', limit: 500 } as const;

/** Every record after a key, in order of keys: chain by chain, each from its newest entry. */
export async function* wholeLog(engine: Records, after?: string): AsyncGenerator<Listed> {
  yield* everyRecord(engine, { ...PAGE, ...(after === undefined ? {} : { after }) });
}

/** What was written in one slice of time, in no order that means anything. */
export async function* sliceAt(engine: Records, slice: number): AsyncGenerator<Listed> {
  yield* everyRecord(engine, { ...PAGE, group: String(slice) });
}
