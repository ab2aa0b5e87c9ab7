/** SHA-256 and SHA-512 (FIPS 180-4 sections 6.2 and 6.4) by the block. */
import { _SHA256, _SHA512 } from '@noble/hashes/sha2.js';
import type { BlockHash, NobleState } from './block-hash.js';

interface State32 extends NobleState {
  A: number;
  B: number;
  C: number;
  D: number;
  E: number;
  F: number;
  G: number;
  H: number;
}

/** Each word of 64 bits in two halves, the high one first. */
interface State64 extends NobleState {
  Ah: number;
  Al: number;
  Bh: number;
  Bl: number;
  Ch: number;
  Cl: number;
  Dh: number;
  Dl: number;
  Eh: number;
  El: number;
  Fh: number;
  Fl: number;
  Gh: number;
  Gl: number;
  Hh: number;
  Hl: number;
}

export const SHA256: BlockHash = {
  Noble: _SHA256,
  load(state, words) {
    state.set(
      words[0]!,
      words[1]!,
      words[2]!,
      words[3]!,
      words[4]!,
      words[5]!,
      words[6]!,
      words[7]!,
    );
  },
  store(state, to) {
    const { A, B, C, D, E, F, G, H } = state as State32;
    to.setInt32(0, A);
    to.setInt32(4, B);
    to.setInt32(8, C);
    to.setInt32(12, D);
    to.setInt32(16, E);
    to.setInt32(20, F);
    to.setInt32(24, G);
    to.setInt32(28, H);
  },
};

export const SHA512: BlockHash = {
  Noble: _SHA512,
  load(state, words) {
    state.set(
      words[0]!,
      words[1]!,
      words[2]!,
      words[3]!,
      words[4]!,
      words[5]!,
      words[6]!,
      words[7]!,
      words[8]!,
      words[9]!,
      words[10]!,
      words[11]!,
      words[12]!,
      words[13]!,
      words[14]!,
      words[15]!,
    );
  },
  store(state, to) {
    const { Ah, Al, Bh, Bl, Ch, Cl, Dh, Dl, Eh, El, Fh, Fl, Gh, Gl, Hh, Hl } = state as State64;
    to.setInt32(0, Ah);
    to.setInt32(4, Al);
    to.setInt32(8, Bh);
    to.setInt32(12, Bl);
    to.setInt32(16, Ch);
    to.setInt32(20, Cl);
    to.setInt32(24, Dh);
    to.setInt32(28, Dl);
    to.setInt32(32, Eh);
    to.setInt32(36, El);
    to.setInt32(40, Fh);
    to.setInt32(44, Fl);
    to.setInt32(48, Gh);
    to.setInt32(52, Gl);
    to.setInt32(56, Hh);
    to.setInt32(60, Hl);
  },
};
