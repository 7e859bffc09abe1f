/** What years of operation leave in a database that no model mentions. */
import { createHash } from 'node:crypto';

/** A synchronisation that was interrupted leaves the table under a temporary name of 32 hexadecimal digits. */
const INTERRUPTED = createHash('md5').update('interrupted synchronisation').digest('hex');

/** Made after the rows. */
export const LEFTOVERS = [
  `CREATE TABLE "${INTERRUPTED}" AS SELECT * FROM "sales$orderline" WHERE "position" < 15`,
  // Somebody's reporting tool, which knows partitions as Mendix does not.
  'CREATE TABLE bi_daily_sales (day date NOT NULL, orders integer, total numeric) PARTITION BY RANGE (day)',
  ...[2024, 2025, 2026].map(
    (year) =>
      `CREATE TABLE bi_daily_sales_${year} PARTITION OF bi_daily_sales FOR VALUES FROM ('${year}-01-01') TO ('${year + 1}-01-01')`,
  ),
  `INSERT INTO bi_daily_sales SELECT placed::date, count(*), sum(total) FROM "sales$order"
     WHERE placed >= '2024-01-01' AND placed < '2027-01-01' GROUP BY 1`,
];

/** Changes that leave dead rows, of which autovacuum does not take care yet: below a fifth of the table. */
export const CHANGES = [
  `UPDATE "sales$order" SET "remark" = 'checked' WHERE (id >> 7) % 12 = 0`,
  `UPDATE "catalog$product" SET "changeddate" = "changeddate" + interval '1 minute' WHERE (id >> 7) % 9 = 0`,
  `DELETE FROM "system$autocommitentry" WHERE (id >> 7) % 8 = 0`,
];
