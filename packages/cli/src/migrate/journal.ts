/** What became of each person, on the disk before the next is asked about: a run that is killed goes on. */
import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { misused } from '../cli-error.js';
import { isOutcome, type Outcome } from './outcome.js';
import type { Person } from './people.js';

export interface Entry extends Person {
  outcome: Outcome;
}

export interface Journal {
  /** By Authy id. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** Returns once the entry is on the disk. */
  write(entry: Entry): void;
  close(): void;
}

/** Made where there is none; only for its owner, though no seed is in it. */
export function openJournal(file: string, { to }: { to: string }): Journal {
  const opened = open(file);
  const text = readFileSync(opened, 'utf8');
  const head = `${JSON.stringify({ migration: 1, to })}\n`;
  // Before anything is cut off: the file may be anybody's.
  if (!text.startsWith(head) && !head.startsWith(text)) {
    closeSync(opened);
    misused('--journal: the file is another’s, or of a migration to somewhere else');
  }
  // Whoever is killed while writing leaves a line without an end.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  ftruncateSync(opened, Buffer.byteLength(whole));
  const append = (line: string): void => {
    writeSync(opened, line);
    fdatasyncSync(opened);
  };
  if (whole === '') append(head);
  const lines = whole.split('\n').slice(1, -1);
  const entries = new Map(lines.map(readEntry).map((entry) => [entry.user, entry]));
  return {
    entries,
    write(entry) {
      append(`${JSON.stringify(entry)}\n`);
      entries.set(entry.user, entry);
    },
    close: () => closeSync(opened),
  };
}

function open(file: string): number {
  try {
    return openSync(file, 'a+', 0o600);
  } catch {
    return misused('--journal: the file can not be opened');
  }
}

function readEntry(line: string, index: number): Entry {
  const { user, account, outcome } = parsed(line);
  if (typeof user === 'string' && typeof account === 'string' && isOutcome(outcome)) {
    return { user, account, outcome };
  }
  return misused(`--journal: line ${index + 2} is none of a migration`);
}

function parsed(line: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(line));
  } catch {
    return {};
  }
}
