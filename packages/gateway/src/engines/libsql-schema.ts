/** libSQL's table: what each version changed. */

/** Each is done once, in this order, in one transaction; what was published is never edited. */
export const MIGRATIONS: readonly (readonly string[])[] = [
  [
    // Text is compared byte by byte, so that equal is equal bytes and the order is that of UTF-8.
    `CREATE TABLE driftlock_cells (
      kind TEXT NOT NULL,
      key TEXT NOT NULL,
      value TEXT NOT NULL,
      version TEXT NOT NULL,
      "group" TEXT,
      until REAL,
      PRIMARY KEY (kind, key)
    ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX driftlock_groups ON driftlock_cells (kind, "group", key) WHERE "group" IS NOT NULL',
    'CREATE INDEX driftlock_until ON driftlock_cells (until) WHERE until IS NOT NULL',
  ],
];
