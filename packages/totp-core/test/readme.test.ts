// The README's example runs, and its table names what is exported.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as core from '../src/index.js';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

it('shows an example that prints what it says', () => {
  const [, secret, code, at, printed] =
    /importKey\('(\w+)'\);\n.*verify\(key, '(\d+)', \{ at: ([\d_]+) \}\)\); \/\/ (.*)/.exec(
      README,
    )!;
  const verdict = core.verify(core.importKey(secret!), code!, { at: Number(at!.replace('_', '')) });
  expect(verdict).toStrictEqual({ valid: true, step: 1, delta: 0 });
  expect(printed).toBe('{ valid: true, step: 1, delta: 0 }');
});

it('names everything that is exported', () => {
  for (const name of Object.keys(core)) expect(README).toContain(`\`${name}\``);
});
