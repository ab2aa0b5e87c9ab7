/** Browsers: the bundle in a page, which is of the place's own origin; in a frame it is a tab. */
import { runSuite } from '../suite/suite.js';
import { offerTab } from '../suite/tab.js';

if (window.parent === window) await runSuite({ origin: location.origin });
else offerTab();
