/** Code whose mutants have known ends: a run in which one of them ends otherwise measured nothing. */

// Survived: read while the file loads, so every test there is runs with its mutant and stays green.
export const UNREAD: string = 'nobody looks';

// Survived: called, and nothing is looked at.
export function called(n: number): number {
  return n + 1;
}

// Killed: what it returns is looked at.
export function checked(n: number): number {
  return n + 1;
}

// NoCoverage: no test calls it.
export function uncalled(n: number): number {
  return n + 1;
}
