/**
 * Stands in for IoT Core's data endpoint: MQTT 3.1.1 with mutual TLS under the policies of the certificates, MQTT over
 * WebSocket and GetRetainedMessage under IAM. Whoever does what is not allowed loses the connection, as with IoT Core (AWS IoT
 * Core developer guide, "Authorization": "publish and subscribe … the connection is closed").
 */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { Client } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { Iam } from '../iam/iam.ts';
import { type Identity, MAX_MESSAGE_BYTES, policedMqtt } from './policed-mqtt.ts';
import { signerOf } from './presigned-address.ts';
import { certificateId, type RegisteredCertificate } from './registry.ts';
import { answerRetained, type RetainedMessage } from './retained-messages.ts';

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
  /** Takes a further certificate into use, as a deployment that adds one. */
  register(certificate: RegisteredCertificate): void;
  /** Takes a certificate out of use, and throws out whoever has it. */
  revoke(id: string): void;
  stop(): Promise<void>;
}

/** Starts it on the loopback. */
export async function startIotBroker(options: BrokerOptions): Promise<IotBroker> {
  const { iam, tls, log = () => undefined } = options;
  const certificates = new Map(options.certificates.map((one) => [one.id, { ...one }]));
  const identities = new WeakMap<object, Identity>();
  const sockets = new Set<Duplex>();
  const listeners = new Set<(topic: string, payload: Buffer) => void>();
  const clients = new Map<string, Client>();
  /** By topic. */
  const retained = new Map<string, RetainedMessage>();
  const arn = (resource: string) => `arn:aws:iot:${options.region}:${options.account}:${resource}`;

  const aedes = await policedMqtt({ identities, certificates, things: options.things, retained, arn, log });
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

  const accept = (stream: Duplex, identity: Identity) => {
    sockets.add(stream.once('close', () => sockets.delete(stream)));
    stream.on('error', () => undefined);
    identities.set(stream, identity);
    aedes.handle(stream as Socket);
  };

  const secure = createTlsServer(
    {
      ...{
        key: tls.key,
        cert: tls.cert,
        ca: tls.ca,
        requestCert: true,
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
      },
      noDelay: true,
    },
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

  const http = createHttpServer((request, response) => answerRetained(request, response, retained, iam, arn));
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
    register(certificate) {
      certificates.set(certificate.id, { ...certificate });
    },
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

async function listening(
  server: ReturnType<typeof createTlsServer> | ReturnType<typeof createHttpServer>,
  port: number,
): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
