// What a mutant of the core has to turn red: the core's own tests, but for those that start processes.
import { statSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import base from '../../vitest.config.js';

/** The sooner one fails, the fewer are run. */
class SmallestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sizeOf = ({ moduleId }: TestSpecification): number => statSync(moduleId).size;
    return files.sort((a, b) => sizeOf(a) - sizeOf(b));
  }
}

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['packages/totp-core/test/*.test.ts', 'bench/mutate/control.test.ts'],
    exclude: ['**/{bytecode,oathtool,readme}.test.ts'],
    sequence: { sequencer: SmallestFirst },
  },
});
