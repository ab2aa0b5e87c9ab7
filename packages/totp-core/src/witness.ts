/** This machine's offset from what the answers it gets say of the time (RFC 9110 section 6.6.1). */
import { checkNumber, wrongType } from './errors.js';
import { agreement, type Interval, intersect, widen } from './interval.js';
import { checkInstant } from './key.js';

/** One answer of a witness; its request was sent anyway, never for this alone. */
export interface Probe {
  /** Who answered, by any name. Only different witnesses count as several. */
  witness: string;
  /** Whether TLS vouched for the witness: what anybody can say is no evidence. */
  authenticated: boolean;
  /** Unix milliseconds on this machine's clock as the request was sent. */
  sent: number;
  /** Milliseconds until the answer came, by a clock that nobody sets: `performance.now()`. */
  took: number;
  /** The Date field as received; null where there was none, or it may not be read. */
  date: string | null;
  /** The Age field, where a cache answered. @default none */
  age?: string | null;
}

/** `offset` is in seconds, + = this machine is slow. */
export type ClockOffset =
  | { agreed: true; offset: Interval; witnesses: string[] }
  | { agreed: false; reason: 'no-witness' | 'one-witness' | 'disagreement' };

/**
 * How far true time is ahead of this machine's clock, by what most witnesses agree on: if most of
 * them are right, it lies in the interval (Marzullo).
 *
 * Date has a resolution of a second and was written while the request was under way, so one probe
 * leaves 1 s + `took`; the probes of one witness are intersected. A field that is not exact, or a
 * probe without TLS, does not count. Around a leap second, witnesses that smear it are up to 0.5 s
 * off. Ask with `cache: 'no-store'`: a Date kept without its Age can't be told from a fresh one.
 *
 * @returns `one-witness` where a single one says that the clock is wrong: it takes two to move it,
 * and one to confirm it; `disagreement` where no majority can be right at once.
 * @throws TotpError `ERR_INSTANT` for `sent`, `ERR_PARAMS` for a negative `took`.
 * @example
 * const found = clockOffset(probes);
 * if (found.agreed) {
 *   const [min, max] = [found.offset.min, found.offset.max].map((s) => reading.wall + s * 1000);
 *   record = witnessClock(record, reading, { min, max });
 * }
 */
export function clockOffset(probes: readonly Probe[]): ClockOffset {
  const known = new Map<string, Interval | undefined>();
  for (const probe of probes) {
    const shown = shownBy(probe);
    if (!shown) continue;
    const { witness } = probe;
    const before = known.has(witness) ? known.get(witness) : shown;
    known.set(witness, before && intersect(before, shown));
  }
  if (known.size === 0) return { agreed: false, reason: 'no-witness' };
  const shown = [...known.values()].filter((one) => one !== undefined);
  const most = Math.floor(known.size / 2) + 1;
  const { count, ...offset } = agreement(shown, most);
  if (count < most) return { agreed: false, reason: 'disagreement' };
  if (known.size === 1 && !intersect(offset, { min: 0, max: 0 })) {
    return { agreed: false, reason: 'one-witness' };
  }
  const agrees = ([, shown]: [string, Interval | undefined]) => shown && intersect(shown, offset);
  return { agreed: true, offset, witnesses: [...known].filter(agrees).map(([witness]) => witness) };
}

/** What one probe leaves possible, in seconds; undefined where it is no evidence. */
function shownBy(probe: Probe): Interval | undefined {
  const { sent, took, date, age, authenticated } = checkProbe(probe);
  const stamped = parseDate(date);
  const since = parseAge(age);
  if (authenticated !== true || stamped === undefined || since === undefined) return undefined;
  const then = stamped + since * 1000;
  const shown = { min: (then - sent - took) / 1000, max: (then + 1000 - sent) / 1000 };
  // An Age is in whole seconds itself, rounded anyhow, and counts its own way to the cache.
  return typeof age === 'string' ? widen(shown, 1) : shown;
}

/**
 * Unix milliseconds of an IMF-fixdate, the only form to be sent (RFC 9110 section 5.6.7): what
 * `toUTCString` writes, to the letter. A leap second has no Unix time, and does not count.
 */
function parseDate(date: string | null): number | undefined {
  if (date?.length !== 29) return undefined;
  const at = Date.parse(date);
  return new Date(at).toUTCString() === date ? at : undefined;
}

/** Seconds of an Age field (RFC 9111 section 5.1), 0 without one; undefined if it is none. */
function parseAge(age: string | null | undefined): number | undefined {
  if (typeof age !== 'string') return 0;
  return /^\d{1,10}$/.test(age) ? Number(age) : undefined;
}

function checkProbe(probe: Probe): Probe {
  if (typeof probe.witness !== 'string') wrongType('witness', 'a string');
  // A number would pass for no Age at all, and a kept Date for a fresh one.
  if (typeof (probe.age ?? '') !== 'string') wrongType('age', 'a string');
  checkInstant(probe.sent, 'sent');
  checkNumber(probe.took, { name: 'took', min: 0, max: Number.MAX_VALUE });
  return probe;
}
