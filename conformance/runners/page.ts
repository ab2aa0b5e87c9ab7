/** Browsers: the bundle in a page, which is of the place's own origin. */
import { runSuite } from '../suite/suite.js';

await runSuite({ origin: location.origin });
