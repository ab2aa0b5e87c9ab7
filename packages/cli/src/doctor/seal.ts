/** Whether the seal key that was given is one, and opens what is sealed. */
import { existsSync } from 'node:fs';
import { checkSeal, type Engine, type SealOptions } from '@driftlock/gateway';
import { CliError } from '../cli-error.js';
import { readSealKeys } from '../seal-keys.js';
import type { World } from '../verb.js';
import { type Finding, good, unchecked, wrong } from './finding.js';

interface Place {
  file: string | undefined;
  env: World['env'];
}

/** Opens only where a key is noted: a check that is the first would note one itself. */
export async function checkSealed(engine: Engine, place: Place): Promise<Finding> {
  const noted = await engine.list({ kind: 'seal', limit: 1000 });
  const seal = givenAt(place);
  if (typeof seal === 'string') return wrong('seal', seal, 'no gateway starts with it');
  if (noted.length === 0) return unchecked('seal', 'nothing was sealed yet');
  if (!seal) {
    const next = 'without DRIFTLOCK_SEAL_KEY they are lost';
    return wrong('seal', 'seeds are sealed, and there is no key', next);
  }
  if (!noted.some(({ key }) => key === seal.current.id)) {
    const isOlder = noted.every(({ key }) => seal.older?.some(({ id }) => id === key));
    if (isOlder) return unchecked('seal', 'everything is sealed anew when the gateway starts');
    const found = 'the key is not the one that seeds are sealed with';
    return wrong('seal', found, 'give the one they are sealed with');
  }
  try {
    await checkSeal(engine, seal);
  } catch {
    const next = 'give every key that seeds are sealed with';
    return wrong('seal', 'a key does not open what is sealed', next);
  }
  const more = noted.length > 1 ? '; older keys are in use' : '';
  return good('seal', `the key opens what it sealed${more}`);
}

/** The keys, or why they are none; none is made where there is none. */
function givenAt({ file, env }: Place): SealOptions | string | undefined {
  const isGiven = Boolean(env.DRIFTLOCK_SEAL_KEY) || (file && existsSync(`${file}.seal-key`));
  if (!isGiven) return undefined;
  try {
    return readSealKeys(file, env).seal;
  } catch (error) {
    if (error instanceof CliError) return error.message;
    throw error;
  }
}
