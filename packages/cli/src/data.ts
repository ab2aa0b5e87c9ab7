/** What a gateway keeps from one run to the next: a libSQL file, and beside it the key to its seeds. */
import { closeSync, openSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { resealAll, restoreUsers, StoreError, type Stores, storesOver } from '@driftlock/gateway';
import { createEmulator, type Emulator } from '@driftlock/gateway/emulator';
import { libsqlEngine } from '@driftlock/gateway/libsql';
import { misused } from './cli-error.js';
import { readSealKeys } from './seal-keys.js';
import type { World } from './verb.js';

export interface Data {
  stores: Stores;
  /** With the users of the accounts that are kept. */
  emulator: Emulator;
}

/**
 * Opens the file, made where there is none. `keys` open the emulator. Ends the command where the
 * file, or its seal key, can't be had as it is.
 */
export async function openData(
  file: string,
  { env, keys }: { env: World['env']; keys: { operator: string; authy?: string } },
): Promise<Data> {
  makePrivate(file);
  const sealing = readSealKeys(file, env);
  const { seal } = sealing;
  try {
    const engine = await libsqlEngine({ url: pathToFileURL(file).href });
    try {
      // Checks the key before anything is sealed with it.
      await resealAll(engine, seal);
      const { operator, authy = operator } = keys;
      const emulator = createEmulator({ apiKey: authy, operatorKey: operator });
      await restoreUsers(emulator, { engine, seal });
      return { stores: storesOver(engine, { seal }), emulator };
    } catch (error) {
      await engine.close();
      throw error;
    }
  } catch (error) {
    sealing.takeBack();
    return explain(error);
  }
}

/** What it holds is for whoever runs the gateway alone: its log and index get the same mode. */
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600));
  } catch {
    misused('--data: the file can be neither opened nor made');
  }
}

function explain(error: unknown): never {
  const code = error instanceof StoreError ? error.code : undefined;
  if (code === 'ERR_SEAL') {
    misused(
      '--data was sealed with another key: give DRIFTLOCK_SEAL_KEY the one it was sealed with',
    );
  }
  if (code === 'ERR_SCHEMA') misused('--data was written by a later release than this');
  if ((error as { code?: unknown }).code === 'SQLITE_NOTADB')
    misused('--data: this is no database');
  throw error;
}
