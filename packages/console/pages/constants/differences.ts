/** The differences between two environments as somebody reads them: one row for a constant where one says all. */
import type { ConstantDifference } from '@mrt/client';
import type { CsvRow } from '../../words/csv-text.ts';

type Change = ConstantDifference['change'];

export interface DifferenceRow extends ConstantDifference {
  /** All that the row shows the difference of; `change` is what its cells are about. */
  changes: readonly Change[];
}

/**
 * A value is shown with where it is set: then a row about that alone would say the same again, and so would one about the
 * default where both are at theirs.
 *
 * Example: `Billing.PaymentUrl` with another value, which is overridden in one of the two only, comes as `value` and as
 * `state`: one row, with both.
 */
export function differenceRows(differences: readonly ConstantDifference[]): DifferenceRow[] {
  const saidBy = (row: ConstantDifference) =>
    row.change === 'value'
      ? differences.filter(({ name, change }) => name === row.name && isSaid(change, row)).map(({ change }) => change)
      : [];
  const values = new Map(differences.filter(({ change }) => change === 'value').map((row) => [row.name, row]));
  return differences
    .filter(({ name, change }) => {
      const value = values.get(name);
      return value === undefined || !isSaid(change, value);
    })
    .map((row) => ({ ...row, changes: [row.change, ...saidBy(row)] }));
}

/** Whether a row about the value shows this difference too. */
function isSaid(change: Change, { here, there }: ConstantDifference): boolean {
  return change === 'state' || (change === 'default' && here?.state === 'default' && there?.state === 'default');
}

/** As rows of a file, each difference as the API gives it. A masked value is empty. */
export function differencesCsv(
  differences: readonly ConstantDifference[],
  environment: string,
  compare: string,
): CsvRow[] {
  return differences.map(({ name, change, here, there }) => ({
    ...{ name, change, environment, value: here?.value, state: here?.state, masked: here?.masked },
    ...{ compare, compare_value: there?.value, compare_state: there?.state, compare_masked: there?.masked },
  }));
}
