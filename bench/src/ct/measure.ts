/** One case, timed once: `node measure.js <case> <seed>` prints what it found. */
import { pathToFileURL } from 'node:url';
import type { Case } from './case.js';
import { caseNamed } from './cases.js';
import { type Plan, sample } from './harness.js';
import { type Difference, strongest } from './statistics.js';

/** What one process found of one case. */
export interface Outcome extends Difference {
  /** Nanoseconds by which class 1 was delayed on purpose. */
  delay?: number;
}

export function measure(item: Case, plan: Plan): Outcome {
  const subject = item.prepare();
  const samples = sample(subject, plan);
  if (item.kind !== 'apart' && samples.verdicts.length !== 1) {
    throw new Error(`${item.name}: the classes get ${samples.verdicts.join(' and ')}`);
  }
  const found = strongest(samples);
  return subject.delay === undefined ? found : { ...found, delay: subject.delay };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , name = '', seed] = process.argv;
  const item = caseNamed(name);
  const { samples, inner } = item;
  console.log(JSON.stringify(measure(item, { samples, inner, seed: Number(seed) })));
}
