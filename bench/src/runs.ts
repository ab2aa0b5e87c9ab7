/** Every long run: its script, what makes its results stale, and where its tables stand. */

import { clientTable } from './client/table.js';
import { crashTable } from './crash/table.js';
import { crashBrowserTable, deathsTable } from './crash-browser/table.js';
import { crashPageTable } from './crash-page/table.js';
import { crashPeersTable, lossesTable } from './crash-peers/table.js';
import { instructionTable, summary, timingTable } from './ct/table.js';
import {
  knownTable,
  nearTable,
  oneCodeTable,
  overlapTable,
  reliabilityTable,
  twoCodesTable,
} from './diagnose/table.js';
import { drainTable, exactlyOnceTable } from './drain/table.js';
import { enqueueTable } from './enqueue/table.js';
import { accountTable, costTable, objectsTable, statementTable } from './gateway/table.js';
import { horizonTable } from './horizon/table.js';
import { HELD, REPORTED } from './mutate/files.js';
import { equivalentTable, scoreTable } from './mutate/table.js';
import { raceTable } from './race/table.js';
import {
  coverageTable,
  errorTable,
  forecastTable,
  othersTable,
  ratchetTable,
  strainedTable,
} from './simulate/table.js';
import { sizesTable } from './size/table.js';
import { speedTable, targetsTable } from './speed/table.js';
import { witnessTable } from './witness/table.js';
import { workerTable } from './worker/table.js';

/** A table in a README, between `<!-- results:NAME -->` and `<!-- /results -->`. */
export interface Table {
  name: string;
  /** Relative to the project's folder. */
  readme: string;
  /** The Markdown for what was measured. */
  // biome-ignore lint/suspicious/noExplicitAny: each run knows the shape of its own results.
  render(measured: any): string;
}

export interface Run {
  /** Of the results file, and of the folder under bench/src. */
  name: string;
  /** What to type to run it. */
  command: string;
  /** Files or folders, relative to the project's; a change in them makes the results stale. */
  sources: readonly string[];
  tables: readonly Table[];
}

/** The verify path: what makes a code from a secret, and judges one. */
const VERIFY_PATH = [
  'algorithm',
  'base32',
  'block-hash',
  'errors',
  'hmac',
  'hotp',
  'import-key',
  'key',
  'sha1',
  'sha1-hash',
  'sha2-hash',
  'totp',
  'verify',
].map((file) => `packages/totp-core/src/${file}.ts`);

/** What says why a code failed. */
const DIAGNOSIS = [
  'belief',
  'diagnose',
  'odds',
  'offset',
  'prior',
  'search',
  'variants',
  'verdict',
].map((file) => `packages/totp-core/src/${file}.ts`);

/** What learns an authenticator's clock. */
const DRIFT = [
  'consensus',
  'drift',
  'estimate',
  'forecast',
  'interval',
  'likelihood',
  'offset',
  'stability',
].map((file) => `packages/totp-core/src/${file}.ts`);

/** Whose bundles are weighed, and what comes with them. */
const BUNDLED = ['totp-core', 'api-client', 'verifier', 'browser'];

