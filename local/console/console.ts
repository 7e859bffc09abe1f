/** The console of a run: its site beside the API, and the sign-in that may come back to it. */
import type { TokenEndpoint } from '@mrt/local-aws/cognito/token-endpoint.ts';
import { PROJECT } from '../stack/synthesis.ts';
import { ConsoleFiles } from './console-files.ts';
import { CONSOLE_PATH, ConsoleSite, consoleAddresses } from './console-site.ts';

export class LocalConsole {
  readonly #files = new ConsoleFiles(PROJECT);
  readonly #cognito: TokenEndpoint;
  readonly #clientId: string;
  readonly #site: ConsoleSite;
  #port = 0;

  /**
   * @param clientId the client as which people sign in
   * @param stage as the settings of the page say it
   */
  constructor(cognito: TokenEndpoint, clientId: string, stage: string) {
    this.#cognito = cognito;
    this.#clientId = clientId;
    this.#site = new ConsoleSite({
      files: this.#files,
      tokenEndpoint: `${cognito.address}/oauth2/token`,
      clientId,
      stage,
      port: () => this.#port,
    });
  }

  /** Answers what is the console's; `false`: it is not. */
  get serve(): ConsoleSite['serve'] {
    return this.#site.serve;
  }

  /**
   * Lets the sign-in come back to this port, and the sign-out too: in the cloud the stack registers the console's address,
   * here it has the port of this run.
   *
   * @returns its address
   */
  openAt(port: number): string {
    this.#port = port;
    const addresses = consoleAddresses(port);
    const client = this.#cognito.pool.clients.find(({ id }) => id === this.#clientId);
    client?.callbackUrls.push(...addresses);
    client?.logoutUrls.push(...addresses);
    return `http://127.0.0.1:${port}${CONSOLE_PATH}`;
  }

  /** Builds its files where they are not kept from before; without it, the first request for one does. */
  async prepare(): Promise<void> {
    await this.#files.directory();
  }
}
