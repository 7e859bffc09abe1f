/**
 * Logs in to the PostgreSQL behind a listener and hands over the bare connection. The login is pg's, which knows every
 * method (SCRAM, MD5, TLS); once it is through, its socket is taken over as it stands.
 */
import type { EventEmitter } from 'node:events';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { Client, DatabaseError } from 'pg';
import { type Greeting, Refusal } from './startup.ts';

/**
 * `postgresql://user:password@host:port/database?…` of the server behind. Without a database, the one that the client
 * asks for.
 */
export type BackendUrl = string;

/** A session with the server behind, logged in and silent. */
export interface Backend {
  socket: Duplex;
  greeting: Greeting;
}

/** The parts of pg's client that its types leave out; pg is pinned to an exact version. */
interface ClientInternals {
  connection: EventEmitter & { stream: Duplex };
}

const CONNECT_MS = 4000;

/**
 * @param parameters of the client's startup message
 * @throws Refusal with what the server answered; Error when it cannot be reached
 */
export async function logIn(backend: BackendUrl, parameters: ReadonlyMap<string, string>): Promise<Backend> {
  const url = new URL(backend);
  if (url.pathname.length < 2) url.pathname = `/${encodeURIComponent(parameters.get('database') ?? '')}`;
  const client = new Client({
    connectionString: url.href,
    application_name: parameters.get('application_name'),
    options: optionsOf(parameters),
    connectionTimeoutMillis: CONNECT_MS,
  });
  const reported = new Map<string, string>();
  let [processId, secretKey] = [0, 0];
  const { connection } = client as unknown as ClientInternals;
  connection.on('parameterStatus', ({ parameterName, parameterValue }) => reported.set(parameterName, parameterValue));
  connection.on('backendKeyData', (message) => {
    [processId, secretKey] = [message.processID, message.secretKey];
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    client.end().catch(() => undefined);
    if (error instanceof DatabaseError) throw new Refusal(error.code ?? 'XX000', error.message);
    throw error;
  }
  const socket = connection.stream;
  for (const event of ['data', 'error', 'close', 'end', 'drain']) socket.removeAllListeners(event);
  socket.pause();
  return { socket, greeting: { parameters: reported, processId, secretKey } };
}

/** Sends a client's CancelRequest on; PostgreSQL gives no answer to it. */
export function cancel(backend: BackendUrl, bytes: Buffer): void {
  const { hostname, port } = new URL(backend);
  const socket = connect({ host: hostname, port: Number(port || 5432) });
  socket.on('error', () => undefined);
  socket.end(bytes);
}

/** What the client sets at the start, as server options: they are then the session's own, as if it had come itself. */
function optionsOf(parameters: ReadonlyMap<string, string>): string {
  const own = ['user', 'database', 'application_name', 'options', 'client_encoding'];
  const escaped = (value: string) => value.replace(/[\\\s]/g, '\\$&');
  const settings = [...parameters].filter(([name]) => !own.includes(name) && !name.startsWith('_pq_.'));
  return [parameters.get('options') ?? '', ...settings.map(([name, value]) => `-c ${name}=${escaped(value)}`)]
    .join(' ')
    .trim();
}
