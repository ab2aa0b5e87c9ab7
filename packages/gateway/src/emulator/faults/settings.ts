/** Which faults there are, and how an operator asks for them. */
import * as v from 'valibot';

/** How often a fault strikes. */
export interface Dose {
  /** The next so many calls. @default all */
  times?: number | undefined;
  /** Of each call. @default 1 */
  chance?: number | undefined;
}

/**
 * The first five take the place of an answer, so that no code is consumed; the others befall one
 * that was made.
 */
export interface FaultSettings {
  /** @default 1 */
  seed?: number | undefined;
  /** An empty 503. */
  down?: Dose | undefined;
  /** The connection is reset. */
  reset?: Dose | undefined;
  /** `retryAfter` in seconds. @default no Retry-After */
  '429'?: (Dose & { retryAfter?: number | undefined }) | undefined;
  /** An empty answer of a proxy. @default drawn among 500, 502, 503 and 504 */
  '5xx'?: (Dose & { status?: number | undefined }) | undefined;
  /** A proxy's page. @default 200 */
  html?: (Dose & { status?: number | undefined }) | undefined;
  /** Of a verification alone: the connection ends without a byte. */
  lostReply?: Dose | undefined;
  /** Milliseconds. */
  latency?: number | { min: number; max: number } | undefined;
  /** Bytes that are no text, under the answer's status and type. */
  garbage?: Dose | undefined;
  /** The connection ends within the body. */
  truncation?: Dose | undefined;
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const milliseconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(60_000));
const status = v.pipe(v.number(), v.integer(), v.minValue(500), v.maxValue(599));

const dose = v.optional(doseWith({}));
const doseOfStatus = v.optional(doseWith({ status: v.optional(status) }));

/** The body of PUT /emulator/faults: a dose is also `true`, or how many times. */
export const FaultsBody: v.GenericSchema<unknown, FaultSettings> = v.strictObject({
  seed: v.optional(v.pipe(v.number(), v.safeInteger())),
  down: dose,
  reset: dose,
  '429': v.optional(doseWith({ retryAfter: v.optional(count) })),
  '5xx': doseOfStatus,
  html: doseOfStatus,
  lostReply: dose,
  latency: v.optional(
    v.union([
      milliseconds,
      v.pipe(
        v.strictObject({ min: milliseconds, max: milliseconds }),
        v.check(({ min, max }) => min <= max),
      ),
    ]),
  ),
  garbage: dose,
  truncation: dose,
});

function doseWith<const Extra extends v.ObjectEntries>(extra: Extra) {
  const chance = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
  return v.union([
    v.pipe(
      v.boolean(),
      v.transform((always) => (always ? { chance: 1 } : { times: 0 })),
    ),
    v.pipe(
      count,
      v.transform((times) => ({ times })),
    ),
    v.strictObject({ times: v.optional(count), chance: v.optional(chance), ...extra }),
  ]);
}
