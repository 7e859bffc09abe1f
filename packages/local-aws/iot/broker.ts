/**
 * Stands in for IoT Core's data endpoint: MQTT 3.1.1 with mutual TLS under the policies of the certificates, MQTT over
 * WebSocket and GetRetainedMessage under IAM. Whoever does what is not allowed loses the connection, as with IoT Core (AWS IoT
 * Core developer guide, "Authorization": "publish and subscribe … the connection is closed").
 */
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { Aedes, type Client } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { Iam } from '../iam/iam.ts';
import { verifyRequest } from '../iam/sigv4.ts';
import { signerOf } from './presigned-address.ts';
import { certificateId, mayDo, type RegisteredCertificate } from './registry.ts';

/** AWS IoT Core quotas, "Maximum message size" and "Maximum topic size" is of the payload and the topic together here. */
const MAX_MESSAGE_BYTES = 128 * 1024;

export interface BrokerOptions {
  iam: Iam;
  region: string;
  account: string;
  /** Names of the things that there are. */
  things: ReadonlySet<string>;
  certificates: readonly RegisteredCertificate[];
  /** PEM: the server's key and certificate, and the authority that has signed the clients'. */
  tls: { key: string; cert: string; ca: string };
  /** Of the two listeners; free ones when left out. */
  port?: number;
  tlsPort?: number;
  /** Why somebody was refused; the client is not told. */
  log?: (line: string) => void;
}

/** Who a connection is, and what it may do. */
interface Identity {
  name: string;
  may(action: string, resource: string): boolean;
}

export interface IotBroker {
  /** Of mutual TLS. */
  tlsPort: number;
  /** HTTP and WebSocket. */
  address: URL;
  /** Ids of the clients that are connected. */
  readonly clients: readonly string[];
  /** Every message that was let through, for tests and figures; stops when the returned function is called. */
  onMessage(listener: (topic: string, payload: Buffer) => void): () => void;
  /** Drops all connections, as a network that breaks. */
  cut(): void;
  /** Takes a certificate out of use, and throws out whoever has it. */
  revoke(id: string): void;
  stop(): Promise<void>;
}

