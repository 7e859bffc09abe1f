/** The whole system for a test file, its own or one that several files share, and HTTP as a client speaks it. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withoutThrottles } from '@mrt/local-aws/cloudformation/without-throttles.ts';
import { expect } from 'vitest';
import * as z from 'zod/mini';
import { fleetAnswer } from '../../lambdas/record/fleet-schema.ts';
import { routes } from '../../lambdas/routes.ts';
import { type System, startSystem } from '../../local/system.ts';
import type { SystemOptions } from '../../local/system-options.ts';

export type Json = Record<string, unknown>;

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON; `{}` for another type. */
  json: Json;
}

export interface RunningSystem extends System {
  directory: string;
  /** Asks with the sample client's token, unless told another; `null` sends none. */
  ask(
    target: string,
    options?: { token?: string | null; headers?: Record<string, string>; method?: string },
  ): Promise<Reply>;
  /** What a log file has got since this test file began. PostgreSQL's and the gateway's are `postgres` and `access`. */
  logged(name: string): string;
  /** Names of the functions' log files, without `.log`. */
  functionLogs(): string[];
  /** Stops an own system; leaves a shared one as it was found. */
  end(): Promise<void>;
}

/** What is no route's answer. */
const OPEN_DOCUMENTS = /^\/(openapi\.json|\.well-known\/)/;

interface OwnSystem extends System {
  directory: string;
}

async function start(options: SystemOptions): Promise<OwnSystem> {
  const directory = mkdtempSync(join(tmpdir(), 'mrt-end-to-end-'));
  // As root, PostgreSQL runs as another user, who has to get there.
  chmodSync(directory, 0o755);
  return { directory, ...(await startSystem({ ...options, directory })) };
}

/** Of this worker; files of the project `systems` run in one after the other, and it ends with the worker. */
let shared: Promise<OwnSystem> | undefined;

async function startShared(): Promise<OwnSystem> {
  const system = await start({ sampleScale: 0.02, changeTemplate: withoutThrottles });
  // How vitest ends a worker.
  process.once('SIGTERM', () => void system.stop().finally(() => process.exit(0)));
  return system;
}

/**
 * A small sample, no throttles of the gateway, the configuration of `npm start`. For files that leave it as they found
 * it: what they take away (a permission, PostgreSQL) they give back.
 */
export async function sharedSystem(): Promise<RunningSystem> {
  shared ??= startShared();
  const system = await shared;
  const recover = async () => {
    for (const service of [system.s3, system.cloudwatch]) service.faults.clear();
    await system.databases.postgres?.start();
    system.functions.restart();
  };
  // A file before this one may have failed half-way.
  await recover();
  return asClient(system, recover);
}

/** A system of the test file's own, with these options. */
export async function runSystem(options: SystemOptions = {}): Promise<RunningSystem> {
  const system = await start(options);
  return asClient(system, async () => {
    await system.stop();
    rmSync(system.directory, { recursive: true, force: true });
  });
}

async function asClient(system: OwnSystem, end: () => Promise<void>): Promise<RunningSystem> {
  const own = await system.token();
  const { directory, logDirectory } = system;
  const logFiles = () => readdirSync(logDirectory).map((file) => file.replace(/\.log$/, ''));
  const path = (name: string) => join(logDirectory, `${name}.log`);
  const begun = new Map(logFiles().map((name) => [name, statSync(path(name)).size]));
  return {
    ...system,
    directory,
    async ask(target, { token = own, headers = {}, method = 'GET' } = {}) {
      const response = await fetch(`${system.endpoints.api}${target}`, {
        method,
        headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
      });
      const text = await response.text();
      const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
      const reply = {
        status: response.status,
        headers: response.headers,
        text,
        json: isJson ? (JSON.parse(text) as Json) : {},
      };
      if (reply.status === 200 && isJson && !OPEN_DOCUMENTS.test(target)) holdToContract(target, reply.json);
      return reply;
    },
    logged: (name) =>
      readFileSync(path(name))
        .subarray(begun.get(name) ?? 0)
        .toString('utf8'),
    functionLogs: () => logFiles().filter((name) => !['postgres', 'synth', 'access', 'cloudtrail'].includes(name)),
    end,
  };
}

/** Whatever the test is about: each JSON answer is what the route table declares. */
function holdToContract(target: string, json: Json): void {
  const path = target.split('?')[0];
  const route = routes.find((candidate) => candidate.path === path);
  if (route === undefined) throw new Error(`no route ${path}`);
  const isFleet = route.fleet !== undefined && json['environments'] !== undefined;
  const parsed = z.safeParse(isFleet && route.fleet ? fleetAnswer(route.fleet) : route.answer, json);
  expect(parsed.error?.issues ?? [], `${target} is not what its schema declares`).toEqual([]);
  const declared = [...Object.keys(parsed.data ?? {}), 'complete', 'next_cursor'];
  expect(
    Object.keys(json).filter((field) => !declared.includes(field)),
    `${target} has what its schema does not`,
  ).toEqual([]);
  expect(json).toHaveProperty('complete');
  expect(json).toHaveProperty('next_cursor');
}
