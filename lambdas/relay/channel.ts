/** What an exchange needs of a connection to the broker. */

export interface Channel {
  /**
   * Resolves when the broker has the message (QoS 1).
   *
   * @throws Error when the connection broke before that; the message may have come through or not
   */
  publish(topic: string, payload: Buffer): Promise<void>;
}
