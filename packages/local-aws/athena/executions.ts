/** The queries of a run: started once for each token, answered again from what is kept, stopped. */
import { createHash, randomUUID } from 'node:crypto';
import type { DeployedWorkgroup } from '../cloudformation/deployed-athena.ts';
import type { Engine, EngineResult } from './engine.ts';
import { located } from './engine.ts';
import { AthenaError } from './error.ts';
import type { ForwardedSession } from './objects.ts';
import { QueryFailure } from './query-failure.ts';

/** As it was asked for. */
export interface QueryRequest {
  sql: string;
  workgroup: string;
  token: string;
  /** Minutes for which a kept answer will do; 0: none. */
  reuseMinutes: number;
}

/** One query. */
export interface Execution {
  id: string;
  sql: string;
  workgroup: string;
  state: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  reason: string | null;
  result: EngineResult | null;
  reused: boolean;
  /** The object that has its rows: its own, or that of the query whose answer is given again. */
  output: string;
  submitted: number;
}

/** What tests and whoever runs them want to know or change. */
export class Executions {
  /** Milliseconds that each query waits before it runs. */
  delay_ms = 0;
  readonly #engine: Engine;
  readonly #workgroups: readonly DeployedWorkgroup[];
  readonly #byId = new Map<string, Execution>();
  readonly #byToken = new Map<string, { id: string; digest: string }>();
  readonly #stops = new Map<string, AbortController>();

  constructor(engine: Engine, workgroups: readonly DeployedWorkgroup[]) {
    this.#engine = engine;
    this.#workgroups = workgroups;
  }

  /** No answer is kept any more, and no token known: as after a week. */
  forget(): void {
    this.#byId.clear();
    this.#byToken.clear();
  }

  /** Every query in the order of its start. */
  all(): readonly Execution[] {
    return [...this.#byId.values()];
  }

  /** @throws AthenaError for a workgroup that is not there, and a token that came with another query */
  start(request: QueryRequest, session: ForwardedSession): string {
    const workgroup = this.#workgroups.find(({ name }) => name === request.workgroup);
    if (workgroup === undefined) throw new AthenaError('InvalidRequestException', 'WorkGroup is not found.');
    const digest = createHash('sha256').update(JSON.stringify(request)).digest('hex');
    const before = this.#byToken.get(request.token);
    if (before !== undefined) {
      if (before.digest === digest) return before.id;
      throw new AthenaError('InvalidRequestException', 'Idempotent parameters do not match');
    }
    const id = randomUUID();
    const execution: Execution = {
      id,
      sql: request.sql,
      workgroup: request.workgroup,
      state: 'QUEUED',
      reason: null,
      result: null,
      reused: false,
      output: `${workgroup.output}${id}.csv`,
      submitted: Date.now(),
    };
    const kept = this.#keptAnswer(request);
    this.#byToken.set(request.token, { id: execution.id, digest });
    this.#byId.set(execution.id, execution);
    if (kept !== null) {
      const { output, result } = kept;
      Object.assign(execution, {
        state: 'SUCCEEDED',
        reused: true,
        output,
        result: result && { ...result, scannedBytes: 0 },
      });
      return execution.id;
    }
    void this.#run(execution, workgroup, session);
    return execution.id;
  }

  /** @throws AthenaError when there is none */
  get(id: string): Execution {
    const execution = this.#byId.get(id);
    if (execution === undefined) throw new AthenaError('InvalidRequestException', `QueryExecution ${id} was not found`);
    return execution;
  }

  /** One that has ended is left as it is. @throws as {@link get} */
  stop(id: string): void {
    const execution = this.get(id);
    if (execution.state !== 'QUEUED' && execution.state !== 'RUNNING') return;
    execution.state = 'CANCELLED';
    execution.reason = 'Query cancelled by user';
    this.#stops.get(id)?.abort();
  }

  /** Source: Athena guide, "Reuse query results": the same text in the same workgroup, young enough. */
  #keptAnswer({ sql, workgroup, reuseMinutes }: QueryRequest): Execution | null {
    const isKept = (one: Execution) =>
      one.sql === sql && one.workgroup === workgroup && one.state === 'SUCCEEDED' && !one.reused;
    const kept = this.all().findLast(isKept);
    return kept !== undefined && Date.now() - kept.submitted < reuseMinutes * 60_000 ? kept : null;
  }

  async #run(execution: Execution, workgroup: DeployedWorkgroup, session: ForwardedSession): Promise<void> {
    const stop = new AbortController();
    this.#stops.set(execution.id, stop);
    try {
      if (this.delay_ms > 0) await new Promise((resolve) => setTimeout(resolve, this.delay_ms));
      // Stopped meanwhile: what it would give is nobody's.
      if (stop.signal.aborted) return;
      execution.state = 'RUNNING';
      const result = await this.#engine.run(execution.sql, session, workgroup.maxScannedBytes, stop.signal);
      if (stop.signal.aborted) return;
      const { bucket, key } = located(execution.output);
      session.write(bucket, key, csvOf(result));
      execution.result = result;
      execution.state = 'SUCCEEDED';
    } catch (error) {
      if (stop.signal.aborted) return;
      execution.state = 'FAILED';
      execution.reason = error instanceof QueryFailure ? error.message : `INTERNAL_ERROR: ${String(error)}`;
    } finally {
      this.#stops.delete(execution.id);
    }
  }
}

/** As Athena writes it: every value in quotes. */
function csvOf({ columns, rows }: EngineResult): string {
  const line = (cells: readonly (string | null)[]) =>
    `${cells.map((cell) => (cell === null ? '' : `"${cell.replaceAll('"', '""')}"`)).join(',')}\n`;
  return [columns, ...rows].map(line).join('');
}
