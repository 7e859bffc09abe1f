/** The process of an agent: started, and started again when it ends, as Fargate and Kubernetes do. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { ProcessRegister } from '@mrt/local-aws/lambda/running-function.ts';
import { type LogFault, LogFile } from '@mrt/local-aws/log/log-file.ts';

const AGAIN_AFTER_MS = 1000;
/** As in its image (`agent/image/Dockerfile`). */
export const NODE_FLAGS = ['--max-old-space-size=384', '--max-semi-space-size=8', '--enable-source-maps'] as const;
/** It says good-bye to the broker and ends. */
const MAX_STOP_MS = 3000;

export interface AgentProcessOptions {
  /** Path of `index.mjs`. */
  bundle: string;
  words: readonly string[];
  environment: Record<string, string>;
  /** File of what it writes. */
  log: string;
  processes: ProcessRegister;
  logFault?: LogFault;
}

export class AgentProcess {
  readonly #options: AgentProcessOptions;
  readonly #log: LogFile;
  #child: ChildProcess | null = null;
  #timer: NodeJS.Timeout | undefined;
  #wanted = false;

  constructor(options: AgentProcessOptions) {
    this.#options = options;
    this.#log = new LogFile(options.log, options.logFault);
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  start(): void {
    this.#wanted = true;
    const { bundle, words, environment, processes } = this.#options;
    const child = spawn(process.execPath, [...NODE_FLAGS, bundle, ...words], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const { pid } = child;
    if (pid !== undefined) processes.add(pid);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => this.#log.write(text));
    }
    child.once('close', () => {
      if (pid !== undefined) processes.remove(pid);
      if (this.#child === child) this.#child = null;
      if (this.#wanted) this.#timer = setTimeout(() => this.start(), AGAIN_AFTER_MS);
    });
    child.once('error', () => undefined);
  }

  /** Ends it without a word, as a machine that is gone. It comes back by itself. */
  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child !== null) {
      const closed = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), MAX_STOP_MS);
      await closed;
      clearTimeout(timer);
    }
    this.#log.end();
  }
}
