/** Counts and times of decisions, in the text that Prometheus reads (exposition format 0.0.4). */
import type { Decision, Verifier } from '@driftlock/verifier';

export interface Metrics {
  /** The verifier, each of whose decisions is counted and timed. */
  measuring(verifier: Verifier): Verifier;
  /** Everything as text; `gauges` are what is so at this moment. */
  text(gauges: Family[]): string;
}

/** One metric by its name, with a value for each set of labels. */
export interface Family {
  /** Begins with `driftlock_`. */
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  samples: Sample[];
}

interface Sample {
  value: number;
  labels?: Record<string, string>;
  /** Of a histogram's series. */
  suffix?: string;
}

/** Seconds: from a decision in memory up to a slow authority. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(): Metrics {
  const decisions = new Map<string, Sample>();
  const buckets = BUCKETS.map(() => 0);
  let sum = 0;
  let count = 0;

  function note(decision: Decision, seconds: number): Decision {
    const { outcome, reason } = labelsOf(decision);
    const name = `${outcome} ${reason}`;
    const counted = decisions.get(name) ?? { labels: { outcome, reason }, value: 0 };
    counted.value += 1;
    decisions.set(name, counted);
    sum += seconds;
    count += 1;
    for (const [i, bound] of BUCKETS.entries()) {
      if (seconds <= bound) buckets[i] = (buckets[i] ?? 0) + 1;
    }
    return decision;
  }

  async function timed(decide: Promise<Decision>): Promise<Decision> {
    const begun = performance.now();
    const decision = await decide;
    return note(decision, (performance.now() - begun) / 1000);
  }

  return {
    measuring: (verifier) => ({
      ...verifier,
      verify: (request) => timed(verifier.verify(request)),
      recover: (request) => timed(verifier.recover(request)),
    }),
    text: (gauges) =>
      [
        {
          name: 'driftlock_decisions_total',
          help: 'Decisions, by outcome and by who accepted or why not.',
          type: 'counter' as const,
          samples: [...decisions.values()],
        },
        {
          name: 'driftlock_decision_seconds',
          help: 'How long a decision took.',
          type: 'histogram' as const,
          samples: [
            ...BUCKETS.map((bound, i) => bucket(String(bound), buckets[i] ?? 0)),
            bucket('+Inf', count),
            { suffix: '_sum', value: sum },
            { suffix: '_count', value: count },
          ],
        },
        ...gauges,
      ]
        .map(textOf)
        .join(''),
  };
}

function labelsOf(decision: Decision): { outcome: string; reason: string } {
  return decision.accepted
    ? { outcome: decision.standing, reason: decision.by }
    : { outcome: 'rejected', reason: decision.reason };
}

function bucket(le: string, value: number): Sample {
  return { suffix: '_bucket', labels: { le }, value };
}

function textOf({ name, help, type, samples }: Family): string {
  const lines = samples.map(({ suffix = '', labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}${suffix}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, (one) => (one === '\n' ? '\\n' : `\\${one}`));
}
