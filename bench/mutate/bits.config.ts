// Runs tests on a file of which one piece is replaced, as MUTANT says, while it stays as it is on disk.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

const { file, start, end, text } = JSON.parse(process.env.MUTANT!);
const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));

export default defineConfig({
  ...base,
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      transform: (code, id) =>
        id === path ? `${code.slice(0, start)}${text}${code.slice(end)}` : undefined,
    },
  ],
  // Threads end with their process, even one that would loop for ever.
  test: { ...base.test, pool: 'threads' },
});
