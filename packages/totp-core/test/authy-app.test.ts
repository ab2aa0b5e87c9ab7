// The Authy app's own tokens, seven digits every ten seconds: the default window gives them 30 seconds.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AUTHY_APP, diagnose, importKey, timeStep, totp, verify } from '../src/index.js';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const APP = importKey(SECRET, AUTHY_APP);
const AT = 1_800_000_007_000;

describe('a code of the Authy app', () => {
  it('typed 20 seconds late is valid under the default window', () => {
    const code = totp(APP, { at: AT - 20_000 });
    expect(verify(APP, code, { at: AT })).toStrictEqual({
      valid: true,
      step: timeStep(APP, AT) - 2,
      delta: -2,
    });
  });

  it('is valid for 30 seconds each way, whenever it is read, and not for ten more', () => {
    fc.assert(
      fc.property(fc.integer({ min: -30_000, max: 30_000 }), fc.nat(1e9), (late, ms) => {
        const at = AT + ms;
        const step = timeStep(APP, at + late);
        // One code in a million is another step's of the window, too.
        expect(verify(APP, totp(APP, { at: at + late }), { at })).toMatchObject({
          valid: true,
          step,
        });
        for (const beyond of [-40_000, 40_000]) {
          expect(verify(APP, totp(APP, { at: at + beyond }), { at }).valid).toBe(false);
        }
      }),
    );
  });

  it('is not taken by a key of six digits and 30 seconds, and the other way round', () => {
    const usual = importKey(SECRET);
    for (const [key, other] of [
      [APP, usual],
      [usual, APP],
    ] as const) {
      const code = totp(other, { at: AT });
      expect(verify(key, code, { at: AT })).toStrictEqual({ valid: false, reason: 'malformed' });
      expect(diagnose(key, code, { at: AT })).toMatchObject({
        verdict: 'wrong-parameters',
        certainty: 'certain',
      });
    }
  });
});
