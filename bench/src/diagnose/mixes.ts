/** Of all codes asked about, how many are what: three answers, so that it shows how much it matters. */
import type { Mix } from './tally.js';

export const MIXES: Readonly<Record<string, Mix>> = {
  /** About what decision 0010 declares. */
  'as declared': {
    'right code': 0.23,
    'used code': 0.04,
    'late code': 0.037,
    'code made ahead': 0.006,
    'clock 1 to 2 minutes slow': 0.004,
    'slow clock': 0.033,
    'fast clock': 0.037,
    'time zone by hand': 0.044,
    'summer time by hand': 0.018,
    'other parameters': 0.01,
    'Authy’s token, usual key': 0.005,
    'usual code, Authy’s key': 0.005,
    'another secret': 0.1,
    'typing error': 0.4,
  },
  /** Somebody whose code failed again and again has asked for help. */
  'a help desk’s': {
    'used code': 0.1,
    'late code': 0.1,
    'code made ahead': 0.01,
    'clock 1 to 2 minutes slow': 0.02,
    'slow clock': 0.18,
    'fast clock': 0.2,
    'time zone by hand': 0.08,
    'summer time by hand': 0.08,
    'other parameters': 0.03,
    'Authy’s token, usual key': 0.02,
    'usual code, Authy’s key': 0.02,
    'another secret': 0.1,
    'typing error': 0.06,
  },
  /** Nearly all codes are guessed. */
  'an attack’s': {
    'right code': 0.02,
    'late code': 0.02,
    'slow clock': 0.01,
    'another secret': 0.95,
  },
};
