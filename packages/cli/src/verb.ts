/** What a verb of the command is, and the world it may touch. */
import type { Options } from './arguments.js';
import type { Exit } from './exit.js';

export interface Verb {
  /** What `--help` prints. */
  help: string;
  /** What it takes beside `--help`. */
  options: Options;
  /** One of these comes before them, as in `migrate authy`. @default no word */
  words?: readonly string[];
  run(args: string[], world: World): Promise<Exit>;
}

/** Everything a verb reads and writes; tests pass their own. */
export interface World {
  stdin: AsyncIterable<Uint8Array>;
  out(text: string): void;
  err(text: string): void;
  env: Record<string, string | undefined>;
  /** Unix milliseconds. */
  now(): number;
  /** Whether `out` shows colours. */
  colors: boolean;
  /** Whether `err` is a terminal, where a line can be written over. */
  terminal: boolean;
}
