// What V8 makes of the kernel: no division, no remainder, no -0, no strings, no branch and no call but those named.
import { execFileSync } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bytecode-')));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a function may do; all else is a fault. */
interface Rule {
  /** Where functions of that name stand: the rule is for all of them. */
  files: string[];
  name: string;
  /** Whom it may call, as it is written. */
  calls: string[];
  /** Conditional jumps, loops included: none of them on a secret. */
  branches: number;
}

// Why each may branch: loops over public counts; in scan also the shape of what was typed, and at
// its end the verdict itself.
const KERNEL: Rule[] = [
  { files: ['hotp'], name: 'codeNumber', calls: ['choose', 'pair', 'remainder'], branches: 0 },
  { files: ['hotp'], name: 'pair', calls: [], branches: 0 },
  { files: ['hotp'], name: 'choose', calls: [], branches: 0 },
  { files: ['hotp'], name: 'remainder', calls: ['Math.imul'], branches: 0 },
  { files: ['hotp'], name: 'agrees', calls: ['codeNumber'], branches: 0 },
  {
    files: ['verify'],
    name: 'scan',
    calls: ['parseCode', 'Math.min', 'Math.max', 'agrees', 'macOf'],
    branches: 4,
  },
  {
    files: ['search'],
    name: 'marks',
    calls: ['Uint8Array', 'Math.max', 'mac.of', 'agrees'],
    branches: 2,
  },
  {
    files: ['hmac'],
    name: 'of',
    calls: ['Math.floor', 'message.view.setUint32', 'compress'],
    branches: 0,
  },
  {
    files: ['hmac'],
    name: 'compress',
    calls: [
      ...['hash.load', 'state.process', 'hash.store'],
      ...['from._cloneInto', 'from._cloneInto(state).update'],
      'from._cloneInto(state).update(bytes).digestInto',
    ],
    branches: 0,
  },
  { files: ['sha1-hash', 'sha2-hash'], name: 'load', calls: ['state.set'], branches: 0 },
  { files: ['sha1-hash', 'sha2-hash'], name: 'store', calls: ['to.setInt32'], branches: 0 },
];

// Every function between importKey and a verdict that divides, and what it divides.
const DIVIDES: Record<string, string> = {
  digestInto: 'a length, in noble',
  fromNumH: 'a length, in noble',
  words: 'a length',
  checkSeconds: 'the end of time',
  verifyMacs: 'a number of HMACs',
  stepAt: 'an instant',
  defaultReach: 'a period',
  add: 'sums of SHA-512, by 2^32, in noble: a power of two is exact, and no quotient is sought',
  add3H: 'as add',
  add4H: 'as add',
  add5H: 'as add',
};

const CONTROLS = `
export function modulo(value) { return value % 1000000; }
export function variable(value, by) { return value % by; }
export function division(value) { return value / 3; }
export function power(digits) { return 10 ** digits; }
export function negated(bit) { return -(bit & 1); }
export function padded(value) { return String(value).padStart(6, '0'); }
export function template(value) { return \`\${value}\`; }
export function destructured(pair) { const [one, two] = pair; return one + two; }
export function early(value) { if (value === 3) return 1; return 0; }
export function compared(one, two) { return one === two; }
export function stranger(value) { return Math.max(value, 3); }
export function ladder(value) { let rest = value; for (let i = 3; i >= 0; i--) rest -= 9 << i; return rest; }
export function run() {
  modulo(7); variable(7, 3); division(7); power(6); negated(2); padded(7); template(7); destructured([1, 2]);
  early(3); compared('1', '2'); stranger(7); ladder(100);
}`;

const VERIFY = `
for (const algorithm of ['SHA1', 'SHA256', 'SHA512']) {
  const key = importKey('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', { algorithm });
  for (const after of [undefined, 5]) verify(key, '123456', { at: 1.8e12, after });
}
const unproven = importKeyWith({ SHA1: { ...SHA1, load: Boolean } }, Uint8Array.of(1));
verify(unproven, '123456', { at: 1.8e12 });
verifyMacs([new Uint8Array(20)], 5, {}, '123456');`;

const SEARCH = `
const codes = ['123456', '654321'].map((code) => ({ code, at: 1.8e12 }));
resynchronize(importKey('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'), codes, { maxOffset: 60 });`;

transpile();
const onVerify = bytecode(VERIFY);
const onSearch = bytecode(SEARCH);
const onControls = bytecode('run();');

