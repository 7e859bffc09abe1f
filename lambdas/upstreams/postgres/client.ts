/** How a database is reached and logged in to: verify-full TLS, and an IAM token in place of a password. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkServerIdentity } from 'node:tls';
import { Client } from 'pg';
import type { Context } from '../../context.ts';
import { BUNDLE_FILES, VARIABLES } from '../../contract.ts';
import type { Database } from '../../environment-settings.ts';
import { APPLICATION } from '../../trace.ts';

declare module 'pg' {
  /** pg has both since 8.4; its types do not. */
  interface Client {
    ref(): void;
    unref(): void;
  }
}

/** A stopped server must be answered for within 5 s: one look at a kept connection, then one new one. */
const MAX_CONNECT_MS = 3000;

/**
 * A client that is not connected yet, and the token that it will log in with.
 *
 * @param context its deadline bounds connecting, after three seconds at most; its credentials sign the token
 * @throws Error when the function lacks the CA file; `token` rejects when it lacks keys
 */
export function clientOf(database: Database, context: Context): { client: Client; token: Promise<string> } {
  // Loaded and signed while the connection and its TLS are made: the server asks for the password last.
  const token = import('./token.ts').then(({ databaseToken }) => databaseToken(database, context));
  token.catch(() => undefined);
  const client = new Client({
    host: database.host,
    port: database.port,
    database: database.name,
    user: database.user,
    password: () => token,
    ssl: {
      ca: authorities(),
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      // pg gives Node no name to check when the host is an address; what is configured is what must be certified.
      checkServerIdentity: (_name, certificate) => checkServerIdentity(database.host, certificate),
    },
    application_name: APPLICATION,
    connectionTimeoutMillis: Math.max(1, Math.min(MAX_CONNECT_MS, context.deadline.remaining())),
    keepAlive: true,
  });
  return { client, token };
}

/** The authorities that sign the databases' certificates. An explicit list replaces Node's own. */
function authorities(): string {
  const file = process.env[VARIABLES.databaseCaFile];
  return readFileSync(file ? file : join(import.meta.dirname, BUNDLE_FILES.databaseCa), 'utf8');
}
