/** What anchors the audit log of a Node server, now and then and at its end. */
import type { Anchor, Audit } from './audit.js';

export interface Anchoring {
  /** Anchors once more and resolves; nothing is anchored after that. */
  stop(): Promise<void>;
}

/** `every` in milliseconds. An anchor that fails leaves all to the next. */
export function startAnchoring(
  audit: Audit,
  { every = 3_600_000, tell = () => {} }: { every?: number; tell?: (anchor: Anchor) => void } = {},
): Anchoring {
  async function anchor(): Promise<void> {
    try {
      const end = await audit.anchor();
      if (end) tell(end);
    } catch {
      // What grew since the last anchor is still to be found.
    }
  }
  const timer = setInterval(() => void anchor(), every);
  (timer as { unref?: () => void }).unref?.();
  return {
    async stop() {
      clearInterval(timer);
      await anchor();
    },
  };
}
