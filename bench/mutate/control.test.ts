// Not part of `npm test`: brings the mutants of control.ts to their ends.
import { expect, it } from 'vitest';
import { called, checked } from './control.js';

it('calls one function, and looks at what another returns', () => {
  called(1);
  expect(checked(1)).toBe(2);
});
