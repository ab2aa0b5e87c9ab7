/**
 * One figure of a fresh process: milliseconds from its start until its first token is verified, or
 * until so many are.
 */
import { GOOD } from './server.js';
import { SUBJECTS } from './subjects.js';

const [name = '', url = '', calls = '1'] = process.argv.slice(2);
const verify = await SUBJECTS[name]!(url);
for (let call = 0; call < Number(calls); call++) {
  if (!(await verify(GOOD))) throw new Error(`${name} is wrong about a token`);
}
console.log(performance.now());
process.exit();
