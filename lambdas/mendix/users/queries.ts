/** What reading an app's users needs of a database. */

export interface Queries {
  /**
   * Runs one read statement and gives its rows; `bigint` comes as text. Values travel as `$1`, `$2` …, never in the
   * text.
   *
   * @throws DatabaseUnavailableError, UpstreamTimeoutError, UpstreamFailedError `sqlstate-…`
   */
  query<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]>;
  /** As `query`, for a page: each row goes to `onRow` as it comes, so that nobody holds all of them. */
  each<Row extends object>(text: string, values: readonly unknown[], onRow: (row: Row) => void): Promise<void>;
}
