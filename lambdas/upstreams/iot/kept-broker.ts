/**
 * The function's one connection to the broker, kept from request to request. A function is frozen in between, and finds its
 * connection dead when it thaws; so one that was silent for long is not trusted.
 */
import { randomBytes } from 'node:crypto';
import type { Connection } from './connection.ts';

/** After so long without a sign, opening a new one (some 50 ms) is cheaper than finding out. */
const MAX_SILENT_MS = 45_000;

export interface BrokerPlace {
  /** Host of the account's data endpoint. */
  host: string;
  region: string;
  /** What comes before the random part of the client's id: the role may connect under such names only. */
  clientPrefix: string;
}

/** Opens a connection on demand, and a new one when it is lost. */
export class KeptBroker {
  readonly clientId: string;
  readonly #place: BrokerPlace;
  readonly #filter: string;
  readonly #onMessage: (topic: string, payload: Buffer) => void;
  #opening: Promise<Connection> | null = null;
  #open: Connection | null = null;

  /** @param filter of the answers, by the client's id */
  constructor(
    place: BrokerPlace,
    filter: (clientId: string) => string,
    onMessage: (topic: string, payload: Buffer) => void,
  ) {
    this.#place = place;
    this.clientId = `${place.clientPrefix}${randomBytes(8).toString('hex')}`;
    this.#filter = filter(this.clientId);
    this.#onMessage = onMessage;
  }

  /** A connection that lives. @throws Error when the broker cannot be reached or refuses */
  async connection(): Promise<Connection> {
    const { isOpen = false, heardAt = 0 } = this.#open ?? {};
    if (this.#open !== null && isOpen && Date.now() - heardAt <= MAX_SILENT_MS) return this.#open;
    this.#open?.destroy();
    this.#open = null;
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  /**
   * Publishes, over a new connection when the one at hand turns out to be dead.
   *
   * @throws Error as `connection`
   */
  async publish(topic: string, payload: Buffer): Promise<void> {
    const connection = await this.connection();
    try {
      await connection.publish(topic, payload);
    } catch {
      connection.destroy();
      await (await this.connection()).publish(topic, payload);
    }
  }

  async #connect(): Promise<Connection> {
    const [{ connectMqtt }, { signedAddress }] = await Promise.all([
      import('./connection.ts'),
      import('./signed-address.ts'),
    ]);
    const url = await signedAddress(this.#place.host, this.#place.region);
    this.#open = await connectMqtt({
      url,
      clientId: this.clientId,
      subscribe: [this.#filter],
      onMessage: this.#onMessage,
    });
    return this.#open;
  }
}
