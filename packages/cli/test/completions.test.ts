import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { VERBS } from '../src/verbs.js';
import { inProcess } from './in-process.js';

test('bash completes verbs and their options', async () => {
  const { out } = await inProcess(['completions', 'bash']);
  const ask = (words: string[]): string[] => {
    const script = `${out}\nCOMP_WORDS=(${words.join(' ')}) COMP_CWORD=${words.length - 1}\n_driftlock; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.split('\n').filter(Boolean);
  };
  expect(ask(['driftlock', "''"])).toStrictEqual([...Object.keys(VERBS), '--help', '--version']);
  expect(ask(['driftlock', 'mig'])).toStrictEqual(['migrate']);
  expect(ask(['driftlock', 'doctor', '--'])).toStrictEqual([
    '--data',
    '--gateway',
    '--witness',
    '--json',
    '--help',
  ]);
});

test.each(['zsh', 'fish'])('%s is told every verb and every option', async (shell) => {
  const { out, status } = await inProcess(['completions', shell]);
  expect(status).toBe(0);
  for (const [verb, load] of Object.entries(VERBS)) {
    expect(out).toContain(verb);
    for (const option of Object.keys((await load()).options)) expect(out).toContain(option);
  }
});

test.each([[], ['tcsh'], ['bash', 'zsh'], ['__proto__']])(
  'completions %s is refused',
  async (...args) => {
    const { status, err } = await inProcess(['completions', ...args]);
    expect(status).toBe(2);
    expect(err).toMatch(/name one shell/);
  },
);
