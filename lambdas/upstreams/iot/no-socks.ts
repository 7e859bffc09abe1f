/**
 * What a bundle has in place of `socks` (lib/functions/bundle.ts), which the client of MQTT loads for a proxy that
 * nothing here asks for. Its endpoints are reached directly.
 */
export const SocksClient = {
  /** @throws Error always: a variable of the environment asked for a proxy */
  createConnection(): never {
    throw new Error('connections through a SOCKS proxy are not in the bundle');
  },
};
