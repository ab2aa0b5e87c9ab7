/** What is mutated. */

/** No score of these may be below `LEAST`. */
export const HELD: readonly string[] = ['base32', 'drift', 'hotp', 'interval', 'verify'].map(
  inCore,
);

/** These are reported. */
export const REPORTED: readonly string[] = [
  'clock',
  'consensus',
  'estimate',
  'forecast',
  'hmac',
  'import-key',
  'key',
  'likelihood',
  'offset',
  'resynchronize',
  'stability',
  'totp',
  'uri',
].map(inCore);

/** Held too for operators on bits and for numbers, with the tests that have to notice. */
export const BITS: readonly { file: string; tests: readonly string[] }[] = ['hotp', 'verify'].map(
  (name) => ({
    file: inCore(name),
    tests: [name, 'node-crypto'].map((test) => `packages/totp-core/test/${test}.test.ts`),
  }),
);

/** Per cent of a file's mutants. */
export const LEAST = 90;

/** Its mutants have ends that are known beforehand. */
export const CONTROL = 'bench/mutate/control.ts';

function inCore(name: string): string {
  return `packages/totp-core/src/${name}.ts`;
}
