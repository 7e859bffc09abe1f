/** Cognito's stand-in with a client for people and one for a machine, and a person with a browser that is `fetch`. */
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { runCommand } from '@mrt/cli/program/program.ts';
import type { Host } from '@mrt/cli/run.ts';
import { TokenEndpoint } from '@mrt/local-aws/cognito/token-endpoint.ts';

const SCOPES = ['openid', 'mrt/users.read', 'mrt/users.profile'];
/** What every new profile needs beside its client. */
export const API = ['--api', 'https://maas-api.example.com', '--no-browser'];

/** A home without profiles, and whoever signs in there. */
export class Person {
  readonly cognito: TokenEndpoint;
  /** What the client may come back to. */
  readonly redirect: string;
  home = '';
  /** What `mrt` wrote. */
  said = '';

  private constructor(cognito: TokenEndpoint, redirect: string) {
    this.cognito = cognito;
    this.redirect = redirect;
    this.moveOut();
  }

  static async meet(): Promise<Person> {
    const redirect = `http://localhost:${await freePort()}/callback`;
    const client = { scopes: SCOPES, accessTokenSeconds: 900, idTokenSeconds: 900 };
    const cognito = await TokenEndpoint.start({
      region: 'eu-west-1',
      pool: {
        id: 'eu-west-1_CliTests0',
        groups: ['operators'],
        clients: [
          {
            ...client,
            id: 'people',
            hasSecret: false,
            flows: ['code'],
            callbackUrls: [redirect, 'https://example.com/'],
            logoutUrls: [],
          },
          {
            ...client,
            id: 'machine',
            hasSecret: true,
            flows: ['client_credentials'],
            callbackUrls: [],
            logoutUrls: [],
          },
        ],
      },
    });
    return new Person(cognito, redirect);
  }

  /** Another home, with nothing in it. */
  moveOut(): void {
    this.home = mkdtempSync(join(tmpdir(), 'mrt-cli-sign-in-'));
    this.said = '';
  }

  get variables(): NodeJS.ProcessEnv {
    return { XDG_CONFIG_HOME: this.home };
  }

  get folder(): string {
    return join(this.home, 'mrt');
  }

  get endpoint(): string {
    return `${this.cognito.address}/oauth2/token`;
  }

  /** @param input what standard input has */
  run(words: string[], input = ''): Promise<number> {
    const write = (text: string) => {
      this.said += text;
      return true;
    };
    const screen = { write } as unknown as Host['stdout'];
    const stdin = Readable.from([input]) as unknown as Host['stdin'];
    const { signal } = new AbortController();
    return runCommand(words, { variables: this.variables, stdout: screen, stderr: screen, stdin, signal });
  }

  /** Runs `mrt login`, and does with the address that it shows what a browser would. */
  async login(words: string[], browse: (address: string) => Promise<unknown>): Promise<number> {
    const place = ['--token-endpoint', this.endpoint, '--client-id', 'people', '--redirect', this.redirect];
    const ended = this.run(['login', 'prod', ...API, ...place, ...words]);
    for (let tries = 0; !/https?:\S+authorize\S+/.test(this.said) && tries < 500; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await browse(/https?:\S+authorize\S+/.exec(this.said)?.[0] ?? '');
    return ended;
  }
}

/** The sign-in page's answer to a click: where the browser is sent to. */
export async function clicked(address: string): Promise<string> {
  const body = new URLSearchParams({ username: 'operators' });
  const response = await fetch(address, { method: 'POST', body, redirect: 'manual' });
  return response.headers.get('location') ?? '';
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
