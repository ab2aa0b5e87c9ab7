/** From the explanations of a code to a verdict: the most probable, with what follows from it. */
import type { DiagnoseOptions, Diagnosis, DiagnosisVerdict } from './diagnose.js';
import { type DriftEstimate, inflate } from './estimate.js';
import { type Interval, intersect, middle } from './interval.js';
import type { TotpParams } from './key.js';
import type { Explanation, Weighed } from './odds.js';
import { offsetOf } from './offset.js';
import { QUARTER, QUARTERS, zone } from './prior.js';
import { holds, windowAt } from './search.js';
import { stepOf } from './totp.js';

/** What is known besides the explanations. */
export interface Circumstances {
  params: Required<TotpParams>;
  at: number;
  /** The last step consumed, or -1. */
  after: number;
  estimate: DriftEstimate | undefined;
  clock: DiagnoseOptions['clock'];
}

type Named = Explanation & { verdict: DiagnosisVerdict };

/** The verdict that most of the probability is on; what `verify` knows, it knows for certain. */
export function judge({ all, unstable }: Weighed, known: Circumstances): Diagnosis {
  const named = all.flatMap((one): Named[] => {
    const verdict = name(one, { ...known, unstable });
    return verdict === undefined ? [] : [{ ...one, verdict }];
  });
  const present = named.filter(({ step = -1 }) => isPresent(step, known));
  const good = present.filter(({ verdict }) => verdict === 'ok');
  const candidates = [good, present].find((some) => some.length > 0) ?? named;
  const posteriors = new Map<DiagnosisVerdict, number>();
  for (const { verdict, probability } of candidates) {
    posteriors.set(verdict, (posteriors.get(verdict) ?? 0) + probability);
  }
  const [verdict, posterior] = [...posteriors].reduce((a, b) => (b[1] > a[1] ? b : a));
  const stepped = candidates.filter(
    (one) => one.step !== undefined && (one.verdict === verdict || verdict === 'no-match'),
  );
  const step = stepped.reduce<Named | undefined>(
    (a, b) => (a && a.probability >= b.probability ? a : b),
    undefined,
  )?.step;
  // Rounding apart, probabilities add up to 1.
  const diagnosis = describe(verdict, { step, posterior: Math.min(posterior, 1) }, known);
  const wrong = known.clock?.state === 'unsafe' && verdict !== 'ok';
  return wrong ? { ...diagnosis, next: 'fixClock' } : diagnosis;
}

/** The verdict an explanation stands for; none has the name of a clock more than a day off. */
function name(
  { cause, step }: Explanation,
  { params, at, after, clock, unstable }: Circumstances & { unstable: boolean },
): DiagnosisVerdict | undefined {
  if (cause === 'beyond') return undefined;
  if (cause === 'parameters') return 'wrong-parameters';
  if (step === undefined) return 'no-match';
  if (step === after) return 'replayed';
  if (isPresent(step, { params, at })) return step > after ? 'ok' : 'replayed';
  if (clock?.state === 'unsafe') {
    const jumped = clock.reason === 'rolled-back' || clock.reason === 'stepped';
    return jumped ? 'clock-stepped' : 'verifier-clock';
  }
  const old = step < stepOf(params, at);
  if (cause !== 'wrong-clock') return old ? 'stale' : 'future';
  if (unstable) return 'unstable';
  return old ? 'device-slow' : 'device-fast';
}

function isPresent(step: number, { params, at }: Pick<Circumstances, 'params' | 'at'>): boolean {
  return holds([windowAt(params, at)], step);
}

function describe(
  verdict: DiagnosisVerdict,
  { step, posterior }: { step: number | undefined; posterior: number },
  known: Circumstances,
): Diagnosis {
  const place = step === undefined ? {} : { step };
  if (verdict === 'no-match') {
    return conclude(verdict, { ...place, posterior, evidence: 0 });
  }
  // How long a code lay around is not known: it tells nothing of a clock.
  if (step === undefined || TIMELESS.includes(verdict)) {
    return conclude(verdict, { ...place, posterior, evidence: 1 });
  }
  const { offset, evidence } = agreement(step, known);
  const minutes = verdict === 'ok' ? 0 : likeZone(offset, known.params.period);
  const looksLike = minutes === 0 ? {} : { looksLike: { minutes } };
  // To be certain would tell who has seen old codes that they were real.
  const used = step < known.after ? { certainty: 'suspected' as const } : {};
  return conclude(verdict, { ...place, offset, ...looksLike, posterior, evidence, ...used });
}

/** What this code and others, of other steps, agree on; the newest come first. */
function agreement(
  step: number,
  { params, at, estimate }: Circumstances,
): { offset: Interval; evidence: number } {
  let offset = offsetOf(params, { at, step });
  let evidence = 1;
  for (const sample of estimate?.samples.toReversed() ?? []) {
    const drifted = inflate(sample, { at, rate: estimate?.rate ?? 0 });
    const shared = sample.step === step ? undefined : intersect(offset, drifted);
    if (!shared) continue;
    offset = shared;
    evidence++;
  }
  return { offset, evidence };
}

/** The minutes of the time zone that an offset may be of, from -12 h to +14 h; 0 if none. */
function likeZone(offset: Interval, period: number): number {
  // Long periods blur an offset until any would pass for a time zone's.
  if (period > 300) return 0;
  const quarter = Math.round(middle(offset) / QUARTER);
  const known = QUARTERS.min <= quarter && quarter <= QUARTERS.max;
  return known && intersect(zone(quarter), offset) ? quarter * 15 : 0;
}

const CERTAIN = 0.99;
const TIMELESS: readonly DiagnosisVerdict[] = ['replayed', 'stale', 'future'];

const NEXT: Record<DiagnosisVerdict, Diagnosis['next']> = {
  malformed: 'retry',
  ok: 'retry',
  replayed: 'askNextCode',
  stale: 'askNextCode',
  future: 'askNextCode',
  'device-slow': 'fixClock',
  'device-fast': 'fixClock',
  'verifier-clock': 'fixClock',
  'clock-stepped': 'fixClock',
  'wrong-parameters': 'reEnroll',
  unstable: 'reEnroll',
  'no-match': 'retry',
};

/** A diagnosis with how certain it is, and what helps. */
export function conclude(
  verdict: DiagnosisVerdict,
  found: Omit<Diagnosis, 'verdict' | 'certainty' | 'next'> & Partial<Pick<Diagnosis, 'certainty'>>,
): Diagnosis {
  const { certainty = found.posterior >= CERTAIN ? 'certain' : 'suspected' } = found;
  const guessing = certainty === 'suspected' && verdict.startsWith('device-');
  return { verdict, certainty, ...found, next: guessing ? 'askNextCode' : NEXT[verdict] };
}
