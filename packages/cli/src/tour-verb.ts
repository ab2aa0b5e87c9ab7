/** `driftlock tour`: the tour, from the command line. */
import { readArguments } from './arguments.js';
import { tour as runTour } from './tour/tour.js';
import type { Verb } from './verb.js';

const HELP = `driftlock tour - see all of it work in six scenes, live

Usage
  driftlock tour

A gateway with an Authy of its own is started on a free port of this machine,
used over HTTP, and ended again. Each scene checks what it claims.

Exit status
  0 every scene held   1 a scene did not do what it claims
`;

export const tour: Verb = {
  help: HELP,
  options: {},
  async run(args, { out: write, colors }) {
    readArguments(args, {});
    return runTour({ write, colors });
  },
};
