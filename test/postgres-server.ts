/**
 * One PostgreSQL for a whole test run. vitest calls this once; the server itself starts when the first test asks for a
 * database (see `postgres.ts` beside it), so that a run without such tests does not wait for it.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Postgres, startPostgres } from '@mrt/local-aws/rds/postgres.ts';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers with the superuser's connection string, once the server is up. */
    postgresAddress: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'mrt-test-postgres-'));
  // As root, PostgreSQL runs as another user, who has to get there.
  chmodSync(directory, 0o755);
  let postgres: Promise<Postgres> | null = null;
  const server = createServer((_, response) => {
    postgres ??= startPostgres({ directory, log: () => undefined, progress: () => undefined });
    postgres.then(
      (running) => response.end(running.url('postgres')),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  project.provide('postgresAddress', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.close();
    await (await postgres?.catch(() => null))?.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}
