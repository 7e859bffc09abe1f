/** The whole system for a test file: its own directory and free ports, and HTTP as a client speaks it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import * as z from 'zod/mini';
import { routes } from '../../lambdas/routes.ts';
import { type System, type SystemOptions, startSystem } from '../../local/system.ts';

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
  end(): Promise<void>;
}

export async function runSystem(options: SystemOptions = {}): Promise<RunningSystem> {
  const directory = mkdtempSync(join(tmpdir(), 'mrt-end-to-end-'));
  const system = await startSystem({ ...options, directory });
  const own = await system.token();
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
      if (reply.status === 200 && isJson && target !== '/openapi.json') holdToContract(target, reply.json);
      return reply;
    },
    async end() {
      await system.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Whatever the test is about: each JSON answer is what the route table declares. */
function holdToContract(target: string, json: Json): void {
  const path = target.split('?')[0];
  const route = routes.find((candidate) => candidate.path === path);
  if (route === undefined) throw new Error(`no route ${path}`);
  const parsed = z.safeParse(route.answer, json);
  expect(parsed.error?.issues ?? [], `${target} is not what its schema declares`).toEqual([]);
  expect(json).toHaveProperty('complete');
  expect(json).toHaveProperty('next_cursor');
}
