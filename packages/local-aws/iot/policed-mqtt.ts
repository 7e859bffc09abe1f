/**
 * MQTT under IoT Core's policies: whoever does what is not allowed loses the connection (AWS IoT Core developer guide,
 * "Authorization").
 */
import { Aedes, type Client } from 'aedes';
import { mayDo, type RegisteredCertificate } from './registry.ts';
import type { RetainedMessage } from './retained-messages.ts';

/** AWS IoT Core quotas, "Maximum message size", which is of the payload; here the topic counts, too, so this is stricter. */
export const MAX_MESSAGE_BYTES = 128 * 1024;

/** Who a connection is, and what it may do. */
export interface Identity {
  name: string;
  /** Id of its certificate; left out: it came with a role. */
  certificate?: string;
  may(action: string, resource: string): boolean;
}

export interface PolicedMqttOptions {
  /** Who each connection is. */
  identities: WeakMap<object, Identity>;
  /** By id. */
  certificates: ReadonlyMap<string, RegisteredCertificate>;
  /** Names of the things that there are. */
  things: ReadonlySet<string>;
  /** Retained messages by topic; written here. */
  retained: Map<string, RetainedMessage>;
  /** Of a resource of IoT Core in this account and Region: `topic/…`, `client/…`. */
  arn(resource: string): string;
  /** Why somebody was refused. */
  log(line: string): void;
}

/** The broker without its listeners. */
export async function policedMqtt(options: PolicedMqttOptions): Promise<Aedes> {
  const { identities, certificates, things, retained, arn, log } = options;
  const allowed = (client: Client | null, action: string, resource: string): boolean => {
    const identity = client === null ? undefined : identities.get(client.conn);
    const may = identity?.may(action, arn(resource)) === true;
    if (!may) log(`${identity?.name ?? 'nobody'} as ${client?.id}: ${action} on ${resource} is not allowed`);
    return may;
  };

  return Aedes.createBroker({
    // A slow reader must not stop the others for a minute.
    drainTimeout: 10_000,
    concurrency: 1000,
    preConnect(client, packet, done) {
      const identity = identities.get(client.conn);
      if (identity === undefined) return done(null, false);
      const connection = certificateOf(identity, certificates);
      if (connection !== null) {
        identity.may = (action, resource) => mayDo(connection, things, packet.clientId, action, resource);
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
        else if (packet.retain)
          retained.set(packet.topic, { payload: Buffer.from(packet.payload), stored: Date.now() });
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
}

function certificateOf(
  { certificate }: { certificate?: string },
  certificates: ReadonlyMap<string, RegisteredCertificate>,
): RegisteredCertificate | null {
  return certificate === undefined ? null : (certificates.get(certificate) ?? null);
}