export const RUNS: readonly Run[] = [
  {
    name: 'speed',
    command: 'npm run bench',
    sources: [...VERIFY_PATH, 'bench/src/speed', 'bench/package.json'],
    tables: [
      { name: 'targets', readme: 'bench/README.md', render: targetsTable },
      { name: 'speed', readme: 'bench/README.md', render: speedTable },
    ],
  },
  {
    name: 'client',
    command: 'npm run bench',
    sources: ['packages/api-client/src', 'packages/api-client/package.json', 'bench/src/client'],
    tables: [
      { name: 'client', readme: 'bench/README.md', render: clientTable },
      { name: 'client', readme: 'packages/api-client/README.md', render: clientTable },
    ],
  },
  {
    name: 'ct',
    command: 'npm run ct',
    sources: [...VERIFY_PATH, 'bench/src/ct', 'bench/package.json'],
    tables: [
      { name: 'ct', readme: 'bench/README.md', render: summary },
      { name: 'ct-timing', readme: 'bench/README.md', render: timingTable },
      { name: 'ct-instructions', readme: 'bench/README.md', render: instructionTable },
      { name: 'ct', readme: 'SECURITY.md', render: summary },
    ],
  },
  {
    name: 'size',
    command: 'npm run size',
    sources: [
      ...BUNDLED.flatMap((name) => [`packages/${name}/src`, `packages/${name}/package.json`]),
      '.size-limit.json',
    ],
    tables: [{ name: 'size', readme: 'bench/README.md', render: sizesTable }],
  },
  {
    name: 'simulate',
    command: 'npm run simulate',
    sources: [...DRIFT, 'bench/src/simulate', 'bench/src/diagnose/dice.ts'],
    tables: [
      { name: 'simulate-error', readme: 'bench/README.md', render: errorTable },
      { name: 'simulate-others', readme: 'bench/README.md', render: othersTable },
      { name: 'simulate-coverage', readme: 'bench/README.md', render: coverageTable },
      { name: 'simulate-strained', readme: 'bench/README.md', render: strainedTable },
      { name: 'simulate-ratchet', readme: 'bench/README.md', render: ratchetTable },
      { name: 'simulate-forecast', readme: 'bench/README.md', render: forecastTable },
    ],
  },
  {
    name: 'race',
    command: 'npm run race',
    sources: [
      'packages/gateway/src/engines',
      ...['latest', 'ledger', 'turns'].map((file) => `packages/gateway/src/stores/${file}.ts`),
      ...['account-state', 'attempts', 'ledger-over', 'meters'].map(
        (file) => `packages/verifier/src/${file}.ts`,
      ),
      'bench/src/race',
    ],
    tables: [{ name: 'race', readme: 'bench/README.md', render: raceTable }],
  },
  {
    name: 'mutate',
    command: 'npm run mutate',
    sources: [
      ...new Set([...HELD, ...REPORTED].flatMap(({ file, tests }) => [file, ...tests])),
      'packages/totp-core/test/samples.ts',
      'packages/totp-core/test/vectors',
      'bench/mutate',
      ...['bits', 'files', 'score', 'stryker'].map((file) => `bench/src/mutate/${file}.ts`),
    ],
    tables: [
      { name: 'mutate', readme: 'bench/README.md', render: scoreTable },
      { name: 'mutate-equivalent', readme: 'bench/README.md', render: equivalentTable },
    ],
  },
  {
    name: 'horizon',
    command: 'npm run horizon',
    sources: ['packages/gateway/src/devices/horizon.ts', 'bench/src/horizon'],
    tables: [{ name: 'horizon', readme: 'packages/gateway/README.md', render: horizonTable }],
  },
  {
    name: 'crash',
    command: 'npm run crash:gateway',
    sources: [
      'packages/gateway/src/engines/libsql.ts',
      'packages/gateway/src/engines/libsql-schema.ts',
      ...['account-store', 'decision-store', 'ledger', 'shelf'].map(
        (file) => `packages/gateway/src/stores/${file}.ts`,
      ),
      'bench/src/crash',
    ],
    tables: [{ name: 'crash', readme: 'bench/README.md', render: crashTable }],
  },
  {
    name: 'crash-browser',
    command: 'npm run crash:browser',
    sources: [
      'packages/browser/src',
      ...['accept', 'deny', 'outbox-row', 'settle', 'settler'].map(
        (file) => `packages/verifier/src/${file}.ts`,
      ),
      'bench/src/crash-browser',
    ],
    tables: [
      { name: 'crash-browser', readme: 'bench/README.md', render: crashBrowserTable },
      { name: 'crash-browser-deaths', readme: 'bench/README.md', render: deathsTable },
    ],
  },
  {
    name: 'crash-peers',
    command: 'npm run crash:peers',
    sources: [
      ...['drainer', 'evidence', 'evidence-row', 'lane', 'offline-verifier', 'sync', 'tell'].map(
        (file) => `packages/browser/src/${file}.ts`,
      ),
      ...['line', 'mortal', 'world'].map((file) => `bench/src/crash-browser/${file}.ts`),
      'bench/src/crash-peers',
      'bench/package.json',
    ],
    tables: [
      { name: 'crash-peers', readme: 'bench/README.md', render: crashPeersTable },
      { name: 'crash-peers-losses', readme: 'bench/README.md', render: lossesTable },
    ],
  },
  {
    name: 'gateway',
    command: 'npm run bench:gateway',
    sources: [
      ...[
        'authorization',
        'body',
        'digest',
        'gateway',
        'in-flight',
        'lookups',
        'routes',
        'verify-routes',
      ].map((file) => `packages/gateway/src/${file}.ts`),
      ...['audit.ts', 'entry.ts', 'recorder.ts'].map(
        (file) => `packages/gateway/src/audit/${file}`,
      ),
      ...['libsql', 'memory', 'postgres', 'redis'].map(
        (file) => `packages/gateway/src/engines/${file}.ts`,
      ),
      ...['account-store', 'decision-store', 'drift-store', 'keyring', 'ledger', 'shelf'].map(
        (file) => `packages/gateway/src/stores/${file}.ts`,
      ),
      ...['accept', 'compare', 'explain', 'setup', 'verify'].map(
        (file) => `packages/verifier/src/${file}.ts`,
      ),
      'bench/src/gateway',
    ],
    tables: [
      { name: 'gateway', readme: 'bench/README.md', render: costTable },
      { name: 'gateway', readme: 'docs/guides/scaling.md', render: costTable },
      { name: 'gateway-statements', readme: 'docs/guides/scaling.md', render: statementTable },
      { name: 'gateway-accounts', readme: 'docs/guides/scaling.md', render: accountTable },
      { name: 'gateway-objects', readme: 'docs/guides/scaling.md', render: objectsTable },
    ],
  },
  {
    name: 'drain',
    command: 'npm run drain',
    sources: [
      ...['contacts', 'device-gateway', 'drain', 'drain-lock', 'drainer', 'evidence'].map(
        (file) => `packages/browser/src/${file}.ts`,
      ),
      ...['evidence-row', 'lane', 'pull', 'sync', 'sync-row', 'tell'].map(
        (file) => `packages/browser/src/${file}.ts`,
      ),
      'packages/gateway/src/devices/evidence.ts',
      'bench/src/drain',
    ],
    tables: [
      { name: 'drain-once', readme: 'bench/README.md', render: exactlyOnceTable },
      { name: 'drain', readme: 'bench/README.md', render: drainTable },
    ],
  },
  {
    name: 'worker',
    command: 'npm run worker',
    sources: ['packages/gateway/src', 'packages/gateway/template', 'bench/src/worker'],
    tables: [{ name: 'worker', readme: 'packages/gateway/README.md', render: workerTable }],
  },
  {
    name: 'crash-page',
    command: 'npm run crash:page',
    sources: [
      ...[
        'dexie-ledger',
        'dexie-outbox',
        'evidence-row',
        'offline-verifier',
        'schema',
        'store',
      ].map((file) => `packages/browser/src/${file}.ts`),
      ...['outbox-row', 'settle', 'settler', 'verify'].map(
        (file) => `packages/verifier/src/${file}.ts`,
      ),
      'bench/src/crash-page',
    ],
    tables: [{ name: 'crash-page', readme: 'bench/README.md', render: crashPageTable }],
  },
  {
    name: 'enqueue',
    command: 'npm run bench:browser',
    sources: [
      ...['dexie-outbox', 'schema', 'store'].map((file) => `packages/browser/src/${file}.ts`),
      'bench/src/enqueue',
    ],
    tables: [
      { name: 'enqueue', readme: 'bench/README.md', render: enqueueTable },
      { name: 'enqueue', readme: 'packages/browser/README.md', render: enqueueTable },
    ],
  },
  {
    name: 'diagnose',
    command: 'npm run simulate',
    sources: [...DIAGNOSIS, 'bench/src/diagnose'],
    tables: [
      { name: 'diagnose-one', readme: 'bench/README.md', render: oneCodeTable },
      { name: 'diagnose-two', readme: 'bench/README.md', render: twoCodesTable },
      { name: 'diagnose-near', readme: 'bench/README.md', render: nearTable },
      { name: 'diagnose-known', readme: 'bench/README.md', render: knownTable },
      { name: 'diagnose-overlap', readme: 'bench/README.md', render: overlapTable },
      { name: 'diagnose-reliability', readme: 'bench/README.md', render: reliabilityTable },
    ],
  },
  {
    name: 'witness',
    command: 'npm run simulate',
    sources: [
      'packages/totp-core/src/witness.ts',
      'packages/totp-core/src/interval.ts',
      'bench/src/witness',
    ],
    tables: [{ name: 'witness', readme: 'bench/README.md', render: witnessTable }],
  },
];

/** The run of that name. */
export function runNamed(name: string): Run {
  const run = RUNS.find((known) => known.name === name);
  if (!run) throw new Error(`no run is called ${name}`);
  return run;
}
