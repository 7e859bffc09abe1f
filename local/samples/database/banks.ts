/** What tells the app of one bank from that of the other, so that whatever is in the wrong answer is seen. */
import type { BankName } from './apps.ts';

/** `bank-a` of `bank-a-prod`. */
export function bankOf(name: BankName): string {
  return name.replace(/-prod$/, '');
}

/** Made after the rows: every login, every full name and a table of its own say whose app it is. */
export function bankStatements(name: BankName): string[] {
  const bank = bankOf(name);
  return [
    `UPDATE "system$user" SET name = '${bank}.' || name`,
    `UPDATE "useradministration$account" SET fullname = fullname || ' of ${bank}'`,
    `CREATE TABLE "${bank}_ledger" AS SELECT * FROM "sales$order" LIMIT 100`,
  ];
}

/** Whether a sample is of a bank. */
export function isBank(name: string): name is BankName {
  return name === 'bank-a-prod' || name === 'bank-b-prod';
}
