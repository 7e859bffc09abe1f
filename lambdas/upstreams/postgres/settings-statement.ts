/**
 * What the server is told of a request before its first statement: how long it may take, and what it is called in the
 * database's log. Text and values are made in one place, so that nobody can send the one without the other.
 */

/** The server closes what an instance that Lambda froze and dropped left behind. */
const MAX_IDLE_MS = 600_000;

/** What differs from request to request. Milliseconds; the server ends what takes longer. */
export interface SessionSettings {
  statementMs: number;
  lockTimeoutMs: number;
  /** Processes that may help with a statement, besides the session's own; 0: none. */
  workers: number;
  /** `application_name`, as `pg_stat_activity` and the log show it. */
  name: string;
}

/**
 * Settings that have come with later versions (idle_session_timeout 14, stats_fetch_consistency 15) are set where they
 * exist, so they cannot be start-up parameters; nor does RDS Proxy take `options`.
 * `jit` would compile for longer than these statements run, and so would workers start for most of them; counters that
 * are not kept (`none`) need no memory. Where there are workers, the session's own process only waits for them: on a server
 * of two processors a third would hold up the longest.
 */
const TEXT = `SELECT current_setting('server_version_num')::int AS version,
  set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),
  set_config('default_transaction_read_only', 'on', false), set_config('jit', 'off', false),
  set_config('max_parallel_workers_per_gather', $5, false),
  set_config('parallel_leader_participation', 'off', false),
  set_config('timezone', 'UTC', false), set_config('datestyle', 'ISO, YMD', false),
  set_config('application_name', $4, false),
  CASE WHEN current_setting('idle_session_timeout', true) IS NOT NULL
    THEN set_config('idle_session_timeout', $3, false) END,
  CASE WHEN current_setting('stats_fetch_consistency', true) IS NOT NULL
    THEN set_config('stats_fetch_consistency', 'none', false) END`;

/**
 * The statement that binds a session to a request. Its one row has `version`, the server's as a number (`180001`).
 * `{ statementMs: 24800, lockTimeoutMs: 10, workers: 0, name: 'mrt-api' }` sends
 * `['24800ms', '10ms', '600000ms', 'mrt-api', '0']`.
 */
export function settingsStatement({ statementMs, lockTimeoutMs, workers, name }: SessionSettings): {
  text: string;
  values: string[];
} {
  return { text: TEXT, values: [`${statementMs}ms`, `${lockTimeoutMs}ms`, `${MAX_IDLE_MS}ms`, name, `${workers}`] };
}
