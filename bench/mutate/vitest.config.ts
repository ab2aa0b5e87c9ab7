// What a mutant has to turn red: the tests in TESTS, with commas between them.
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

export default defineConfig({
  ...base,
  test: { ...base.test, include: process.env.TESTS!.split(',') },
});
