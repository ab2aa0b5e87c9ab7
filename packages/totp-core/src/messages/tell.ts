/** A diagnosis in words: one text for the person who typed the code, one for an operator. */
import type { Diagnosis, DiagnosisVerdict } from '../diagnose.js';
import type { Interval } from '../interval.js';
import type { Catalogue } from './catalogue.js';

export type { Catalogue } from './catalogue.js';

/** Used, old, early and wrong codes read alike: which one it was is nobody's to learn by guessing. */
const PERSON: Record<DiagnosisVerdict, keyof Catalogue['person']> = {
  malformed: 'malformed',
  ok: 'ok',
  replayed: 'again',
  stale: 'again',
  future: 'again',
  'no-match': 'again',
  'device-slow': 'slow',
  'device-fast': 'fast',
  'verifier-clock': 'ours',
  'clock-stepped': 'ours',
  'wrong-parameters': 'parameters',
  unstable: 'unstable',
};

/**
 * What the person who typed the code may read. Of a suspicion they are only asked for the next
 * code, of their phone's clock they are told once two codes agree, and of ours whatever they typed.
 *
 * @returns one or more sentences, never empty.
 * @example
 * import { tellPerson } from '@driftlock/totp-core/messages';
 * import { en } from '@driftlock/totp-core/messages/en';
 * tellPerson(diagnosis, en); // 'Your phone’s clock is about 7 minutes slow. Set ...'
 */
export function tellPerson(diagnosis: Diagnosis, catalogue: Catalogue): string {
  const { person, gap } = catalogue;
  const { verdict, certainty, evidence, next } = diagnosis;
  const told = PERSON[verdict];
  const off = told === 'slow' || told === 'fast';
  // To all alike, or a real code would be told from a guess while our clock is wrong.
  if (next === 'fixClock' && !off) return person.ours;
  if (certainty === 'suspected' || (off && evidence < 2)) return person.again;
  if (!off) return person[told];
  const clock = fill(person[told], { about: sayAbout(diagnosis, catalogue) });
  return [clock, ...sayLooks(diagnosis, catalogue), person.automatic].join(gap);
}

/**
 * What an operator reads: the verdict, the offset as it is known, what it looks like, how probable
 * it is and by how many codes, and what helps next.
 *
 * @returns a sentence an entry, the verdict first; what does not apply is left out.
 * @example
 * tellOperator(diagnosis, en)[0]; // 'The phone’s clock is probably about 7 minutes slow.'
 */
export function tellOperator(diagnosis: Diagnosis, catalogue: Catalogue): [string, ...string[]] {
  const { operator, perhaps } = catalogue;
  const { verdict, certainty, offset } = diagnosis;
  return [
    fill(operator[verdict], {
      perhaps: certainty === 'suspected' ? perhaps : '',
      about: sayAbout(diagnosis, catalogue),
    }),
    ...(offset ? [sayOffset(offset, catalogue)] : []),
    ...sayLooks(diagnosis, catalogue),
    ...(verdict === 'malformed' ? [] : [sayEvidence(diagnosis, catalogue)]),
    ...(verdict === 'ok' ? [] : [sayNext(diagnosis, catalogue)]),
  ];
}

/** How far the phone's clock is off, in as few and round words as its interval allows. */
function sayAbout({ verdict, offset }: Diagnosis, catalogue: Catalogue): string {
  if (!offset || !verdict.startsWith('device-')) return '';
  const { min, max } = verdict === 'device-slow' ? turned(offset) : offset;
  const about = roundest({ min: Math.max(0, min), max });
  return fill(catalogue.about, { duration: sayDuration(about, catalogue) });
}

const ROUND = [1, 5, 10, 30, 60, 300, 900, 1800, 3600];

/**
 * The multiple of the largest round number of seconds that is no wider than the interval, nearest
 * to its middle: so it lies inside, and is no finer than what is known. Of an hour, minutes suffice.
 */
function roundest({ min, max }: Interval): number {
  const middle = (min + max) / 2;
  const width = middle < 3600 ? max - min : Math.max(max - min, 60);
  const unit = ROUND.findLast((seconds) => seconds <= width) ?? 1;
  return Math.max(unit, Math.round(middle / unit) * unit);
}

function sayDuration(seconds: number, catalogue: Catalogue): string {
  const parts = { hour: seconds / 3600, minute: (seconds / 60) % 60, second: seconds % 60 };
  const said = Object.entries(parts).flatMap(([unit, count]) =>
    count >= 1 ? [unitsOf(unit, catalogue).format(Math.floor(count))] : [],
  );
  const list = new Intl.ListFormat(catalogue.locale, { type: catalogue.list });
  return isolated(list.format(said), catalogue);
}

/** In whole seconds, rounded outwards; never negative, which not every language's ranges survive. */
function sayOffset(offset: Interval, catalogue: Catalogue): string {
  const units = unitsOf('second', catalogue);
  const range = ({ min, max }: Interval): string =>
    isolated(units.formatRange(Math.floor(min), Math.ceil(max)), catalogue);
  const { slow, fast, both } = catalogue.offset;
  if (offset.max <= 0) return fill(slow, { range: range(turned(offset)) });
  if (offset.min >= 0) return fill(fast, { range: range(offset) });
  const end = (seconds: number): string => isolated(units.format(Math.ceil(seconds)), catalogue);
  return fill(both, { slow: end(-offset.min), fast: end(offset.max) });
}

function sayLooks({ looksLike }: Diagnosis, { looks }: Catalogue): string[] {
  if (!looksLike) return [];
  return [Math.abs(looksLike.minutes) === 60 ? looks.summer : looks.zone];
}

function sayEvidence({ posterior, evidence }: Diagnosis, catalogue: Catalogue): string {
  const { locale, over } = catalogue;
  const form = evidence === 0 ? 'zero' : new Intl.PluralRules(locale).select(evidence);
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const percents = new Intl.NumberFormat(locale, { style: 'percent', ...digits });
  // Downwards, and never to 100 %: that would claim what no search can know.
  const known = Math.min(Math.floor(posterior * 1000), 999) / 1000;
  const percent = isolated(percents.format(known), catalogue);
  return fill(catalogue.evidence[form] ?? catalogue.evidence.other, {
    percent: posterior > 0.999 ? fill(over, { percent }) : percent,
    n: isolated(new Intl.NumberFormat(locale).format(evidence), catalogue),
  });
}

function sayNext({ verdict, next }: Diagnosis, catalogue: Catalogue): string {
  const whose = verdict.startsWith('device-') ? 'fixPhone' : 'fixOurs';
  return catalogue.next[next === 'fixClock' ? whose : next];
}

function unitsOf(unit: string, { locale }: Catalogue): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' });
}

/** Between right-to-left words a value keeps its own direction (UAX #9: first strong isolate). */
function isolated(value: string, { direction }: Catalogue): string {
  return direction === 'rtl' ? `\u2068${value}\u2069` : value;
}

function turned({ min, max }: Interval): Interval {
  return { min: -max, max: -min };
}

function fill(sentence: string, values: Record<string, string>): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}
