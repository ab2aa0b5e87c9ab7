/** Who logs in, how often, with what clock: what is allowed for, and what is not. */
import {
  bimodal,
  type Delay,
  dawdler,
  either,
  exponential,
  gamma,
  lognormal,
  person,
  program,
} from './delays.js';

export interface Scenario {
  name: string;
  /** `strained`: delays, rate or codes are not as allowed, and nobody knows. */
  kind: 'research' | 'default' | 'law' | 'strained';
  delay: Delay;
  /** The greatest rate of the clock; `always` where it is never less. */
  ppm: number;
  always?: boolean;
  /** Seconds between logins, and up to how many later each of them is. */
  gap: number;
  jitter: number;
  /** Seconds that a time stamp is off by, at most. */
  error: number;
  /** The clock is set by hand, once, by up to so many seconds, after the fifth login. */
  set?: number;
  /** The share of codes that are of a clock up to so many seconds away. */
  false?: { share: number; within: number };
  /** What `observe` is told; nothing is its default: 30 s, 5 ppm, 0.5 s. */
  told?: { rate?: number; delay?: { min: number; max: number }; error?: number };
}

const HOUR = 3600;
const DAY = 86_400;
const DAILY = { gap: DAY, jitter: HOUR, error: 0.5 };
const KEPT = { ...DAILY, ppm: 0.5 };
const PPM = 1e-6;

/** Where the assumptions hold. */
const ALLOWED: Scenario[] = [
  {
    name: 'A: autofill',
    kind: 'research',
    ...KEPT,
    delay: program,
    ppm: 0,
    error: 0.25,
    told: { rate: PPM, delay: { min: 0, max: 3 }, error: 0.25 },
  },
  { name: 'B: typing', kind: 'research', ...KEPT, delay: person, told: { rate: PPM } },
  {
    name: 'C: typing, free-running, hourly',
    kind: 'research',
    ...DAILY,
    gap: HOUR,
    delay: person,
    ppm: 20,
    told: { rate: 50 * PPM },
  },
  {
    name: 'D: typing, free-running, daily',
    kind: 'research',
    ...DAILY,
    delay: person,
    ppm: 20,
    told: { rate: 50 * PPM },
  },
  { name: 'typing', kind: 'default', ...KEPT, delay: person },
  { name: 'autofill', kind: 'default', ...KEPT, delay: program },
  { name: 'typing or autofill', kind: 'default', ...KEPT, delay: either },
  {
    name: 'a token, once a fortnight',
    kind: 'default',
    ...DAILY,
    delay: person,
    ppm: 3,
    gap: 14 * DAY,
    jitter: 3 * DAY,
  },
  { name: 'lognormal', kind: 'law', ...KEPT, delay: lognormal },
  { name: 'exponential', kind: 'law', ...KEPT, delay: exponential },
  { name: 'gamma', kind: 'law', ...KEPT, delay: gamma },
  { name: 'bimodal', kind: 'law', ...KEPT, delay: bimodal },
];

const FALSE = { share: 0.1, within: 600 };
const AT_1_PPM = { told: { rate: PPM } };

/** Where they don't. */
const STRAINED: Scenario[] = [
  { name: 'set by up to 45 s', ...KEPT, delay: person, set: 45 },
  { name: 'set by up to 10 minutes', ...KEPT, delay: person, set: 600 },
  { name: 'delays to 60 s', ...KEPT, delay: dawdler },
  { name: 'ten times the rate', ...DAILY, delay: person, ppm: 50, always: true },
  { name: 'ten times 1 ppm', ...DAILY, delay: person, ppm: 10, always: true, ...AT_1_PPM },
  { name: '10 % false, to 600 s', ...KEPT, delay: person, false: FALSE },
  { name: '10 % false, to 90 s', ...KEPT, delay: person, false: { ...FALSE, within: 90 } },
  { name: 'all of it', ...DAILY, delay: dawdler, ppm: 50, always: true, false: FALSE },
  {
    name: 'all of it, 1 ppm',
    ...DAILY,
    delay: dawdler,
    ppm: 10,
    always: true,
    false: FALSE,
    ...AT_1_PPM,
  },
].map((scenario) => ({ ...scenario, kind: 'strained' }));

export const SCENARIOS: readonly Scenario[] = [...ALLOWED, ...STRAINED];
