/** Whether the seal keys are those that the records were sealed with, before anything is. */
import type { Engine, Place } from './engine.js';
import { createSeal, type Seal, type SealOptions } from './seal.js';
import { StoreError } from './store-error.js';

/** More keys than anybody keeps. */
const MOST = 1000;

/**
 * Rejects with `ERR_SEAL` where a key is not the one its id stands for in these records, or where
 * seeds may be sealed under a key that was not given. The first time, it notes the current key.
 *
 * @example
 * await checkSeal(engine, { current: { id: 'k1', key } });
 */
export async function checkSeal(engine: Engine, options: SealOptions): Promise<void> {
  const seal = createSeal(options);
  await compare(engine, seal);
  const place: Place = { kind: 'seal', key: seal.current };
  const value = JSON.stringify({ sealed: await seal.close(new Uint8Array(32), nameOf(place.key)) });
  const version = crypto.randomUUID();
  if (!(await engine.swap(place, { to: { value, version } }))) return compare(engine, seal);
  try {
    // Another may have noted its own meanwhile: then both see it, and neither has sealed anything.
    await compare(engine, seal);
  } catch (error) {
    await engine.swap(place, { from: version });
    throw error;
  }
}

/** Every key that was ever noted here has to be given, and to be itself. */
async function compare(engine: Engine, seal: Seal): Promise<void> {
  const noted = await engine.list({ kind: 'seal', limit: MOST });
  for (const { key: id, value } of noted) {
    if (!seal.ids.includes(id)) {
      throw new StoreError(
        'ERR_SEAL',
        `seeds may be sealed under the key ${id}, which was not given`,
      );
    }
    const { sealed } = JSON.parse(value) as { sealed: string };
    try {
      await seal.open(sealed, nameOf(id));
    } catch (cause) {
      const message = `the seal key ${id} is not the one that sealed under this id`;
      throw new StoreError('ERR_SEAL', message, { cause });
    }
  }
}

function nameOf(id: string): string[] {
  return ['key', id];
}
