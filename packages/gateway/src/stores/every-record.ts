/** Records of an engine one after the other, however many there are. */
import type { Listed, Page, Records } from './engine.js';

/** Those that match, in the order of their keys; `limit` of them are read at a time. */
export async function* everyRecord(engine: Records, which: Page): AsyncGenerator<Listed> {
  let { after } = which;
  for (;;) {
    const page = await engine.list({ ...which, ...(after === undefined ? {} : { after }) });
    yield* page;
    after = page.at(-1)?.key;
    if (page.length < which.limit) return;
  }
}
