/** `npm run size`: what a bundle weighs, minified and compressed, beside the least it could. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import { type Sizes, sizesTable } from './table.js';

const tool = join(ROOT, 'node_modules/size-limit/bin.js');
const output = execFileSync(process.execPath, [tool, '--json'], { cwd: ROOT });
const measured: Sizes = JSON.parse(output.toString()).map(
  ({ name, size, sizeLimit }: { name: string; size: number; sizeLimit?: number }) => ({
    name,
    size,
    ...(sizeLimit === undefined ? {} : { limit: sizeLimit }),
  }),
);
saveResults(runNamed('size'), measured);
console.log(sizesTable(measured));
