/** Mutants that Stryker has no mutator for: other operators on bits, and numbers one off. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../results.js';
import type { Target } from './files.js';
import type { Mutant, Report } from './score.js';

/** The text from `start` to `end`, replaced. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

const OTHER = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.AmpersandToken, '|'],
  [ts.SyntaxKind.BarToken, '&'],
  [ts.SyntaxKind.CaretToken, '&'],
  [ts.SyntaxKind.AmpersandEqualsToken, '|='],
  [ts.SyntaxKind.BarEqualsToken, '&='],
  [ts.SyntaxKind.CaretEqualsToken, '&='],
  [ts.SyntaxKind.LessThanLessThanToken, '>>'],
  [ts.SyntaxKind.GreaterThanGreaterThanToken, '<<'],
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken, '>>'],
]);

/** Every way to change one operator or number of a source. */
export function editsOf(source: string): Edit[] {
  const edits: Edit[] = [];
  const add = (node: ts.Node, text: string): void => {
    edits.push({ start: node.getStart(), end: node.end, text });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isBinaryExpression(node)) {
      const other = OTHER.get(node.operatorToken.kind);
      if (other) add(node.operatorToken, other);
    }
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.TildeToken) {
      add(node, node.operand.getText());
    }
    if (ts.isNumericLiteral(node)) {
      const value = Number(node.text);
      add(node, String(value + 1));
      if (value > 0) add(node, String(value - 1));
    }
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile('mutated.ts', source, ts.ScriptTarget.Latest, true));
  return edits;
}

/** Runs a file's tests on each of its mutants, one after another, and on the file as it is. */
export function tryBits({ file, tests }: Target): Report {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const as = (text: string): string => run({ file, start: 0, end: source.length, text }, tests);
  // Neither always red nor always green.
  const [asItIs, empty] = [as(source), as('export {};')];
  if (asItIs !== 'Survived' || empty !== 'Killed') {
    throw new Error(`the tests of ${file} are ${asItIs} as it is, ${empty} without it`);
  }
  const mutants = editsOf(source).map((edit): Mutant => {
    const [start, end] = [placeOf(source, edit.start), placeOf(source, edit.end)];
    const status = run({ file, ...edit }, tests);
    return { status, location: { start, end }, replacement: edit.text };
  });
  return { files: { [file]: { source, mutants } } };
}

function run(mutant: Edit & { file: string }, tests: readonly string[]): string {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', '--config', 'bench/mutate/bits.config.ts', '--bail', '1', ...tests],
    {
      cwd: ROOT,
      env: { ...process.env, MUTANT: JSON.stringify(mutant) },
      stdio: 'ignore',
      timeout: 120_000,
      killSignal: 'SIGKILL',
    },
  );
  if (status === null) return 'Timeout';
  return status === 0 ? 'Survived' : 'Killed';
}

function placeOf(source: string, at: number): { line: number; column: number } {
  const lines = source.slice(0, at).split('\n');
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}
