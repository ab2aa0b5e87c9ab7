/** Instants and spans of time as people type them. */
import { misused } from './cli-error.js';

const LAST_INSTANT = 253_402_300_799_999; // The end of the year 9999, in milliseconds.
const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/**
 * The instant in Unix milliseconds: Unix seconds (`59`, `@59`), RFC 3339 (`1970-01-01T00:00:59Z`),
 * the form oathtool prints (`1970-01-01 00:00:59 UTC`), or a span before or after now (`-90s`).
 */
export function readInstant(text: string | undefined, now: number): number {
  if (text === undefined || text === 'now') return now;
  if (/^@?\d+(?:\.\d+)?$/.test(text)) return checked(Number(text.replace('@', '')) * 1000);
  if (/^[+-]\d+(?:\.\d+)?$/.test(text)) misused('--at: a duration needs a unit, as in -90s');
  const span = readSpan(text);
  if (span !== undefined) return checked(now + span * 1000);
  const date = readDate(text);
  if (date !== undefined) return date;
  misused('--at takes Unix seconds, an RFC 3339 date, or -90s');
}

/** Seconds of `90s`, `+2m`, `-1h`, `1d`; undefined for anything else. */
export function readSpan(text: string): number | undefined {
  const [, sign, number, unit] = /^([+-]?)(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  return (sign === '-' ? -1 : 1) * Number(number) * SECONDS[unit as keyof typeof SECONDS];
}

const DATE = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(Z| UTC|[+-]\d\d:\d\d)$/i;

/** RFC 3339 section 5.6; a leap second is no instant of Unix time. */
function readDate(text: string): number | undefined {
  const [, date, time, fraction = '', zone = ''] = DATE.exec(text) ?? [];
  if (date === undefined) return undefined;
  const local = `${date}T${time}`;
  const offset = /^[+-]/.test(zone) ? zone : 'Z';
  const asUtc = Date.parse(`${local}Z`);
  const at = Date.parse(`${local}${fraction.slice(0, 4)}${offset}`);
  // Date.parse carries 30 February over into March.
  const exists = !Number.isNaN(asUtc) && new Date(asUtc).toISOString().startsWith(local);
  return exists && !Number.isNaN(at) ? at : undefined;
}

/** Milliseconds read as seconds would be of the year 50000: a wrong answer instead of a refusal. */
function checked(at: number): number {
  if (Math.abs(at) > LAST_INSTANT)
    misused('--at takes seconds, not milliseconds, to the year 9999');
  return Math.round(at);
}
