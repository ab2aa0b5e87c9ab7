/** SHA-1 (FIPS 180-4 section 6.1) by the block. */
import { _SHA1 } from '@noble/hashes/legacy.js';
import type { BlockHash, NobleState } from './block-hash.js';

interface State extends NobleState {
  A: number;
  B: number;
  C: number;
  D: number;
  E: number;
}

export const SHA1: BlockHash = {
  Noble: _SHA1,
  load(state, words) {
    state.set(words[0]!, words[1]!, words[2]!, words[3]!, words[4]!);
  },
  store(state, to) {
    const { A, B, C, D, E } = state as State;
    to.setInt32(0, A);
    to.setInt32(4, B);
    to.setInt32(8, C);
    to.setInt32(12, D);
    to.setInt32(16, E);
  },
};
