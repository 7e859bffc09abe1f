/**
 * What RDS puts before PostgreSQL: TLS, and IAM in place of passwords. One listening port for each configured database
 * server; behind it any PostgreSQL. Source: RDS User Guide, "IAM database authentication for PostgreSQL".
 */
import { createServer, type Server, type Socket } from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { Iam } from '../iam/iam.ts';
import { verifyPresigned } from '../iam/sigv4.ts';
import { type BackendUrl, cancel, logIn } from './backend.ts';
import { askPassword, negotiateDown, Refusal, readFirstMessage, refuse, welcome } from './startup.ts';

/** One RDS instance or cluster, as the configuration of a function has it. */
export interface DatabaseServer {
  /** Its name in the configuration. */
  name: string;
  /** `db-…`, as in the ARN of `rds-db:connect`. */
  resource_id: string;
  /** A free one when left out. */
  port?: number;
  /** The PostgreSQL behind, which may be another one for another database, with the login of the role that the token is for. */
  backend(database: string, user: string): BackendUrl;
}

/** Who may log in where, and by which certificate the servers are known. */
export interface DatabaseListenersOptions {
  iam: Iam;
  region: string;
  account: string;
  servers: readonly DatabaseServer[];
  /** PEM. The certificate authority's certificate is sent along, as RDS does. */
  tls: { key: string; cert: string; ca: string };
  /** Why somebody was refused, which the client is not told. */
  log?: (line: string) => void;
}

/** The listeners of all servers, as one thing to stop. */
export interface DatabaseListeners {
  /** Listening port by server name. */
  ports: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/** The name that clients connect to, and so the one that a token must be signed for. */
const HOST = 'localhost';
/** PostgreSQL's own `authentication_timeout` is a minute; nobody waits that long here. */
const LOGIN_MS = 10_000;

/** @throws Error when a port is taken */
export async function startDatabaseListeners(options: DatabaseListenersOptions): Promise<DatabaseListeners> {
  const { key, cert, ca } = options.tls;
  const context = createSecureContext({ key, cert, ca, minVersion: 'TLSv1.2' });
  const sockets = new Set<Duplex>();
  const listening: Server[] = [];
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all(listening.map((server) => new Promise((resolve) => server.close(resolve))));
  };
  const ports = new Map<string, number>();
  const sessions: Sessions = new Map();
  try {
    for (const server of options.servers) {
      for (const host of LOOPBACKS) {
        const listener = createServer((socket) => {
          sockets.add(socket.once('close', () => sockets.delete(socket)));
          socket.on('error', () => undefined).setNoDelay(true);
          void receive(socket, ports.get(server.name) ?? 0, server, options, context, sessions);
        });
        try {
          ports.set(server.name, await listen(listener, server.name, ports.get(server.name) ?? server.port ?? 0, host));
          listening.push(listener);
        } catch (error) {
          if (!isMissingAddress(error)) throw error;
        }
      }
      if (!ports.has(server.name)) throw new Error(`${server.name} can listen on no loopback address`);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { ports, stop };
}

/** `localhost` is one of these, or both: what a machine's hosts file says. */
const LOOPBACKS = ['127.0.0.1', '::1'] as const;
/** What listening on a loopback that the machine does not have ends in. */
const NO_SUCH_ADDRESS = ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'];

function listen(listener: Server, name: string, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once('error', (cause) => reject(new Error(`${name} cannot listen on port ${port}`, { cause })));
    listener.listen(port, host, () => {
      const address = listener.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function isMissingAddress(error: unknown): boolean {
  const { cause } = error as { cause?: NodeJS.ErrnoException };
  return NO_SUCH_ADDRESS.includes(cause?.code ?? '');
}

/** One connection, from its first byte until it is piped to the server behind, refused or closed. */
async function receive(
  plain: Socket,
  port: number,
  server: DatabaseServer,
  options: DatabaseListenersOptions,
  secureContext: ReturnType<typeof createSecureContext>,
  sessions: Sessions,
): Promise<void> {
  let socket: Duplex = plain;
  const late = setTimeout(() => plain.destroy(), LOGIN_MS);
  try {
    let first = await readFirstMessage(socket);
    if (first.kind === 'gss') {
      socket.write('N');
      first = await readFirstMessage(socket);
    }
    if (first.kind === 'tls') {
      socket.write('S');
      socket = new TLSSocket(plain, { isServer: true, secureContext });
      socket.on('error', () => plain.destroy());
      first = await readFirstMessage(socket);
    }
    if (first.kind === 'cancel') {
      const backend = sessions.get(cancelKey(first.bytes.subarray(-8)));
      if (backend !== undefined) cancel(backend, first.bytes);
      plain.end();
      return;
    }
    if (first.kind !== 'startup') throw new Refusal('08P01', 'unexpected encryption request');
    const { parameters } = first;
    if (socket === plain) throw unencrypted(plain, parameters);
    const unknown = [...parameters.keys()].filter((name) => name.startsWith('_pq_.'));
    if (first.minor > 0 || unknown.length > 0) negotiateDown(socket, unknown);
    authenticate(await askPassword(socket), parameters, port, server, options);
    const user = parameters.get('user') ?? '';
    const url = server.backend(parameters.get('database') ?? user, user);
    const backend = await logIn(url, parameters);
    const session = cancelKey(welcome(socket, backend.greeting));
    sessions.set(session, url);
    pipeline(socket, backend.socket, socket, () => {
      sessions.delete(session);
      plain.destroy();
    });
  } catch (error) {
    if (error instanceof Refusal) refuse(socket, error);
    // The server behind is down or the client went away: as with RDS, the connection just closes.
    else plain.destroy();
  } finally {
    clearTimeout(late);
  }
}

/** The server behind each open session, by the process and secret that the client may cancel it with. */
type Sessions = Map<string, BackendUrl>;

function cancelKey(processAndSecret: Uint8Array): string {
  return Buffer.from(processAndSecret).toString('hex');
}

function unencrypted({ remoteAddress }: Socket, parameters: ReadonlyMap<string, string>): Refusal {
  const [user, database] = [parameters.get('user'), parameters.get('database') ?? parameters.get('user')];
  return new Refusal(
    '28000',
    `no pg_hba.conf entry for host "${remoteAddress}", user "${user}", database "${database}", no encryption`,
  );
}

/** @throws Refusal in RDS's words, whatever the reason */
function authenticate(
  token: string,
  parameters: ReadonlyMap<string, string>,
  port: number,
  { name, resource_id }: DatabaseServer,
  { iam, region, account, log }: DatabaseListenersOptions,
): void {
  const user = parameters.get('user') ?? '';
  const refused = (why: string) => {
    log?.(`${name}: login of ${user} refused: ${why}`);
    return new Refusal('28000', `PAM authentication failed for user "${user}"`);
  };
  const login = verifyPresigned(token, { iam });
  if (typeof login === 'string') throw refused(`the token is ${login}`);
  if (login.host !== HOST || login.port !== port) throw refused(`the token is for ${login.host}:${login.port}`);
  if (login.user !== user) throw refused(`the token is for the user ${login.user}`);
  if (login.region !== region) throw refused(`the token is for the Region ${login.region}`);
  const resource = `arn:aws:rds-db:${region}:${account}:dbuser:${resource_id}/${user}`;
  const decision = iam.decide(login.principal, 'rds-db:connect', resource, {});
  if (!decision.allowed) throw refused(decision.reason);
}
