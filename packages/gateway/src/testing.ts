/** Conformance kits: what every engine, and every set of stores, must show, in any test runner. */
export { type CellsCheck, cellsChecks, testCells } from './stores/cells-checks.js';
export { type EngineCheck, engineChecks, testEngine } from './stores/engine-checks.js';
export {
  type StoresCheck,
  type StoresFactory,
  storesChecks,
  testStores,
} from './stores/stores-checks.js';
