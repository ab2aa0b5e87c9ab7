/** The engines of a race, each started fresh. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Field } from './field.js';
import { processesOver } from './gateways.js';
import { startPostgres } from './servers/postgres.js';
import { startRedis } from './servers/redis.js';
import { workersOverObjects } from './workers.js';

export interface Subject {
  field: Field;
  stop(): Promise<void>;
}

/** Throws where what it needs is not installed. */
export const SUBJECTS: Record<string, () => Promise<Subject>> = {
  async postgres() {
    const { url, stop } = await startPostgres();
    return { field: processesOver({ engine: 'postgres', url }), stop };
  },
  async redis() {
    const { url, stop } = await startRedis();
    return { field: processesOver({ engine: 'redis', url }), stop };
  },
  async libsql() {
    const folder = mkdtempSync(join(tmpdir(), 'driftlock-libsql-'));
    const url = `file:${join(folder, 'race.db')}`;
    return {
      field: processesOver({ engine: 'libsql', url }),
      stop: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
  async 'durable objects'() {
    const { field, stop } = await workersOverObjects();
    return { field, stop };
  },
};
