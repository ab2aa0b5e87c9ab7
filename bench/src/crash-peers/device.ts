/** What keeps rows for a server on a device: ours, or a peer. */
import type { State } from '../crash-browser/line.js';
import type { Mortal } from '../crash-browser/mortal.js';

export interface Device {
  /** What the next requests meet. */
  line: State;
  /** What the server was told, each time; whether it took it for news. */
  readonly arrived: readonly { id: string; took: boolean }[];
  open(life: Mortal): Promise<Tab>;
  /** What is on the disk. */
  kept(): Promise<string[]>;
}

/** A page or a worker that lives as long as its `life`. */
export interface Tab {
  /** Resolves with the row's id once the user is told that it is safe; without one if they are told that it is not. */
  keep(): Promise<string | undefined>;
  /** What happens as the network is back, or the page is looked at again. */
  drain(): Promise<void>;
  /** What only its memory knows. */
  remembered?(): string[];
  close(): void | Promise<void>;
}
