/** Who is calling, as `@hono/node-server` tells it. */
import type { Incoming } from './params.js';

/** The part of its bindings the emulator looks at. */
export interface Caller {
  incoming?: Incoming & { socket?: { remoteAddress?: string | undefined } };
}
