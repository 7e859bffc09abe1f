/** What PostgreSQL and the way to it can answer, as our errors. Causes carry a code only: messages hold hosts and SQL. */
import type { DatabaseFault } from '../../upstream-errors.ts';
import { DatabaseUnavailableError, UpstreamFailedError, UpstreamTimeoutError } from '../../upstream-errors.ts';

/** A relation stayed locked for longer than `lock_timeout`. Who can do without it catches this; else it is a timeout. */
export class RelationLockedError extends UpstreamTimeoutError {}

/** The connection is gone; nothing is said about the statement. */
export class ConnectionLostError extends Error {
  override name = 'ConnectionLostError' as const;
}

/** SQLSTATE to reason. Source: PostgreSQL documentation, appendix A. */
const REASONS: Record<string, DatabaseFault> = {
  '28000': 'login-refused', // also PAM, as RDS answers a wrong token, and a missing pg_hba.conf line
  '28P01': 'login-refused',
  '3D000': 'login-refused', // no such database
  '53300': 'too-many-connections',
  '57P03': 'starting',
};

/** SQLSTATEs with which the server ends a session: shutdown, crash, fail-over, idle_session_timeout, 08xxx. */
const SESSION_ENDED = /^(57P0[125]|08...)$/;

const TLS = /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO$)/;

/** SQLSTATE, or Node's code of a socket or TLS error; `null` when the error has none. */
function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** True for an error that PostgreSQL itself sent. */
function isAnswer(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'severity' in error && codeOf(error) !== null;
}

/**
 * An error while connecting and logging in.
 *
 * @param server its configured name
 * @param error what pg threw
 */
export function connectFault(server: string, error: unknown): Error {
  const code = codeOf(error);
  const cause = { cause: { code } };
  if (isAnswer(error)) {
    if (error.code === '42501') return new DatabaseUnavailableError(server, 'login-refused', null, cause); // CONNECT
    if (SESSION_ENDED.test(error.code)) return new DatabaseUnavailableError(server, 'starting', null, cause);
    return statementFault(server, error);
  }
  const message = error instanceof Error ? error.message : '';
  // pg's own words for a server that answers its SSLRequest with "N"; there is no code on it.
  const refusedTls = message.includes('does not support SSL') || message.includes('establishing an SSL connection');
  const reason = (code !== null && TLS.test(code)) || refusedTls ? 'tls' : 'unreachable';
  return new DatabaseUnavailableError(server, reason, null, cause);
}

/** An error of a statement: one of our errors, or ConnectionLostError, which the caller may answer by connecting anew. */
export function statementFault(server: string, error: unknown): Error {
  if (!isAnswer(error)) return new ConnectionLostError('connection lost', { cause: { code: codeOf(error) } });
  const { code } = error;
  const cause = { cause: { code } };
  if (SESSION_ENDED.test(code)) return new ConnectionLostError('connection lost', cause);
  if (code === '57014') return new UpstreamTimeoutError(server, cause);
  if (code === '55P03') return new RelationLockedError(server, cause);
  if (code === '42501') {
    return new DatabaseUnavailableError(server, 'grant-missing', tableOf(error.message), cause);
  }
  const reason = REASONS[code];
  if (reason !== undefined) return new DatabaseUnavailableError(server, reason, null, cause);
  return new UpstreamFailedError(server, `sqlstate-${code}`, cause);
}

/**
 * The relation that "permission denied for table x" names; PostgreSQL sends it in no field of its own.
 * `null` for a schema, a function, or a server that speaks another language.
 */
function tableOf(message: string): string | null {
  return (
    /^permission denied for (?:table|view|relation|materialized view|foreign table) (.+)$/.exec(message)?.[1] ?? null
  );
}
