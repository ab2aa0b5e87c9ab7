// Property tests draw the same cases on every run; SEED=$RANDOM npm run vitest looks for others.
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.SEED ?? 20261123) });
