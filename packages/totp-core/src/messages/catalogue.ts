/** What a language has to say of a diagnosis: plain data, filled in by `tell.ts`. */
import type { DiagnosisVerdict } from '../diagnose.js';

/** One sentence by number: CLDR's plural categories, and `zero` for none in any language. */
export type Forms = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

/**
 * Sentences of one language. In braces stands what is filled in; `{perhaps}` and `{about}` may come
 * out empty, so they bring their own space.
 */
export interface Catalogue {
  /** BCP 47, for numbers and units. Spread a catalogue to set another: `{ ...es, locale: 'es-MX' }`. */
  locale: string;
  /** For the `dir` of the element a text is shown in. */
  direction: 'ltr' | 'rtl';
  /** Between two sentences. */
  gap: string;
  /** How hours and minutes are put together. */
  list: Intl.ListFormatType;
  /** Said in an operator's sentence of what is only suspected. */
  perhaps: string;
  /** How far a clock is off, rounded: `{duration}`. */
  about: string;
  /** A probability that rounding would make more than is known: `{percent}`. */
  over: string;
  person: {
    malformed: string;
    ok: string;
    /** Of whatever must read alike, and of every suspicion. */
    again: string;
    /** `{about}` */
    slow: string;
    /** `{about}` */
    fast: string;
    /** What to do after `slow` and `fast`. */
    automatic: string;
    /** This machine's clock is why. */
    ours: string;
    parameters: string;
    unstable: string;
  };
  /** Of the clock just spoken of: set by hand, by an hour or by some other time zone. */
  looks: { summer: string; zone: string };
  /** `{perhaps}`, and `{about}` of the phone's clock. */
  operator: Record<DiagnosisVerdict, string>;
  /** `{range}`, or `{slow}` and `{fast}` where both are possible. */
  offset: { slow: string; fast: string; both: string };
  /** `{percent}` and `{n}` */
  evidence: Forms;
  next: Record<'askNextCode' | 'fixPhone' | 'fixOurs' | 'retry' | 'reEnroll', string>;
}
