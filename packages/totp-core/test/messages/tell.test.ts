// What is said to whom, in every language: nothing unfilled, nothing given away, nothing overstated.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagnosis, DiagnosisVerdict } from '../../src/index.js';
import { type Catalogue, tellOperator, tellPerson } from '../../src/messages/tell.js';
import { CATALOGUES } from './catalogues.js';

const VERDICTS: DiagnosisVerdict[] = [
  'malformed',
  'ok',
  'replayed',
  'stale',
  'future',
  'device-slow',
  'device-fast',
  'verifier-clock',
  'clock-stepped',
  'wrong-parameters',
  'unstable',
  'no-match',
];
const ALIKE: DiagnosisVerdict[] = ['replayed', 'stale', 'future', 'no-match'];
const CERTAINTIES: Diagnosis['certainty'][] = ['certain', 'suspected'];
const NEXT: Diagnosis['next'][] = ['askNextCode', 'fixClock', 'retry', 'reEnroll'];
const OFFSETS = [
  undefined,
  { min: -449.3, max: -390 },
  { min: 19_769, max: 19_829 },
  { min: -29, max: 31 },
];
const LOOKS = [undefined, { minutes: -60 }, { minutes: 330 }];

const SLOW: Diagnosis = {
  verdict: 'device-slow',
  certainty: 'certain',
  step: 59_847_331,
  offset: { min: -449.3, max: -390 },
  posterior: 0.99999,
  evidence: 2,
  next: 'fixClock',
};

/** Every verdict, certainty, next step, offset and likeness. */
function everything(): Diagnosis[] {
  return VERDICTS.flatMap((verdict) =>
    CERTAINTIES.flatMap((certainty) =>
      NEXT.flatMap((next) =>
        OFFSETS.flatMap((offset) =>
          LOOKS.map((looksLike) => ({
            verdict,
            certainty,
            next,
            step: SLOW.step!,
            posterior: certainty === 'certain' ? 0.99999 : 0.717,
            evidence: certainty === 'certain' ? 2 : 1,
            ...(offset && { offset }),
            ...(looksLike && { looksLike }),
          })),
        ),
      ),
    ),
  );
}

const LATIN = /^[\p{sc=Latin}\p{N}\p{P}\p{S}\p{M} \u00a0\u202f]+$/u;
const SCRIPT: Record<string, RegExp> = {
  ja: /^[\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Han}\p{N}\p{P}\p{S}ー ]+$/u,
  ar: /^[\p{sc=Arabic}\p{M}\p{P}\p{S}\u061c\u2068\u2069 ]+$/u,
};

