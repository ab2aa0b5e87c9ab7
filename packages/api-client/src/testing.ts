// The conformance kit for authorities, runnable in any test runner.
export {
  type AuthorityCheck,
  type AuthorityFactory,
  authorityChecks,
  type Situation,
  type Stage,
  testAuthority,
} from './authority-checks.js';
