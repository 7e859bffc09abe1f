/** Terminals of tmux, with a server of its own so that nobody else's is touched. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Of one test file. */
export class Terminals {
  readonly #directory: string;

  /** @param directory where the shells begin */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** A terminal of this width, with a shell in it that has these variables. */
  open(width: number, variables: NodeJS.ProcessEnv): Terminal {
    const name = `t${randomUUID()}`;
    const shell = [
      'env',
      '-i',
      ...Object.entries(variables).map(([key, value]) => `${key}=${value}`),
      'bash',
      '--norc',
    ];
    const size = ['-x', String(width), '-y', '50', '-c', this.#directory];
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-s', name, ...size, '--', ...shell);
    return new Terminal((...words) => this.#tmux(...words), name);
  }

  close(): void {
    spawnSync('tmux', ['-S', this.#socket, 'kill-server']);
  }

  get #socket(): string {
    return join(this.#directory, 'tmux');
  }

  #tmux(...words: string[]): string {
    return execFileSync('tmux', ['-S', this.#socket, ...words], { encoding: 'utf8' });
  }
}

/** One of them. */
export class Terminal {
  readonly #tmux: (...words: string[]) => string;
  readonly #name: string;

  constructor(tmux: (...words: string[]) => string, name: string) {
    this.#tmux = tmux;
    this.#name = name;
  }

  /** A line, with Enter. */
  type(line: string): void {
    this.begin(line);
    this.press('Enter');
  }

  /** Without Enter. */
  begin(text: string): void {
    this.#tmux('send-keys', '-t', this.#name, '-l', '--', text);
  }

  /** @param key by tmux's name: `Tab`, `C-c` */
  press(key: string): void {
    this.#tmux('send-keys', '-t', this.#name, key);
  }

  /** What is on the screen, with colours where asked. */
  screen(colours = false): string {
    return this.#tmux('capture-pane', '-p', ...(colours ? ['-e'] : []), '-t', this.#name);
  }

  /** The screen as soon as it matches. @throws Error with what is there instead after half a minute */
  async shows(pattern: RegExp): Promise<string> {
    for (let tries = 0; tries < 300; tries += 1) {
      const screen = this.screen();
      if (pattern.test(screen)) return screen;
      await sleep(100);
    }
    throw new Error(`${pattern} is not on the screen:\n${this.screen()}`);
  }
}
