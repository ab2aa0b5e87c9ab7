/** The mutation run as tables. */
import { type Equivalent, equivalentTo } from './equivalent.js';
import { HELD, LEAST } from './files.js';
import { type Measured, percent, type Score, type Tried } from './score.js';

/** A row for each file and kind of mutants, with what is held at the top. */
export function scoreTable({ faults, stryker, bits }: Measured): string {
  const isHeld = ({ file }: Score): boolean => HELD.some((one) => one.file === file);
  const held = stryker.scores.filter(isHeld);
  const others = stryker.scores.filter((score) => !isHeld(score));
  return [
    faults.length === 0
      ? 'The run is valid: every control mutant ended as it must.'
      : `The run is INVALID: ${faults.join('; ')}.`,
    '',
    '| | mutants | killed | timed out | survived | not covered | equivalent | score |',
    '| --- | --: | --: | --: | --: | --: | --: | --: |',
    ...held.map((score) => row(score, { name: nameOf(score), of: stryker, bold: '**' })),
    ...bits.scores.map((score) =>
      row(score, { name: `${nameOf(score)}, bits`, of: bits, bold: '**' }),
    ),
    ...others.map((score) => row(score, { name: nameOf(score), of: stryker, bold: '' })),
    '',
    `In bold: held at ${LEAST} or more; of bits, nothing may survive that is not equivalent.`,
  ].join('\n');
}

/** What no test can notice, and why. */
export function equivalentTable({ stryker, bits }: Measured): string {
  const known = [...stryker.unnoticed, ...bits.unnoticed].flatMap((one) => equivalentTo(one) ?? []);
  const rows = [...new Set(known)].map(
    (one) => `| ${nameOf(one)} | ${inCode(one.where)} | ${changeOf(one)} | ${one.why} |`,
  );
  return ['| | in | mutant | why it is the same |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

function row(score: Score, { name, of, bold }: { name: string; of: Tried; bold: string }): string {
  const { file, mutants, killed, timedOut, survived, notCovered } = score;
  const equivalent = of.unnoticed.filter((one) => one.file === file && equivalentTo(one)).length;
  const shownScore = `${bold}${shown(score)}${bold}`;
  const cells = [name, mutants, killed, timedOut, survived, notCovered, equivalent, shownScore];
  return `| ${cells.join(' | ')} |`;
}

/** Rounded down, so that what is shown as 90 is not below it. */
function shown(score: Score): string {
  return (Math.floor(10 * percent(score)) / 10).toFixed(1);
}

function nameOf({ file }: { file: string }): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

function changeOf({ code, replacement }: Equivalent): string {
  return `${inCode(code)} → ${[replacement].flat().map(inCode).join(', ')}`;
}

function inCode(text: string): string {
  return `\`${text.replace(/\s+/g, ' ').replaceAll('|', '\\|')}\``;
}
