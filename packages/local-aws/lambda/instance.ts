/** One function instance: a child process with its own environment, memory cap and timeout; frozen between requests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isDying, residentMegabytes } from './process-state.ts';
import { errorOutcome, type Invocation, type Outcome, RuntimeApi } from './runtime-api.ts';

/** Lambda's limit of the init phase. */
export const INIT_SECONDS = 10;
const MEMORY_WATCH_MS = 250;
const runtimeClient = fileURLToPath(new URL('./runtime-client.ts', import.meta.url));

/** What an instance is started with. */
export interface InstanceOptions {
  /** Folder of the unpacked bundle; working directory and `LAMBDA_TASK_ROOT`. */
  bundle: string;
  /** Everything the function sees in `process.env`, but for the Runtime API's address. */
  environment: Record<string, string>;
  memoryMegabytes: number;
  /** Takes what the function writes. */
  log: { write(text: string | Uint8Array): void };
  /** What runs in the child, for tests with another runtime client. */
  command?: readonly string[];
  onSpawn(pid: number): void;
  onExit(instance: Instance, pid: number | undefined): void;
}

/**
 * One execution environment, for one request at a time. Source: Lambda developer guide, "Understanding the Lambda
 * execution environment lifecycle".
 */
export class Instance {
  /** Busy from its start on: a new instance belongs to the request that it was started for. */
  #state: 'busy' | 'idle' | 'dead' = 'busy';
  readonly #options: InstanceOptions;
  readonly #api: RuntimeApi;
  #child: ChildProcess | undefined;
  /**
   * Given to the caller once the runtime asks for more: the next request then finds the instance free. One that is streamed
   * is given when it begins, and the instance is free when it has ended.
   */
  #outcome: Outcome | undefined;
  /** Time and memory of the invocation under way. */
  #watches: NodeJS.Timeout[] = [];
  #settle: ((outcome: Outcome) => void) | undefined;
  #ready: { resolve: () => void; reject: (outcome: Outcome) => void } | undefined;

  constructor(options: InstanceOptions) {
    this.#options = options;
    this.#api = new RuntimeApi({
      onNext: () => this.#onNext(),
      onOutcome: (outcome) => {
        this.#outcome = outcome;
        if (outcome.stream !== undefined) this.#settle?.(outcome);
      },
      onInitError: (payload) => this.#ready?.reject({ error: 'Unhandled', payload }),
    });
  }

  /** Resident; `undefined` once the process has ended. */
  get megabytes(): number | undefined {
    return residentMegabytes(this.#child?.pid);
  }

  /** Takes the instance for one request, if it is free and lives. */
  claim(): boolean {
    // One that was killed while it was frozen costs nobody a request.
    if (this.#state !== 'idle' || isDying(this.#child?.pid)) return false;
    this.#state = 'busy';
    return true;
  }

  /**
   * Starts the process and waits so many seconds for its first request for work.
   *
   * @returns an error outcome when the start fails; `late` when it took too long, and the process has been ended
   */
  async start(seconds = INIT_SECONDS): Promise<Outcome | 'ready' | 'late'> {
    const address = await this.#api.listen();
    const outcome = await new Promise<Outcome | 'ready' | 'late'>((resolve) => {
      this.#ready = { resolve: () => resolve('ready'), reject: resolve };
      const limit = setTimeout(resolve, seconds * 1000, 'late');
      this.#spawn(address);
      void this.#exited().then(({ signal, code }) => {
        clearTimeout(limit);
        this.#die(signal, code);
      });
      const { resolve: go } = this.#ready;
      this.#ready.resolve = () => {
        clearTimeout(limit);
        go();
      };
    });
    this.#ready = undefined;
    if (outcome !== 'ready') this.kill();
    return outcome;
  }

  /** Runs one invocation; the instance must have been claimed, or just started. */
  invoke(invocation: Invocation): Promise<Outcome> {
    if (this.#state === 'dead') return Promise.resolve(errorOutcome('Runtime.ExitError', 'Error: Runtime exited'));
    const outcome = new Promise<Outcome>((resolve) => {
      this.#settle = resolve;
    });
    const seconds = (invocation.deadline - Date.now()) / 1000;
    const late = setTimeout(() => {
      const message = `Task timed out after ${seconds.toFixed(2)} seconds`;
      this.#options.log.write(`${new Date().toISOString()} ${invocation.requestId} ${message}\n`);
      this.#finish(errorOutcome('Sandbox.Timedout', `RequestId: ${invocation.requestId} Error: ${message}`));
      this.kill();
    }, seconds * 1000);
    this.#watches = [late, setInterval(() => this.#watchMemory(invocation.requestId), MEMORY_WATCH_MS)];
    this.#child?.kill('SIGCONT');
    this.#api.deliver(invocation);
    return outcome;
  }

  /** Ends the process at once; whatever it was asked ends in an error outcome. */
  kill(): void {
    this.#child?.kill('SIGKILL');
    this.#api.close();
  }

  #spawn(address: string): void {
    const { bundle, environment, memoryMegabytes, command, log, onSpawn } = this.#options;
    // The managed runtime's own shares of the function's memory.
    const [program = process.execPath, ...parameters] = command ?? [
      process.execPath,
      `--max-old-space-size=${Math.floor(memoryMegabytes * 0.9)}`,
      `--max-semi-space-size=${Math.max(1, Math.floor(memoryMegabytes * 0.05))}`,
      '--disable-warning=ExperimentalWarning',
      runtimeClient,
    ];
    const child = spawn(program, parameters, {
      cwd: bundle,
      env: { ...environment, AWS_LAMBDA_RUNTIME_API: address },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => log.write(chunk));
    if (child.pid !== undefined) onSpawn(child.pid);
  }

  #exited(): Promise<{ signal: string | null; code: number | null }> {
    return new Promise((resolve) => {
      this.#child?.once('error', () => resolve({ signal: null, code: null }));
      this.#child?.once('exit', (code, signal) => resolve({ signal, code }));
    });
  }

  #die(signal: string | null, code: number | null): void {
    this.#state = 'dead';
    this.#api.close();
    const how = signal === null ? `exit status ${code}` : `signal: ${signal === 'SIGKILL' ? 'killed' : signal}`;
    const outcome = errorOutcome('Runtime.ExitError', `Error: Runtime exited with error: ${how}`);
    this.#ready?.reject(outcome);
    this.#finish(this.#outcome ?? outcome);
    this.#options.onExit(this, this.#child?.pid);
  }

  #onNext(): void {
    // Lambda freezes the environment as soon as the runtime asks for the next invocation.
    this.#child?.kill('SIGSTOP');
    if (this.#ready !== undefined) {
      this.#ready.resolve();
    } else if (this.#outcome !== undefined) {
      this.#state = 'idle';
      this.#finish(this.#outcome);
    }
  }

  #finish(outcome: Outcome): void {
    for (const watch of this.#watches.splice(0)) clearTimeout(watch);
    this.#outcome = undefined;
    this.#settle?.(outcome);
    this.#settle = undefined;
  }

  #watchMemory(requestId: string): void {
    const used = residentMegabytes(this.#child?.pid);
    if (used === undefined || used <= this.#options.memoryMegabytes) return;
    this.#options.log.write(`${new Date().toISOString()} ${requestId} Memory Size exceeded: ${used} MB, killed\n`);
    this.kill();
  }
}
