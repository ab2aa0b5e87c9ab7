/** All that `pnpm ct` compares. */
import type { Case } from './case.js';
import { CONTROL_CASES } from './controls.js';
import { KERNEL_CASES } from './kernel-cases.js';
import { PEER_CASES } from './peers.js';
import { VERIFY_CASES } from './verify-cases.js';

export const CASES: readonly Case[] = [
  ...VERIFY_CASES,
  ...KERNEL_CASES,
  ...CONTROL_CASES,
  ...PEER_CASES,
];

/** The case of that name. */
export function caseNamed(name: string): Case {
  const item = CASES.find((known) => known.name === name);
  if (!item) throw new Error(`no case is called ${name}`);
  return item;
}
