/** Postgres' tables: what each version changed, and the statement that brings a database up to date. */

/** Each is done once, in this order; what was published is never edited. */
export const MIGRATIONS: readonly string[] = [
  // In collation "C", so that equal is equal bytes and the order is that of UTF-8.
  `CREATE TABLE driftlock_cells (
    kind text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    value text NOT NULL,
    version text COLLATE "C" NOT NULL,
    "group" text COLLATE "C",
    until double precision,
    PRIMARY KEY (kind, key)
  );
  CREATE INDEX driftlock_groups ON driftlock_cells (kind, "group", key) WHERE "group" IS NOT NULL;
  CREATE INDEX driftlock_until ON driftlock_cells (until) WHERE until IS NOT NULL;`,
];

/**
 * One transaction in one message, so that it is done whole or not at all. The lock lets one gateway
 * of several do it, those that waited see what it did, and a role that may create nothing passes
 * where there is nothing to do.
 */
export function migrate(): string {
  const steps = MIGRATIONS.map(
    (change, index) => `
    IF NOT EXISTS (SELECT FROM driftlock_schema WHERE version = ${index + 1}) THEN
      ${change}
      INSERT INTO driftlock_schema (version) VALUES (${index + 1});
    END IF;`,
  );
  return `BEGIN ISOLATION LEVEL READ COMMITTED; DO $$ BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('driftlock_schema'));
    IF to_regclass('driftlock_schema') IS NULL THEN
      CREATE TABLE driftlock_schema (version integer PRIMARY KEY);
    END IF;${steps.join('')}
  END $$; COMMIT`;
}
