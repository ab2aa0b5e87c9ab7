/** Whether the keys in the environment could be guessed, or are taken for one another. */
import type { World } from '../verb.js';
import { type Finding, good, unchecked, wrong } from './finding.js';

/** Bits, where each letter was drawn by chance: what a key of 128 has, a little generously. */
const ENOUGH = 112;
const NAMES = ['DRIFTLOCK_KEY', 'DRIFTLOCK_AUTHY_KEY'] as const;
const MAKE = 'make one: head -c 24 /dev/urandom | base64';

export function checkKeys(env: World['env']): Finding[] {
  const set = NAMES.filter((name) => env[name]);
  const [operator, authy] = NAMES.map((name) => env[name]);
  const each = set.map((name) => strengthOf(name, env[name] ?? ''));
  if (operator && operator === authy) {
    each.push(
      wrong(
        'keys',
        'both keys are the same',
        'whoever has Authy’s key is the operator: change one',
      ),
    );
  }
  return each.length > 0
    ? each
    : [unchecked('keys', 'neither DRIFTLOCK_KEY nor DRIFTLOCK_AUTHY_KEY is set')];
}

function strengthOf(name: string, key: string): Finding {
  if (!/^[\x21-\x7e]+$/.test(key)) return wrong(name, 'holds what no header carries', MAKE);
  const bits = Math.floor(key.length * Math.min(Math.log2(alphabetOf(key)), spreadOf(key)));
  return bits >= ENOUGH
    ? good(name, 'long enough, if it was drawn by chance')
    : wrong(name, `at most ${bits} bits to guess`, MAKE);
}

/** The letters that it was drawn from, at most. */
function alphabetOf(key: string): number {
  if (/^\d+$/.test(key)) return 10;
  if (/^[0-9a-f]+$/i.test(key)) return 16;
  return /^[\w-]+$/.test(key) ? 64 : 94;
}

/** Bits a letter by how often each occurs: a word repeated is long and easily guessed. */
function spreadOf(key: string): number {
  const counts = new Map<string, number>();
  for (const letter of key) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / key.length);
  const entropy = shares.reduce((sum, share) => sum - share * Math.log2(share), 0);
  // Of few letters even a random draw looks uneven.
  return entropy + 1;
}
