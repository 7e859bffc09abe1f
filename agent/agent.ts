/**
 * The agent: one connection to the broker, kept; what comes over it is served. When the connection is lost it comes back by
 * itself, after a wait that grows and is never the same for two agents, so that a hundred of them do not come at once.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Answerer, type Serve } from '../lambdas/relay/answerer.ts';
import { EVENT_TYPES, encodeEvent, type Heartbeat } from '../lambdas/relay/events.ts';
import { thingName } from '../lambdas/relay/names.ts';
import { heartbeatTopic, requestTopic } from '../lambdas/relay/topics.ts';
import { type Connection, connectMqtt } from '../lambdas/upstreams/iot/connection.ts';
import type { AgentCredential, ReadCredential } from './certificate.ts';
import { logEvent } from './log.ts';
import { ReconnectWait, type WaitLimits } from './reconnect-wait.ts';

/** Age of a heartbeat after which somebody should look is five of these. */
export const HEARTBEAT_MS = 60_000;
/** How often the certificate is looked at; a new one is used from then on. */
const CERTIFICATE_EVERY_MS = 300_000;
/** When the log begins to warn. */
const WARN_BEFORE_MS = 30 * 86_400_000;

export interface AgentOptions extends WaitLimits {
  name: string;
  version: string;
  /** Names of the environments that it serves. */
  environments: readonly string[];
  /** `mqtts://…:8883` */
  brokerUrl: string;
  /** PEM of the broker's authority; left out: those that Node trusts. */
  brokerCa?: string;
  protocolVersion?: 4 | 5;
  credential: ReadCredential;
  serve: Serve;
  heartbeatMs?: number;
  certificateEveryMs?: number;
}

/** Runs until `stop`. */
export class Agent {
  readonly #options: AgentOptions;
  readonly #answerer: Answerer;
  readonly #stopping = new AbortController();
  readonly #started = new Date().toISOString();
  #connection: Connection | null = null;
  #certificate: AgentCredential | null = null;
  #connected: (() => void)[] = [];
  /** Between the good-bye with the old certificate and the first word with the new one. */
  #isRenewing = false;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#answerer = new Answerer(
      {
        publish: async (topic, payload) => {
          if (this.#isRenewing) await this.connected();
          await this.#connectionNow().publish(topic, payload);
        },
      },
      options.serve,
      { agent: options.name },
    );
  }

  /** Whether it is connected. */
  get isConnected(): boolean {
    return this.#connection?.isOpen === true;
  }

  /** Resolves when it is connected, the next time if it is not now. */
  connected(): Promise<void> {
    if (this.isConnected) return Promise.resolve();
    return new Promise((resolve) => {
      this.#connected.push(resolve);
    });
  }

  /** Connects, again and again, until `stop`. */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    const { name: agent } = this.#options;
    const waits = new ReconnectWait(this.#options);
    while (!signal.aborted) {
      let wait_ms: number;
      try {
        const { closed } = await this.#connect();
        const since = performance.now();
        const reason = (await closed)?.message ?? null;
        // Whoever asks in that moment asks again a second later: it must not be longer.
        if (signal.aborted || this.#isRenewing) {
          logEvent('disconnected', { agent, reason });
          continue;
        }
        const lasted_ms = Math.round(performance.now() - since);
        wait_ms = waits.afterConnection(lasted_ms);
        logEvent('disconnected', { agent, reason, lasted_ms, wait_ms, hint: waits.hint });
      } catch (error) {
        this.#isRenewing = false;
        wait_ms = waits.afterFailure();
        logEvent('not-connected', { agent, reason: (error as Error).message, wait_ms });
      }
      await sleep(wait_ms, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Says that it goes, and closes. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#answerer.stop();
    const connection = this.#connection;
    this.#connection = null;
    await connection
      ?.publish(heartbeatTopic(this.#options.name), this.#heartbeat('away'), { retain: true })
      .catch(() => undefined);
    await connection?.close();
  }

  #connectionNow(): Connection {
    if (this.#connection === null) throw new Error('not connected');
    return this.#connection;
  }

  /** Connects once. @returns a promise that resolves when the connection is over, with what was wrong */
  async #connect(): Promise<{ closed: Promise<Error | null> }> {
    const { name, brokerUrl, brokerCa, protocolVersion, credential } = this.#options;
    const certificate = await credential();
    this.#certificate = certificate;
    if (certificate.ends.getTime() < Date.now())
      throw new Error('the certificate has ended: renew it (mrt-agent enrol)');
    let close: (error: Error | null) => void = () => undefined;
    const closed = new Promise<Error | null>((resolve) => {
      close = resolve;
    });
    const connection = await connectMqtt({
      url: brokerUrl,
      clientId: thingName(name),
      subscribe: [requestTopic(name)],
      tls: { key: certificate.key, cert: certificate.certificate, ...(brokerCa !== undefined && { ca: brokerCa }) },
      ...(protocolVersion !== undefined && { protocolVersion }),
      will: { topic: heartbeatTopic(name), payload: this.#heartbeat('away') },
      onMessage: (_topic, payload) => this.#answerer.receive(payload),
      onClose: (error) => close(error),
    });
    this.#connection = connection;
    this.#isRenewing = false;
    logEvent('connected', { agent: name, certificate_ends: certificate.ends.toISOString() });
    await connection.publish(heartbeatTopic(name), this.#heartbeat('here'), { retain: true });
    for (const resolve of this.#connected.splice(0)) resolve();
    const timers = [
      setInterval(() => this.#beat(connection), this.#options.heartbeatMs ?? HEARTBEAT_MS),
      setInterval(() => void this.#renew(connection), this.#options.certificateEveryMs ?? CERTIFICATE_EVERY_MS),
    ];
    const over = closed.finally(() => {
      for (const timer of timers) clearInterval(timer);
      if (this.#connection === connection) this.#connection = null;
    });
    return { closed: over };
  }

  #beat(connection: Connection): void {
    // The broker's silence is noticed by the connection itself.
    connection
      .publish(heartbeatTopic(this.#options.name), this.#heartbeat('here'), { retain: true })
      .catch(() => undefined);
  }

  /** Comes back with a new certificate as soon as there is one; what is asked meanwhile is asked again. */
  async #renew(connection: Connection): Promise<void> {
    const { name, credential } = this.#options;
    try {
      const certificate = await credential();
      if (this.#connection !== connection) return;
      if (certificate.certificate !== this.#certificate?.certificate) {
        logEvent('renewed', { agent: name, certificate_ends: certificate.ends.toISOString() });
        this.#isRenewing = true;
        this.#connection = null;
        await connection.close();
        return;
      }
      if (certificate.ends.getTime() - Date.now() < WARN_BEFORE_MS) {
        logEvent('certificate-ends', { agent: name, certificate_ends: certificate.ends.toISOString() });
      }
    } catch (error) {
      logEvent('certificate-unreadable', { agent: name, reason: (error as Error).message });
    }
  }

  #heartbeat(state: Heartbeat['data']['state']): Buffer {
    const { name, version, environments } = this.#options;
    const data = {
      state,
      version,
      environments: [...environments],
      started: this.#started,
      certificate_ends: this.#certificate?.ends.toISOString() ?? null,
    };
    return encodeEvent({ type: EVENT_TYPES.heartbeat, data }, `/agent/${name}`, randomUUID());
  }
}
