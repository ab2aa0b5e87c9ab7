/** Other libraries under the same harness: what an early exit over the window looks like. */
import { Secret, TOTP } from 'otpauth';
import { verifySync } from 'otplib';
import type { Case, Subject } from './case.js';
import { asking, codeAt, type Question, REACH, SECRET } from './inputs.js';

const FEW = { samples: 10_000, inner: 2 };

function timed(run: Subject['run']): () => Subject {
  return () => ({ ...asking(codeAt(-REACH), codeAt(REACH)), run });
}

const otpauth = new TOTP({ secret: Secret.fromLatin1(SECRET) });
const secret = Uint8Array.from(Buffer.from(SECRET));

export const PEER_CASES: readonly Case[] = [
  {
    name: 'otpauth',
    kind: 'peer',
    classes: ['the oldest step', 'the newest step'],
    ...FEW,
    prepare: timed((input) => {
      const { code, options } = input as Question;
      return otpauth.validate({ token: code, timestamp: options.at, window: REACH });
    }),
  },
  {
    name: 'otplib',
    kind: 'peer',
    classes: ['the oldest step', 'the newest step'],
    ...FEW,
    prepare: timed((input) => {
      const { code, options } = input as Question;
      const epoch = Math.floor(options.at / 1000);
      return verifySync({ secret, token: code, epoch, epochTolerance: REACH * 30 });
    }),
  },
];
