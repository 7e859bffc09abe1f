/** The functions of the stack with their instances: started on demand, reused, refused past the concurrency. */
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { DeployedFunction } from '../cloudformation/deployed-functions.ts';
import { type LogFault, LogFile } from '../log/log-file.ts';
import { INIT_SECONDS, Instance } from './instance.ts';
import { wholeOf } from './response-stream.ts';
import { errorOutcome, MAX_RESPONSE_BYTES, type Outcome } from './runtime-api.ts';

/**
 * Instances of a function without reserved concurrency: what a new account shares (Lambda developer guide, "Quotas":
 * new accounts have reduced ones).
 */
const UNRESERVED_CONCURRENCY = 10;

/** Lambda refuses rather than queues (`TooManyRequestsException`, 429). */
export class ThrottledError extends Error {
  override name = 'ThrottledError' as const;
}

/** What all instances of a function have in common. */
export interface FunctionOptions {
  /** All of `process.env` but for the Runtime API's address. */
  environment: Record<string, string>;
  /** Folder for `<function>.log`. */
  logDirectory: string;
  /** Told when the log cannot be written. */
  logFault?: LogFault | undefined;
  /** Limit of the first init; left out, Lambda's. */
  initSeconds?: number;
  /** Told of every process, so that none outlives the run. */
  processes: ProcessRegister;
}

/** Keeps the numbers of child processes, so that somebody can end them when the run is killed. */
export interface ProcessRegister {
  add(pid: number): void;
  remove(pid: number): void;
}

/** One function with its instances: one that is free serves, else a new one, up to the concurrency. */
export class RunningFunction {
  readonly deployed: DeployedFunction;
  readonly #options: FunctionOptions;
  readonly #log: LogFile;
  readonly #instances = new Set<Instance>();
  readonly #limit: number;

  constructor(deployed: DeployedFunction, options: FunctionOptions) {
    this.deployed = deployed;
    this.#options = options;
    this.#limit = deployed.reservedConcurrency ?? UNRESERVED_CONCURRENCY;
    this.#log = new LogFile(join(options.logDirectory, `${deployed.logName}.log`), options.logFault);
  }

  /** What each instance sees in `process.env`, but for the Runtime API's address. */
  get environment(): Readonly<Record<string, string>> {
    return this.#options.environment;
  }

  /** How many instances live, frozen ones included. */
  get instances(): number {
    return this.#instances.size;
  }

  /** What each of them holds in memory, resident megabytes. */
  get megabytes(): number[] {
    return [...this.#instances].flatMap((instance) => instance.megabytes ?? []);
  }

  /**
   * Invokes the function synchronously, as API Gateway and the schedule do: `Invoke`.
   *
   * @param event the JSON text of the event
   * @returns a payload in any case: what a function streams is gathered
   * @throws ThrottledError when all instances that it may have are busy
   */
  async invoke(event: string, traceId = ''): Promise<Outcome> {
    const outcome = await this.invokeWithResponseStream(event, traceId);
    if (outcome.stream === undefined) return outcome;
    return wholeOf(outcome.stream).then(
      (payload) =>
        payload.length > MAX_RESPONSE_BYTES
          ? errorOutcome('Function.ResponseSizeTooLarge', 'Exceeded maximum allowed payload size')
          : { error: null, payload },
      (error: Error) => errorOutcome(error.message, 'The function failed in the midst of its response'),
    );
  }

  /**
   * As `invoke`, with the response of a function that streams as it comes: `InvokeWithResponseStream`, for which the right to
   * invoke the function is enough (Lambda API Reference).
   */
  async invokeWithResponseStream(event: string, traceId = ''): Promise<Outcome> {
    const taken = await this.#take();
    if (!(taken instanceof Instance)) return taken;
    return taken.invoke({
      requestId: randomUUID(),
      functionArn: this.deployed.arn,
      traceId: this.deployed.traced ? recorded(traceId) : traceId,
      deadline: Date.now() + this.deployed.timeoutSeconds * 1000,
      event,
    });
  }

  /** Kills every instance: the next request starts cold. */
  restart(): void {
    for (const instance of this.#instances) instance.kill();
    this.#instances.clear();
  }

  /** Nothing may be invoked any more. */
  stop(): void {
    this.restart();
    this.#log.end();
  }

  async #take(): Promise<Instance | Outcome> {
    const idle = [...this.#instances].find((instance) => instance.claim());
    if (idle !== undefined) return idle;
    if (this.#instances.size >= this.#limit) {
      this.#log.write(`${new Date().toISOString()} Rate Exceeded: all ${this.#limit} instances are busy\n`);
      throw new ThrottledError('Rate Exceeded.');
    }
    const { timeoutSeconds } = this.deployed;
    const first = await this.#start(this.#options.initSeconds ?? INIT_SECONDS);
    // What takes longer is begun anew with the function's own timeout (Lambda developer guide,
    // "Understanding the Lambda execution environment lifecycle", "Init phase"): a busy machine is no broken function.
    const started = first === 'late' ? await this.#start(timeoutSeconds) : first;
    return started === 'late'
      ? errorOutcome('Sandbox.Timedout', `Error: Task timed out after ${timeoutSeconds}.00 seconds`)
      : started;
  }

  /** A new instance that is ready, or what became of it within so many seconds. */
  async #start(seconds: number): Promise<Instance | Outcome | 'late'> {
    const { bundle, memoryMegabytes } = this.deployed;
    const { environment, processes } = this.#options;
    const instance = new Instance({
      bundle,
      environment,
      memoryMegabytes,
      log: this.#log,
      onSpawn: (pid) => processes.add(pid),
      onExit: (dead, pid) => {
        this.#instances.delete(dead);
        if (pid !== undefined) processes.remove(pid);
      },
    });
    this.#instances.add(instance);
    const started = await instance.start(seconds);
    if (started === 'late') this.#log.write(`${new Date().toISOString()} Init timed out after ${seconds} seconds\n`);
    return started === 'ready' ? instance : started;
  }
}

/**
 * What a traced function reads in `_X_AMZN_TRACE_ID` of a run that is recorded, which here is every one: the caller's root, or
 * one of Lambda's, with Lambda's own segment as parent (X-Ray developer guide, "Tracing header").
 */
function recorded(traceId: string): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const [root = `Root=1-${seconds}-${randomBytes(12).toString('hex')}`] = /Root=[^;]+/.exec(traceId) ?? [];
  return `${root};Parent=${randomBytes(8).toString('hex')};Sampled=1`;
}
