// The entry with SHA-1 alone: the same keys, and a refusal for any other algorithm.
import { importKey } from '@driftlock/totp-core/sha1';
import { describe, expect, it } from 'vitest';
import * as core from '../src/index.js';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('importKey of the SHA-1 entry', () => {
  it('makes the keys that the main entry makes', () => {
    const key = importKey(SECRET);
    expect(key.params).toStrictEqual(core.importKey(SECRET).params);
    expect(core.verify(key, '287082', { at: 59_000 })).toStrictEqual({
      valid: true,
      step: 1,
      delta: 0,
    });
  });

  it.each(['SHA256', 'SHA512'] as const)('refuses %s, which it does not hold', (algorithm) => {
    expect(() => importKey(SECRET, { algorithm })).toThrow(
      expect.objectContaining({ code: 'ERR_PARAMS', message: 'algorithm must be SHA1' }),
    );
  });

  it('explains a code with the algorithms it holds', () => {
    const key = importKey(SECRET);
    const [eight, other] = (['SHA1', 'SHA256'] as const).map((algorithm) =>
      core.totp(core.importKey(SECRET, { algorithm, digits: 8 }), { at: 1_700_000_000_000 }),
    );
    const verdicts = [eight!, other!].map(
      (code) => core.diagnose(key, code, { at: 1_700_000_000_000 }).verdict,
    );
    expect(verdicts).toStrictEqual(['wrong-parameters', 'malformed']);
  });
});
