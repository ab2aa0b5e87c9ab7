import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { VERBS } from '../src/verbs.js';
import { inProcess } from './in-process.js';

const home = mkdtempSync(join(tmpdir(), 'driftlock-shell-'));
afterAll(() => rmSync(home, { recursive: true }));

/** How each shell is asked what may stand for the last word. */
const ASK: Record<string, (completion: string, words: readonly string[]) => string[]> = {
  bash: (completion, words) => {
    const typed = words.map((word) => `'${word}'`).join(' ');
    return [
      '-c',
      `${completion}
       COMP_WORDS=(${typed}) COMP_CWORD=${words.length - 1}
       _driftlock; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ];
  },
  // Completion itself needs a terminal: what would be offered is printed, as compadd would pick it.
  zsh: (completion, words) => {
    const typed = words.map((word) => `'${word}'`).join(' ');
    return [
      '-f',
      '-c',
      `compadd() { shift; print -l -- \${(M)@:#\${words[CURRENT]}*} }
       _files() { }
       words=(${typed}) CURRENT=${words.length}
       ${completion}`,
    ];
  },
  fish: (completion, words) => [
    '--no-config',
    '-c',
    `${completion}\ncomplete -C '${words.join(' ')}'`,
  ],
};

const isThere = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;
const missing = Object.keys(ASK).filter((shell) => !isThere(shell));
if (missing.length > 0 && process.env.CI === 'true') throw new Error(`missing: ${missing}`);
if (missing.length > 0) console.warn(`SKIPPED, nothing was shown: ${missing} is not installed`);

describe.each(Object.keys(ASK))('%s', (shell) => {
  const complete = async (...words: string[]) => {
    const { out } = await inProcess(['completions', shell]);
    const args = ASK[shell]?.(out, ['driftlock', ...words]) ?? [];
    const env = { ...process.env, HOME: home };
    // An empty folder, where no file is offered.
    const { stdout, stderr } = spawnSync(shell, args, { cwd: home, encoding: 'utf8', env });
    expect(stderr).toBe('');
    return stdout.split('\n').filter(Boolean).sort();
  };

  test.skipIf(missing.includes(shell))('completes verbs', async () => {
    expect(await complete('')).toStrictEqual(expect.arrayContaining(Object.keys(VERBS)));
    expect(await complete('mig')).toStrictEqual(['migrate']);
    expect(await complete('nothing')).toStrictEqual([]);
  });

  test.skipIf(missing.includes(shell))('completes the word of a verb that takes one', async () => {
    expect(await complete('migrate', 'a')).toStrictEqual(['authy']);
    expect(await complete('completions', '')).toStrictEqual(
      expect.arrayContaining(['bash', 'fish', 'zsh']),
    );
    expect(await complete('migrate', 'authy', 'a')).toStrictEqual([]);
  });

  test.skipIf(missing.includes(shell)).each(Object.entries(VERBS))(
    'completes the options of %s',
    async (verb, load) => {
      const { words = [], options } = await load();
      const expected = [...Object.keys(options), 'help'].map((name) => `--${name}`).sort();
      expect(await complete(verb, ...words.slice(0, 1), '--')).toStrictEqual(expected);
    },
  );
});

test.each([[], ['tcsh'], ['bash', 'zsh'], ['__proto__']])(
  'completions %s is refused',
  async (...args) => {
    const { status, err } = await inProcess(['completions', ...args]);
    expect(status).toBe(2);
    expect(err).toMatch(/name one shell/);
  },
);
