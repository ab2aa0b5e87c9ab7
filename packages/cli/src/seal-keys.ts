/** The keys that seal seeds at rest: given in the environment, or kept in a file of their own. */
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import type { SealKey, SealOptions } from '@driftlock/gateway';
import { misused } from './cli-error.js';
import type { World } from './verb.js';

export interface SealKeys {
  seal: SealOptions;
  /** Removes the key's file again, if it was made just now: what it was made for went wrong. */
  takeBack(): void;
}

const NAME = 'DRIFTLOCK_SEAL_KEY';
const BYTES = 32;

/**
 * `DRIFTLOCK_SEAL_KEY`: the key that seals and, after commas, older ones that still open. Without it
 * the key of a file is in `<file>.seal-key`, made where there is none; a server's has to be given.
 */
export function readSealKeys(data: string | undefined, env: World['env']): SealKeys {
  const given = env[NAME];
  if (given) return { seal: sealOf(given.split(',')), takeBack: () => {} };
  if (data === undefined) return misused(`seeds on a server are sealed with ${NAME}: set it`);
  const file = `${data}.seal-key`;
  const made = makeKey(file);
  return {
    seal: sealOf([made ?? readKey(file)]),
    takeBack() {
      if (made !== undefined) rmSync(file);
    },
  };
}

function sealOf(texts: string[]): SealOptions {
  const [current, ...older] = texts.map((text) => keyOf(text.trim()));
  return { current: current as SealKey, older };
}

/** Its id is a digest of the key, so that another key has another id. */
function keyOf(text: string): SealKey {
  const isHex = /^[0-9a-f]{64}$/i.test(text);
  if (!isHex && !/^[\w+/-]{43}=?$/.test(text)) {
    misused(`${NAME} takes ${BYTES} bytes as hex or base64, or several such, with commas between`);
  }
  const key = Buffer.from(text, isHex ? 'hex' : 'base64');
  const id = createHash('sha256').update('driftlock seal key id').update(key).digest('hex');
  return { id: id.slice(0, 16), key };
}

/** The key, on the disk before anything is sealed with it; `undefined` where the file was there. */
function makeKey(file: string): string | undefined {
  let made: number;
  try {
    made = openSync(file, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    misused('--data: the file of the seal key beside it can not be made');
  }
  try {
    const key = randomBytes(BYTES).toString('base64url');
    writeSync(made, `${key}\n`);
    fsyncSync(made);
    return key;
  } finally {
    closeSync(made);
  }
}

function readKey(file: string): string {
  const opened = openSync(file, 'r');
  try {
    const { mode } = fstatSync(opened);
    const isOpen = process.platform !== 'win32' && (mode & 0o077) !== 0;
    if (isOpen) misused('others may read the file of the seal key: chmod 600 it');
    return readFileSync(opened, 'utf8').trim();
  } finally {
    closeSync(opened);
  }
}
