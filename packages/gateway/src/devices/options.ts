/** What devices get, where their pages come from, and what is asked of whoever sets that. */

export interface DeviceOptions {
  /** Offline uses of its account's budget, up to 10. @default 5 */
  uses?: number;
  /** How long its token lives without a sync, up to a year. @default 72 */
  hours?: number;
  /** Requests of one device, by each process. @default 120 */
  perMinute?: number;
  /** Origins of pages that ask with a device's token, as `https://till.example`. @default none */
  origins?: string[];
}

/**
 * Packs that let a device recognize codes without the seed: for machines whose CPU is theirs to
 * spend.
 */
export interface HorizonOptions {
  /** At most 12: longer packs cost whoever issues them more than whoever cracks one code of them. */
  hours: number;
  /** Rounds of each hash. @default 600_000 */
  iterations?: number;
}

export const LONGEST_HORIZON = 12;

/** Throws a TypeError that names the option. */
export function checkDevices(
  { uses = 5, hours = 72, perMinute = 120, origins = [] }: DeviceOptions,
  horizon: HorizonOptions | undefined,
): void {
  const { hours: longest, iterations = 600_000 } = horizon ?? { hours: 1 };
  within('devices.uses', uses, { min: 0, max: 10, whole: true });
  within('devices.hours', hours, { min: 0.01, max: 8760 });
  within('devices.perMinute', perMinute, { min: 1, max: 1_000_000 });
  within('horizon.hours', longest, { min: 0.001, max: LONGEST_HORIZON });
  within('horizon.iterations', iterations, { min: 1000, max: 10_000_000, whole: true });
  if (!Array.isArray(origins) || !origins.every(isOrigin)) {
    throw new TypeError('devices.origins are origins as browsers send them, and no *');
  }
}

function within(
  name: string,
  value: number,
  { min, max, whole = false }: { min: number; max: number; whole?: boolean },
): void {
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return;
  throw new TypeError(`${name} must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}`);
}

function isOrigin(text: unknown): boolean {
  return typeof text === 'string' && URL.canParse(text) && new URL(text).origin === text;
}
