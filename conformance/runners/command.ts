/** Node, Deno and Bun: the built packages as each one's own loader resolves them. */
import { runSuite } from '../suite/suite.js';

await runSuite({ origin: process.argv[2] ?? '' });
