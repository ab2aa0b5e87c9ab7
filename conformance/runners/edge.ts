/** edge-light: the bundle in a context that has what edge functions have, and no more. */
import { readFileSync } from 'node:fs';
import { EdgeVM } from 'edge-light';

const [bundle = '', origin = ''] = process.argv.slice(2);
const vm = new EdgeVM();
vm.evaluate(readFileSync(bundle, 'utf8'));
await vm.evaluate<Promise<void>>(`suite.runSuite(${JSON.stringify({ origin })})`);