describe.each(Object.entries(CATALOGUES))('in %s', (language, catalogue) => {
  it('every diagnosis is whole sentences in the right script, and holds no step', () => {
    let texts = 0;
    for (const diagnosis of everything()) {
      for (const text of [
        tellPerson(diagnosis, catalogue),
        ...tellOperator(diagnosis, catalogue),
      ]) {
        const told = { ...diagnosis, text };
        expect(text, JSON.stringify(told)).toMatch(SCRIPT[language] ?? LATIN);
        expect(text, JSON.stringify(told)).toMatch(/[.。]$/u);
        expect(text, JSON.stringify(told)).not.toMatch(
          /[{}]|\b(?:undefined|NaN|null)\b| {2}|^ | [.,)]|\( |。 |\d{8}/u,
        );
        texts++;
      }
    }
    expect(texts).toBeGreaterThan(VERDICTS.length * 2 * 4 * 4 * 3 * 3);
  });

  it('used, old, early and wrong codes read alike to a person, as does every suspicion', () => {
    const told = everything()
      .filter(
        ({ verdict, certainty, evidence }) =>
          ALIKE.includes(verdict) ||
          certainty === 'suspected' ||
          (verdict.startsWith('device-') && evidence < 2),
      )
      .filter(({ verdict, next }) => next !== 'fixClock' || verdict.startsWith('device-'))
      .map((diagnosis) => tellPerson(diagnosis, catalogue));
    expect(told.length).toBeGreaterThan(500);
    expect(new Set(told)).toStrictEqual(new Set([catalogue.person.again]));
  });

  it('while our clock is wrong, whatever was typed reads alike to a person', () => {
    const told = everything()
      .filter(({ verdict, next }) => next === 'fixClock' && !verdict.startsWith('device-'))
      .map((diagnosis) => tellPerson(diagnosis, catalogue));
    expect(told.length).toBeGreaterThan(200);
    expect(new Set(told)).toStrictEqual(new Set([catalogue.person.ours]));
  });

  it('a slow or fast phone is told to a person once two codes agree, however sure one is', () => {
    for (const verdict of ['device-slow', 'device-fast'] as const) {
      const [one, two] = [1, 2].map((evidence) =>
        tellPerson({ ...SLOW, verdict, evidence }, catalogue),
      );
      expect(one).toBe(catalogue.person.again);
      expect(two).toContain(catalogue.person.automatic);
    }
  });

  it('everything else is told apart, to the person and to the operator', () => {
    const certain = VERDICTS.map((verdict): Diagnosis => {
      const next = /clock|device/.test(verdict) ? 'fixClock' : 'retry';
      return { ...SLOW, verdict, next };
    });
    const others = certain.filter(({ verdict }) => !ALIKE.includes(verdict));
    const toPerson = new Set(others.map((diagnosis) => tellPerson(diagnosis, catalogue)));
    // Both of this machine's faults are one to the person.
    expect(toPerson.size).toBe(others.length - 1);
    expect(toPerson.has(catalogue.person.again)).toBe(false);
    const first = certain.map((diagnosis) => tellOperator(diagnosis, catalogue)[0]);
    expect(new Set(first).size).toBe(VERDICTS.length);
  });

  it('an operator reads of a suspicion that it is one', () => {
    for (const verdict of VERDICTS.filter((one) => one !== 'malformed')) {
      const [certain] = tellOperator({ ...SLOW, verdict }, catalogue);
      const [suspected] = tellOperator({ ...SLOW, verdict, certainty: 'suspected' }, catalogue);
      expect(suspected).toContain(catalogue.perhaps.trim());
      expect(certain).not.toContain(catalogue.perhaps.trim());
    }
  });

  it('each plural has its form, and each form is used', () => {
    const rules = new Intl.PluralRules(catalogue.locale);
    const digits = new Intl.NumberFormat(catalogue.locale);
    const used = Array.from({ length: 101 }, (_, evidence) => {
      const line = tellOperator({ ...SLOW, verdict: 'no-match', evidence }, catalogue).at(-2)!;
      const category = evidence === 0 ? 'zero' : rules.select(evidence);
      const form = catalogue.evidence[category]!;
      expect(form).toBeDefined();
      const [before, after] = form.split('{percent}').map((part) => part.split('{n}'));
      for (const part of [...before!, ...after!]) expect(line).toContain(part);
      if (form.includes('{n}')) expect(line).toContain(digits.format(evidence));
      return category;
    });
    expect(new Set(used)).toStrictEqual(new Set(Object.keys(catalogue.evidence)));
  });

  it('a category without a form of its own is said like the others', () => {
    const [line] = tellOperator({ ...SLOW, verdict: 'no-match', evidence: 1e6 }, catalogue).slice(
      -2,
    );
    const [before] = catalogue.evidence.other.split('{percent}');
    const [, after] = catalogue.evidence.other.split('{n}');
    expect(line!.startsWith(before!) && line!.endsWith(after!)).toBe(true);
  });

  it('fills only what its sentences are given, and leaves out nothing', () => {
    const { person, operator, offset, evidence, about, over, looks, next, perhaps } = catalogue;
    const slots = {
      about: names(about),
      over: names(over),
      slow: names(person.slow),
      fast: names(person.fast),
      range: names(offset.slow),
      fastRange: names(offset.fast),
      both: names(offset.both).sort(),
      devices: [operator['device-slow'], operator['device-fast']].flatMap(names),
      evidence: Object.values(evidence).map((form) => names(form)[0]),
    };
    expect(slots).toStrictEqual({
      about: ['duration'],
      over: ['percent'],
      slow: ['about'],
      fast: ['about'],
      range: ['range'],
      fastRange: ['range'],
      both: ['fast', 'slow'],
      devices: ['perhaps', 'about', 'perhaps', 'about'],
      evidence: Object.values(evidence).map(() => 'percent'),
    });
    const { slow: _, fast: __, ...plain } = person;
    const bare = [...Object.values({ ...plain, ...looks, ...next }), perhaps];
    expect(bare.flatMap(names)).toStrictEqual([]);
  });
});

