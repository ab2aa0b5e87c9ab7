/** Conformance kits: what every engine must show, runnable in any test runner. */
export { type CellsCheck, cellsChecks, testCells } from './stores/cells-checks.js';
export { type EngineCheck, engineChecks, testEngine } from './stores/engine-checks.js';
