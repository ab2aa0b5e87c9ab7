/** What became of an import, in a table. */
import type { Found, Unusable } from './found.js';

export type Imported = Found & {
  id: string | undefined;
  outcome: 'made' | 'would be made' | 'was there' | 'no name' | 'refused' | Unusable;
};

const WHY: Partial<Record<Imported['outcome'], string>> = {
  'was there': 'an account of this name was there; it is as it was',
  'no name': 'no name of its own is left; try --ids issuer.name',
  refused: 'the secret is too short, or malformed',
  malformed: 'the entry, or its secret, is malformed',
  'counter-based': 'counter-based (HOTP): only time-based codes are verified',
  digits: 'only codes of 6, 7 or 8 digits are verified',
  algorithm: 'only SHA-1, SHA-256 and SHA-512 are known',
  period: 'its period is none',
};

/** Names are printed without what a terminal would obey. */
export function sayImported(imported: Imported[], place: string | undefined): string {
  const lines = imported.map((one) => {
    const { id, name, issuer, outcome } = one;
    const shown = printable(id ?? (issuer ? `${issuer}: ${name}` : name)) || '(no name)';
    const what = 'params' in one ? sayParams(one.params) : '';
    return `  ${shown.slice(0, 30).padEnd(31)} ${what.padEnd(18)} ${outcome}\n`;
  });
  const made = imported.filter(({ outcome }) => /made$/.test(outcome)).length;
  const head = place
    ? `${made} of ${imported.length} made at ${place}`
    : `${made} of ${imported.length} would be made`;
  const reasons = [...new Set(imported.map(({ outcome }) => outcome))].flatMap((outcome) => {
    const why = WHY[outcome];
    return why ? [`  ${`${outcome}:`.padEnd(15)} ${why}\n`] : [];
  });
  return `${head}\n\n${lines.join('')}${reasons.length > 0 ? `\n${reasons.join('')}` : ''}`;
}

function sayParams({
  algorithm,
  digits,
  period,
}: {
  algorithm: string;
  digits: number;
  period: number;
}): string {
  return `${algorithm} ${digits} / ${period} s`;
}

function printable(text: string): string {
  return text.replace(/\p{C}/gu, '');
}
