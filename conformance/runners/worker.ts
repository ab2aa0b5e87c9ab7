/** workerd: the bundle as a worker, started by `workerd test`. */
import { runSuite } from '../suite/suite.js';

export default {
  async test(_controller: unknown, env: { ORIGIN: string }): Promise<void> {
    await runSuite({ origin: env.ORIGIN });
  },
};
