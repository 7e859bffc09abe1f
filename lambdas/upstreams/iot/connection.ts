/** One MQTT connection: subscribed, QoS 1, no session and no message that outlives it. The only file that knows the client. */
import { Socket } from 'node:net';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';

/**
 * The client remembers the header of each length under 16 kB that it has sent (`mqtt-packet`, `writeVarByteInt`): two bytes, which
 * out of Node's pool would hold 64 kB each, and a gigabyte after 16,384 lengths. Without the pool they hold themselves.
 */
Buffer.poolSize = 0;

/** IoT Core keeps no connection through a VPC endpoint alive for longer than 230 s (its limits for VPC endpoints). */
const KEEP_ALIVE_SECONDS = 60;
/** TLS, CONNECT and SUBSCRIBE inside a Region take some 50 ms. */
const CONNECT_MS = 4_000;
/** By the address's scheme. */
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'mqtts:': 8883, 'wss:': 443, 'ws:': 80 };

/** A broker says within milliseconds that it has a message; who does not is gone. */
const PUBLISH_MS = 5_000;

export interface ConnectionOptions {
  /** `mqtts://host:8883`, `wss://host/mqtt?X-Amz-…`. */
  url: string;
  clientId: string;
  /** Topic filters. */
  subscribe: readonly string[];
  /** PEM of key, certificate and authority, for mutual TLS. */
  tls?: { key: string; cert: string; ca?: string };
  /** 4: MQTT 3.1.1; 5: MQTT 5. Default: 4, which every broker speaks. */
  protocolVersion?: 4 | 5;
  /** Said by the broker when the connection breaks, and kept (retained). */
  will?: { topic: string; payload: Buffer };
  /** What is published from now on; not what the broker had kept. */
  onMessage: (topic: string, payload: Buffer) => void;
  /** The connection is over, for whatever reason; it does not come back. */
  onClose?: (error: Error | null) => void;
}

export interface Connection {
  /** Resolves when the broker has it. @throws Error when the connection breaks before, or the broker says nothing */
  publish(topic: string, payload: Buffer, options?: { retain?: boolean }): Promise<void>;
  /** Whether it is known to live. */
  readonly isOpen: boolean;
  /** When something last came over it, in milliseconds since the epoch. */
  readonly heardAt: number;
  /** Says good-bye, so that no last will is published, and closes. */
  close(): Promise<void>;
  /** Drops it without a word. */
  destroy(): void;
}

/** Connects and subscribes. @throws Error when the broker cannot be reached, refuses, or grants no subscription */
export async function connectMqtt(options: ConnectionOptions): Promise<Connection> {
  const { url, clientId, subscribe, tls, will, onMessage, onClose, protocolVersion = 4 } = options;
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const client = mqtt.connect({
    // Taken apart here: the client would do so by a function that Node warns of.
    protocol: protocol.slice(0, -1) as 'mqtts' | 'wss' | 'ws',
    hostname,
    port: Number(port || DEFAULT_PORTS[protocol]),
    ...(pathname.length > 1 && { path: `${pathname}${search}` }),
    clientId,
    protocolVersion,
    clean: true,
    keepalive: KEEP_ALIVE_SECONDS,
    connectTimeout: CONNECT_MS,
    // Whoever needs it connects again: a frozen function must not do so by itself.
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    ...(tls !== undefined && { ...tls, rejectUnauthorized: true }),
    ...(will !== undefined && { will: { ...will, qos: 1, retain: true } }),
  } as IClientOptions);
  // Each message that waits for the broker listens for the end, and IoT Core takes a hundred at once.
  client.setMaxListeners(200);
  let lastError: Error | null = null;
  let heardAt = Date.now();
  client.on('error', (error) => {
    lastError = error;
  });
  client.on('packetreceive', () => {
    heardAt = Date.now();
  });
  client.on('message', (topic, payload, { retain }) => {
    // Kept by the broker from before this subscription (MQTT 3.1.1, 3.3.1.3): whoever asked or answered is gone.
    if (!retain) onMessage(topic, payload);
  });
  try {
    await connected(client, () => lastError);
    sendAtOnce(client);
    // 128 is a refusal (MQTT 3.1.1, 3.9.3); IoT Core closes the connection instead.
    const granted = await within(client.subscribeAsync([...subscribe], { qos: 1 }), CONNECT_MS, client);
    if (granted.some(({ qos }) => qos >= 128)) throw new Error('the broker refuses a subscription');
  } catch (error) {
    client.end(true);
    throw error;
  }
  client.once('close', () => onClose?.(lastError));
  return {
    get isOpen() {
      return client.connected;
    },
    get heardAt() {
      return heardAt;
    },
    async publish(topic, payload, { retain = false } = {}) {
      if (!client.connected) throw new Error('the connection to the broker is closed');
      await within(client.publishAsync(topic, payload, { qos: 1, retain }), PUBLISH_MS, client);
    },
    async close() {
      await client.endAsync().catch(() => undefined);
    },
    destroy() {
      client.end(true);
    },
  };
}

/**
 * Without it a small packet waits until the one before is acknowledged, which takes up to 40 ms (RFC 896, with the delayed
 * acknowledgement of RFC 1122, 4.2.3.2): an exchange has several in a row. WebSockets do so by themselves.
 */
function sendAtOnce({ stream }: MqttClient): void {
  if (stream instanceof Socket) stream.setNoDelay(true);
}

function connected(client: MqttClient, lastError: () => Error | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => refuse(), CONNECT_MS + 1000);
    const refuse = () => {
      clearTimeout(timer);
      reject(lastError() ?? new Error('the broker cannot be reached'));
    };
    client.once('connect', () => {
      clearTimeout(timer);
      client.off('close', refuse);
      resolve();
    });
    client.once('close', refuse);
  });
}

/** @throws Error when the connection closes, or nothing is heard for so long: it is then given up */
async function within<T>(work: Promise<T>, milliseconds: number, client: MqttClient): Promise<T> {
  let stop: () => void = () => undefined;
  const broken = new Promise<never>((_, reject) => {
    const closed = () => reject(new Error('the connection to the broker broke'));
    const timer = setTimeout(() => {
      client.end(true);
      reject(new Error('the broker does not answer'));
    }, milliseconds);
    client.once('close', closed);
    stop = () => {
      clearTimeout(timer);
      client.off('close', closed);
    };
  });
  try {
    return await Promise.race([work, broken]);
  } finally {
    stop();
  }
}
