/** Every verb, by the word it is called with. */
import type { Verb } from './verb.js';

/** Loaded when asked for: printing a code needs no server. */
export const VERBS: Record<string, () => Promise<Verb>> = {
  code: async () => (await import('./code.js')).code,
  verify: async () => (await import('./verify.js')).verify,
  diagnose: async () => (await import('./diagnose.js')).diagnose,
  resync: async () => (await import('./resync.js')).resync,
  gateway: async () => (await import('./gateway.js')).gateway,
  enrol: async () => (await import('./enrol.js')).enrol,
  uri: async () => (await import('./uri.js')).uri,
  doctor: async () => (await import('./doctor.js')).doctor,
  audit: async () => (await import('./audit.js')).audit,
  import: async () => (await import('./import.js')).importVerb,
  migrate: async () => (await import('./migrate.js')).migrate,
  bench: async () => (await import('./bench.js')).bench,
  tour: async () => (await import('./tour-verb.js')).tour,
  completions: async () => (await import('./completions.js')).completions,
};
