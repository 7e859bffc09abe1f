/** Login tokens and sessions of one web server. */
import { randomBytes } from 'node:crypto';
import type { AirflowRole } from './roles.ts';

/** MWAA user guide, "Creating an Apache Airflow web login token". */
const TOKEN_MS = 60_000;
const SESSION_MS = 12 * 3_600_000;

interface Pass {
  role: AirflowRole;
  until: number;
}

export class Sessions {
  readonly #tokens = new Map<string, Pass>();
  readonly #sessions = new Map<string, Pass>();

  /** A token for one login within a minute. */
  token(role: AirflowRole): string {
    const token = randomBytes(48).toString('base64url');
    this.#tokens.set(token, { role, until: Date.now() + TOKEN_MS });
    return token;
  }

  /** @returns `null` for a token that is unknown, used or too old */
  login(token: string): string | null {
    const pass = this.#tokens.get(token);
    this.#tokens.delete(token);
    if (pass === undefined || pass.until < Date.now()) return null;
    const session = randomBytes(32).toString('base64url');
    this.#sessions.set(session, { role: pass.role, until: Date.now() + SESSION_MS });
    return session;
  }

  /** @returns `null` for a session that is none any more */
  roleOf(session: string): AirflowRole | null {
    const pass = this.#sessions.get(session);
    return pass !== undefined && pass.until > Date.now() ? pass.role : null;
  }

  /** Ends all, as a new deployment of the web server does. */
  endAll(): void {
    this.#sessions.clear();
  }
}
