/** The `driftlock` command: its verbs, and the tour for whoever tests a gateway with it. */
export { main } from './main.js';
export { type TourOptions, tour } from './tour/tour.js';
export type { World } from './verb.js';
