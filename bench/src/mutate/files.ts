/** What is mutated, and which tests have to notice. */

export interface Target {
  file: string;
  /** Its own tests, and few others: a mutant has to fall where its idea is tested. */
  tests: readonly string[];
}

/** No score of these may be below `LEAST`. */
export const HELD: readonly Target[] = [
  target('base32', 'peers'),
  target('drift', 'errors', 'stability'),
  target('hotp', 'errors', 'node-crypto'),
  target('interval'),
  target('verify', 'errors', 'node-crypto'),
];

/** Those of them that compute with bits: no operator on bits and no number may go unnoticed. */
export const BITS: readonly Target[] = HELD.filter(({ file }) => /(hotp|verify)\.ts$/.test(file));

/** These are reported. */
export const REPORTED: readonly Target[] = [
  target('clock', 'errors'),
  target('consensus', 'stability'),
  { ...target('estimate'), tests: testsOf('drift', 'stability') },
  target('forecast', 'errors'),
  target('hmac', 'errors', 'node-crypto'),
  { ...target('import-key'), tests: testsOf('key') },
  target('key', 'errors', 'totp'),
  target('likelihood'),
  { ...target('offset'), tests: testsOf('drift', 'resynchronize') },
  target('resynchronize', 'errors', 'node-crypto'),
  target('stability'),
  target('totp', 'errors', 'node-crypto'),
  target('uri', 'errors', 'peers'),
];

/** Per cent of a file's mutants. */
export const LEAST = 90;

/** Its mutants have ends that are known beforehand. */
export const CONTROL: Target = {
  file: 'bench/mutate/control.ts',
  tests: ['bench/mutate/control.test.ts'],
};

function target(name: string, ...others: string[]): Target {
  return { file: `packages/totp-core/src/${name}.ts`, tests: testsOf(name, ...others) };
}

function testsOf(...names: string[]): string[] {
  return names.map((name) => `packages/totp-core/test/${name}.test.ts`);
}