function names(template: string): string[] {
  return [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
}

describe('the duration a person reads', () => {
  const SECONDS: Record<string, number> = { second: 1, minute: 60, hour: 3600 };

  function readEnglish(diagnosis: Diagnosis): number {
    const text = tellPerson(diagnosis, CATALOGUES.en!);
    const [, said = ''] = /about (.+?) (?:slow|fast)\./.exec(text)!;
    return said
      .split(' and ')
      .map((part) => /^(\d+) (\w+?)s?$/.exec(part)!)
      .reduce((sum, [, count, unit]) => sum + Number(count) * SECONDS[unit!]!, 0);
  }

  it('lies within the interval, and is no finer than it is wide', () => {
    let hours = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 86_400_000 }),
        fc.integer({ min: 1000, max: 400_000 }),
        fc.boolean(),
        (from, wide, slow) => {
          const [least, width] = [from / 1000, wide / 1000];
          const most = least + width;
          const said = readEnglish(
            slow
              ? { ...SLOW, offset: { min: -most, max: -least } }
              : { ...SLOW, verdict: 'device-fast', offset: { min: least, max: most } },
          );
          const long = (least + most) / 2 >= 3600;
          if (long) hours++;
          const slack = long ? Math.max(0, 30 - width / 2) : 0;
          expect(said).toBeGreaterThanOrEqual(least - slack - 1e-6);
          expect(said).toBeLessThanOrEqual(most + slack + 1e-6);
          const unit = [300, 60, 30, 10, 5, 1].find((round) => round <= width)!;
          expect(said % (long ? Math.max(unit, 60) : unit)).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
    expect(hours).toBeGreaterThan(50);
  });

  it.each([
    [{ min: -90, max: -30 }, 'about 1 minute slow'],
    [{ min: -62, max: -1 }, 'about 1 minute slow'],
    [{ min: -50, max: 10 }, 'about 30 seconds slow'],
    [{ min: -270.2, max: -225.7 }, 'about 4 minutes slow'],
    [{ min: -257, max: -225 }, 'about 4 minutes slow'],
    [{ min: -104, max: -94 }, 'about 1 minute and 40 seconds slow'],
    [{ min: -7.3, max: -7.1 }, 'about 7 seconds slow'],
    [{ min: -0.3, max: -0.1 }, 'about 1 second slow'],
    [{ min: -3630, max: -3570 }, 'about 1 hour slow'],
    [{ min: -19_829, max: -19_769 }, 'about 5 hours and 30 minutes slow'],
    [{ min: -19_870.5, max: -19_869.5 }, 'about 5 hours and 31 minutes slow'],
    [{ min: -86_429, max: -86_369 }, 'about 24 hours slow'],
  ])('of %j is %s', (offset, said) => {
    expect(tellPerson({ ...SLOW, offset }, CATALOGUES.en!)).toContain(`clock is ${said}.`);
  });
});

describe('an operator', () => {
  const english = (more: Partial<Diagnosis>): string[] =>
    tellOperator({ ...SLOW, ...more }, CATALOGUES.en!);

  it('reads the offset in whole seconds, rounded outwards, never negative', () => {
    const [, slow] = english({});
    const [, fast] = english({ verdict: 'device-fast', offset: { min: 390, max: 449.3 } });
    const [, both] = english({ verdict: 'ok', offset: { min: -28.2, max: 30.5 } });
    expect([slow, fast, both]).toStrictEqual([
      'Against this machine, the phone is 390–450 seconds slow.',
      'Against this machine, the phone is 390–450 seconds fast.',
      'Against this machine, the phone is between 29 seconds slow and 31 seconds fast.',
    ]);
  });

  it.each([
    [1, 'more than 99.9%'],
    [0.9991, 'more than 99.9%'],
    [0.999, '99.9%'],
    [0.9989, '99.8%'],
    [0.717, '71.7%'],
    [0, '0.0%'],
  ])('reads a probability of %d as %s, never as certainty', (posterior, said) => {
    expect(english({ posterior })).toContain(`Probability: ${said}, from 2 codes.`);
  });

  it('is told whose clock to set', () => {
    const whose = (verdict: DiagnosisVerdict): string => english({ verdict }).at(-1)!;
    expect(
      ['device-slow', 'verifier-clock', 'no-match'].map((v) => whose(v as never)),
    ).toStrictEqual([
      'Next: have the phone’s date and time set to automatic.',
      'Next: set this machine’s clock right.',
      'Next: set this machine’s clock right.',
    ]);
  });

  it('reads nothing of probabilities where there was no code, nor of a next step where all is well', () => {
    const { offset: _, ...none } = SLOW;
    const malformed: Diagnosis = { ...none, verdict: 'malformed', evidence: 0, next: 'retry' };
    expect(tellOperator(malformed, CATALOGUES.en!)).toStrictEqual([
      'This is not a code: it has other characters, or too few or too many digits.',
      'Next: have the code typed again.',
    ]);
    const ok: Diagnosis = { ...none, verdict: 'ok', evidence: 1, next: 'retry' };
    expect(tellOperator(ok, CATALOGUES.en!)).toStrictEqual([
      'This is the right code.',
      'Probability: more than 99.9%, from 1 code.',
    ]);
  });
});

describe('in Arabic', () => {
  const arabic = CATALOGUES.ar!;

  it('every value that is filled in is isolated, and nothing else has digits', () => {
    let isolates = 0;
    for (const diagnosis of everything()) {
      for (const text of [tellPerson(diagnosis, arabic), ...tellOperator(diagnosis, arabic)]) {
        const outside = text.replace(/\u2068[^\u2068\u2069]+\u2069/g, () => {
          isolates++;
          return '';
        });
        expect(outside).not.toMatch(/\p{N}|[\u2066-\u2069]/u);
      }
    }
    expect(isolates).toBeGreaterThan(1000);
  });

  it('digits are Arabic, or those of the region asked for', () => {
    const lines = (catalogue: Catalogue): string => tellOperator(SLOW, catalogue).join(' ');
    expect(lines(arabic)).toMatch(/٧ دقائق.*٣٩٠–٤٥٠ ثانية/);
    expect(lines({ ...arabic, locale: 'ar-MA' })).toMatch(/7 دقائق.*390–450 ثانية/);
  });
});