describe('the bytecode of the kernel', () => {
  it.each(KERNEL)('of $name does nothing but what it may', (rule) => {
    expect(faults(rule.name === 'marks' ? onSearch : onVerify, rule)).toStrictEqual([]);
  });

  it('divides between importKey and a verdict only where nothing secret is divided', () => {
    const dividing = [...onVerify.keys()].filter((name) =>
      onVerify.get(name)!.some((ops) => ops.some((op) => /^(Div|Mod|Exp)/.test(op))),
    );
    expect(dividing.sort()).toStrictEqual(Object.keys(DIVIDES).sort());
  });

  it.each([
    ['modulo', 'ModSmi'],
    ['variable', 'Mod'],
    ['division', 'DivSmi'],
    ['power', 'Exp'],
    ['negated', 'Negate'],
    ['padded', 'calls String(value).padStart'],
    ['template', 'ToString'],
    ['destructured', 'GetIterator'],
    ['early', 'branches: 1'],
    ['compared', 'comparisons: 1'],
    ['stranger', 'calls Math.max'],
    ['renamed', '0 compiled, 0 written'],
  ])('is refused in the control `%s`: %s', (name, fault) => {
    expect(faults(onControls, { files: ['controls'], name, calls: [], branches: 0 })).toContain(
      fault,
    );
  });

  it('is not refused in a control that is a ladder', () => {
    const rule = { files: ['controls'], name: 'ladder', calls: [], branches: 1 };
    expect(faults(onControls, rule)).toStrictEqual([]);
  });
});

/** Everything that functions do against their rule, as V8 compiled them and as they are written. */
function faults(compiled: Map<string, string[][]>, rule: Rule): string[] {
  const found = compiled.get(rule.name) ?? [];
  const written = rule.files.flatMap((file) => callsIn(file, rule.name));
  if (found.length === 0 || found.length !== written.length) {
    return [`${found.length} compiled, ${written.length} written`];
  }
  const strangers = written.flat().filter((callee) => !rule.calls.includes(callee));
  // Calls that nobody wrote are V8's own, as for an iterator.
  const made = found.map((ops) => count(ops, /^(Call|Construct|Invoke)/)).sort();
  const meant = written.map((callees) => callees.length).sort();
  return [
    ...found.flatMap((ops) => faultsOf(ops, rule.branches)),
    ...strangers.map((callee) => `calls ${callee}`),
    ...(made.join() === meant.join() ? [] : [`calls: ${made}, written: ${meant}`]),
  ];
}

function faultsOf(ops: string[], branches: number): string[] {
  const found = ops.filter((op) =>
    /^(Div|Mod|Exp|Negate|ToString|ToName|GetIterator|ForIn)/.test(op),
  );
  const jumps = count(ops, /^(JumpIf|Switch)/);
  const comparisons = count(ops, /^Test/);
  if (jumps > branches) found.push(`branches: ${jumps}`);
  // A comparison that no jump uses up makes a boolean of what it compared.
  if (comparisons > branches) found.push(`comparisons: ${comparisons}`);
  return found;
}

function count(ops: string[], kind: RegExp): number {
  return ops.filter((op) => kind.test(op)).length;
}

/** The functions compiled while this code runs: for each name, the bytecodes of all that bear it. */
function bytecode(code: string): Map<string, string[][]> {
  const main = `
    import { setFlagsFromString } from 'node:v8';
    import { importKey, resynchronize, verify, verifyMacs } from './index.js';
    import { importKeyWith } from './key.js';
    import { SHA1 } from './sha1-hash.js';
    import { run } from './controls.js';
    setFlagsFromString('--print-bytecode');
    ${code}`;
  writeFileSync(join(folder, 'main.js'), main);
  const flags = ['--print-bytecode-filter=*', '--no-opt'];
  const out = execFileSync(process.execPath, [...flags, join(folder, 'main.js')], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const compiled = new Map<string, string[][]>();
  for (const part of out.split('[generated bytecode for function: ').slice(1)) {
    const name = part.slice(0, part.indexOf(' ('));
    const ops = [...part.matchAll(/@ +\d+ : (?:[0-9a-f]{2} )+ *([A-Z]\w+)/g)].map((op) => op[1]!);
    if (ops.length === 0) throw new Error(`the bytecode of ${name} can't be read`);
    compiled.set(name, [...(compiled.get(name) ?? []), ops]);
  }
  return compiled;
}

/** Whom each function of that name calls, as written; functions within it are not it. */
function callsIn(file: string, name: string): string[][] {
  const text = readFileSync(join(folder, `${file}.js`), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const found: string[][] = [];
  const collect = (node: ts.Node, calls: string[]): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      calls.push(node.expression.getText(source));
    }
    ts.forEachChild(node, (child) => collect(child, calls));
  };
  const search = (node: ts.Node): void => {
    const named = ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node);
    if (named && node.name?.getText(source) === name) {
      const calls: string[] = [];
      ts.forEachChild(node.body!, (child) => collect(child, calls));
      found.push(calls);
    }
    ts.forEachChild(node, search);
  };
  search(source);
  return found;
}

/** The sources as JavaScript, beside the controls, where noble and hi-base32 are found. */
function transpile(): void {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  const files = readdirSync(join(PACKAGE, 'src')).filter((file) => file.endsWith('.ts'));
  for (const file of files) {
    const text = readFileSync(join(PACKAGE, 'src', file), 'utf8');
    const { outputText } = ts.transpileModule(text, { compilerOptions, fileName: file });
    writeFileSync(join(folder, file.replace(/\.ts$/, '.js')), outputText);
  }
  writeFileSync(join(folder, 'controls.js'), CONTROLS);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(PACKAGE, 'node_modules'), join(folder, 'node_modules'));
}
