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

it('shows an estimate that comes out as it says', () => {
  const example = README.match(/```js\n(import \{ observe.*?)```/s)![1]!;
  const [names, ...lines] = example.split('\n');
  const body = [names!.replace('import', 'const').replace(/from .*/, '= core;'), ...lines];
  const printed: unknown[] = [];
  const log = (value: unknown) => printed.push(value);
  new Function('core', 'console', body.join('\n'))(core, { log });
  const shown = [...example.matchAll(/\/\/ (\{.*\})/g)].map(([, text]) => text);
  const said = shown.map((text) => new Function(`return ${text}`)());
  expect(printed).toStrictEqual(said);
  expect(said).toHaveLength(2);
});
