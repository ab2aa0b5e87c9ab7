import { describe, expect, it } from 'vitest';
import { askToPersist } from '../src/persistence.js';

const answers = (persistent: boolean) => async () => persistent;
const fails = async (): Promise<boolean> => {
  throw new TypeError('opaque origin');
};

describe('asking the browser to keep the store', () => {
  it.each([
    ['it will', { persist: answers(true), persisted: answers(false) }, 'persistent'],
    ['it will not', { persist: answers(false), persisted: answers(false) }, 'best-effort'],
    ['a worker looks and it will', { persisted: answers(true) }, 'persistent'],
    ['a worker may not ask', { persisted: answers(false) }, 'cannot-ask'],
    ['it has no such thing', {}, 'cannot-ask'],
    ['it fails', { persist: fails }, 'cannot-ask'],
  ])('shows its answer: %s', async (_what, storage, expected) => {
    expect(await askToPersist({ storage })).toBe(expected);
  });

  it('can not ask where there is no such thing at all', async () => {
    expect(await askToPersist()).toBe('cannot-ask');
  });
});