/** Starts it on the loopback. */
export async function startIotBroker(options: BrokerOptions): Promise<IotBroker> {
  const { iam, tls, log = () => undefined } = options;
  const certificates = new Map(options.certificates.map((one) => [one.id, { ...one }]));
  const identities = new WeakMap<object, Identity & { certificate?: string }>();
  const sockets = new Set<Duplex>();
  const listeners = new Set<(topic: string, payload: Buffer) => void>();
  const clients = new Map<string, Client>();
  /** Payloads of retained messages by topic. */
  const retained = new Map<string, Buffer>();
  const arn = (resource: string) => `arn:aws:iot:${options.region}:${options.account}:${resource}`;

  const allowed = (client: Client | null, action: string, resource: string): boolean => {
    const identity = client === null ? undefined : identities.get(client.conn);
    const may = identity?.may(action, arn(resource)) === true;
    if (!may) log(`${identity?.name ?? 'nobody'} as ${client?.id}: ${action} on ${resource} is not allowed`);
    return may;
  };

  const aedes = await Aedes.createBroker({
    // A slow reader must not stop the others for a minute.
    drainTimeout: 10_000,
    concurrency: 1000,
    preConnect(client, packet, done) {
      const identity = identities.get(client.conn);
      if (identity === undefined) return done(null, false);
      const connection = certificateOf(identity, certificates);
      if (connection !== null) {
        identity.may = (action, resource) => mayDo(connection, options.things, packet.clientId, action, resource);
      }
      const may = identity.may('iot:Connect', arn(`client/${packet.clientId}`));
      if (!may) {
        log(`${identity.name} as ${packet.clientId}: iot:Connect is not allowed`);
        client.conn.destroy();
      }
      return done(null, may);
    },
    authorizePublish(client, packet, done) {
      // The broker's own.
      if (client === null && packet.topic.startsWith('$SYS')) return done(null);
      const size = packet.payload.length + Buffer.byteLength(packet.topic);
      const may =
        size <= MAX_MESSAGE_BYTES &&
        packet.qos < 2 &&
        allowed(client, 'iot:Publish', `topic/${packet.topic}`) &&
        (!packet.retain || allowed(client, 'iot:RetainPublish', `topic/${packet.topic}`));
      if (may) {
        // An empty one takes the kept one away (MQTT 3.1.1, 3.3.1.3).
        if (packet.retain && packet.payload.length === 0) retained.delete(packet.topic);
        else if (packet.retain) retained.set(packet.topic, Buffer.from(packet.payload));
        return done(null);
      }
      if (size > MAX_MESSAGE_BYTES) log(`${client?.id}: a message of ${size} bytes`);
      client?.conn.destroy();
      return done(new Error('not allowed'));
    },
    authorizeSubscribe(client, subscription, done) {
      if (allowed(client, 'iot:Subscribe', `topicfilter/${subscription.topic}`)) return done(null, subscription);
      client.conn.destroy();
      return done(new Error('not allowed'));
    },
    authorizeForward(client, packet) {
      return allowed(client, 'iot:Receive', `topic/${packet.topic}`) ? packet : null;
    },
  });
  aedes.on('clientReady', (client) => clients.set(client.id, client));
  aedes.on('clientDisconnect', (client) => {
    if (clients.get(client.id) === client) clients.delete(client.id);
  });
  aedes.on('publish', (packet, client) => {
    if (client === null && packet.topic.startsWith('$SYS')) return;
    for (const listener of listeners) listener(packet.topic, Buffer.from(packet.payload));
  });
  aedes.on('clientError', (client, error) => log(`${client.id}: ${error.message}`));
  aedes.on('connectionError', (_client, error) => log(`connection: ${error.message}`));

  const accept = (stream: Duplex, identity: Identity & { certificate?: string }) => {
    sockets.add(stream.once('close', () => sockets.delete(stream)));
    stream.on('error', () => undefined);
    identities.set(stream, identity);
    aedes.handle(stream as Socket);
  };

  const secure = createTlsServer(
    { key: tls.key, cert: tls.cert, ca: tls.ca, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
    (socket: TLSSocket) => {
      const id = certificateId(socket.getPeerCertificate().raw);
      const certificate = certificates.get(id);
      if (certificate?.status !== 'ACTIVE') {
        log(`certificate ${id.slice(0, 12)} is ${certificate?.status ?? 'not registered'}`);
        socket.destroy();
        return;
      }
      accept(socket, { name: `certificate ${id.slice(0, 12)}`, certificate: id, may: () => false });
    },
  );
  secure.on('tlsClientError', (error) => log(`TLS: ${error.message}`));

  const http = createHttpServer((request, response) => answer(request, response, retained, iam, arn));
  const webSockets = new WebSocketServer({
    noServer: true,
    handleProtocols: () => 'mqtt',
    maxPayload: 2 * MAX_MESSAGE_BYTES,
  });
  http.on('upgrade', (request, socket, head) => {
    const principal = signerOf(request.url ?? '', request.headers.host ?? '', iam);
    if (principal === null || !request.url?.startsWith('/mqtt?')) {
      log('WebSocket: the signature is not good');
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      return;
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const may = (action: string, resource: string) => {
        const decision = iam.decide(principal, action, resource, {});
        if (!decision.allowed) log(decision.reason);
        return decision.allowed;
      };
      accept(createWebSocketStream(webSocket), { name: principal.name, may });
    });
  });

  const tlsPort = await listening(secure, options.tlsPort ?? 0);
  const port = await listening(http, options.port ?? 0);
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    for (const webSocket of webSockets.clients) webSocket.terminate();
  };
  return {
    tlsPort,
    address: new URL(`http://127.0.0.1:${port}`),
    get clients() {
      return [...clients.keys()];
    },
    onMessage(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    cut,
    revoke(id) {
      const certificate = certificates.get(id);
      if (certificate !== undefined) certificate.status = 'REVOKED';
      for (const socket of sockets) if (identities.get(socket)?.certificate === id) socket.destroy();
    },
    async stop() {
      cut();
      const closed = [secure, http].map((server) => new Promise((resolve) => server.close(resolve)));
      http.closeAllConnections();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      await Promise.all(closed);
    },
  };
}

function certificateOf(
  { certificate }: { certificate?: string },
  certificates: ReadonlyMap<string, RegisteredCertificate>,
): RegisteredCertificate | null {
  return certificate === undefined ? null : (certificates.get(certificate) ?? null);
}

async function listening(
  server: ReturnType<typeof createTlsServer> | ReturnType<typeof createHttpServer>,
  port: number,
): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** GetRetainedMessage. Source: AWS IoT Data Plane API reference. */
function answer(
  request: IncomingMessage,
  response: ServerResponse,
  retained: ReadonlyMap<string, Buffer>,
  iam: Iam,
  arn: (resource: string) => string,
): void {
  const say = (status: number, body: object) => {
    const text = JSON.stringify(body);
    response
      .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
      .end(text);
  };
  const [, encoded] = /^\/retainedMessage\/([^/?]+)$/.exec(request.url ?? '') ?? [];
  if (request.method !== 'GET' || encoded === undefined) {
    say(404, { message: 'Not Found' });
    return;
  }
  const wire = { method: 'GET', target: request.url ?? '', headers: request.headers, body: Buffer.alloc(0) };
  const signed = verifyRequest(wire, { iam, service: 'iotdata', skewMs: 5 * 60_000 });
  if (typeof signed === 'string') {
    say(403, { message: 'Forbidden', reason: signed });
    return;
  }
  const topic = decodeURIComponent(encoded);
  const decision = iam.decide(signed.principal, 'iot:GetRetainedMessage', arn(`topic/${topic}`), {});
  if (!decision.allowed) {
    say(403, { message: decision.reason });
    return;
  }
  const payload = retained.get(topic);
  if (payload === undefined) {
    say(404, { message: 'Retained message not found' });
    return;
  }
  say(200, { topic, payload: payload.toString('base64'), qos: 1 });
}
