// An audit log in memory whose clock is the test's, and what is done to its records behind its back.
import { createHash } from 'node:crypto';
import { createAudit } from '../../src/audit/audit.js';
import { keyOf } from '../../src/audit/entry.js';
import { memoryEngine } from '../../src/engines/memory.js';
import type { Engine, Place } from '../../src/stores/engine.js';

export const AT = 1_800_000_000_000;

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function createLog(engine: Engine = memoryEngine()) {
  const clock = { at: AT };
  const audit = createAudit({ engine, now: () => clock.at });
  const place = (account: string, seq: number): Place => ({
    kind: 'event',
    key: keyOf({ account, seq }),
  });
  return {
    engine,
    clock,
    audit,
    /** Entries of no interest, one a second. */
    async fill(account: string, entries: number): Promise<void> {
      for (let i = 0; i < entries; i++) {
        clock.at += 1000;
        await audit.append(account, { type: 'latched', id: `${account}-${i}` });
      }
    },
    async text(account: string, seq: number): Promise<string> {
      return (await engine.read(place(account, seq)))?.value ?? '';
    },
    /** Puts another text in an entry's place, or nothing. */
    async put(account: string, seq: number, value?: string): Promise<void> {
      const cell = await engine.read(place(account, seq));
      const from = cell ? { from: cell.version } : {};
      const to = value === undefined ? {} : { to: { value, version: crypto.randomUUID() } };
      await engine.swap(place(account, seq), { ...from, ...to });
    },
  };
}

export type Log = ReturnType<typeof createLog>;

/** An entry's text changed, and its hash made to fit. */
export function rehashed(text: string, change: (covered: string) => string): string {
  const covered = change(`${text.slice(0, text.lastIndexOf(',"hash":'))}}`);
  return `${covered.slice(0, -1)},"hash":"${sha256(covered)}"}`;
}
