/** What of the code guards something: the files that the mutation run breaks line by line. A new guard is a line here. */
import { globSync } from 'node:fs';

/** Files of one guard. */
export interface Guarded {
  /** Patterns of files, from the folder of the project. */
  files: readonly string[];
  /** Mutants of each file that are tried, a sample that stays the same (`sample.ts`); left out: all. */
  most?: number;
  /** Patterns of the test files that they are tried with, where all that reach them would take too long. */
  tests?: readonly string[];
}

export const GUARDS = {
  rights: { files: ['lambdas/selector.ts', 'lambdas/pattern.ts'] },
  admission: { files: ['lambdas/http/reason.ts'] },
  cursors: { files: ['lambdas/http/cursor.ts', 'lambdas/hash.ts'] },
  caches: { files: ['lambdas/bounded-cache.ts', 'lambdas/upstreams/outages.ts'] },
  masking: {
    files: ['lambdas/routes/users/{masking,row,identity}.ts', 'lambdas/mendix/users/access.ts'],
    most: 16,
  },
  secrets: {
    files: [
      'lambdas/mendix/secrets/{detector,embedded}.ts',
      'lambdas/routes/micro_flow_constants/{fingerprint,row,same-value}.ts',
    ],
    most: 8,
  },
  'forms of secrets': {
    files: ['lambdas/mendix/secrets/{credential,name,harmless}/*.ts'],
    most: 25,
    tests: ['test/lambdas/mendix/secrets/**/*.test.ts'],
  },
  requests: {
    files: ['lambdas/http/{admission,audit,caching,disclosure,query,rights,token}.ts'],
    most: 12,
  },
  tenants: {
    files: ['lambdas/{tenancy,spiffe-id,bearer-token}.ts'],
    most: 12,
    tests: ['test/lambdas/{tenancy,spiffe-id,bearer-token}.test.ts'],
  },
  environments: {
    files: ['lambdas/http/{authorization,environment,fleet,subject}.ts'],
    most: 12,
    tests: ['test/lambdas/http/{authorization,fleet,subject}.test.ts'],
  },
  'internal tokens': {
    files: ['lambdas/internal_tokens/*.ts'],
    most: 12,
    tests: ['test/lambdas/internal_tokens/*.test.ts'],
  },
  'Airflow gateway': {
    files: ['lambdas/airflow_gateway/{decision,operation,run-request,names-variable}.ts'],
    most: 12,
    tests: ['test/lambdas/airflow_gateway/*.test.ts'],
  },
  throttling: { files: ['lambdas/upstreams/{throttling,retry}.ts'], most: 8 },
  policies: {
    files: [
      'lib/permissions/{declared-actions,need-statements}.ts',
      'lib/functions/grants.ts',
      'lib/network/{endpoints,security-groups}.ts',
    ],
    most: 5,
    tests: ['test/lib/{permissions,network,declared-actions,need-statements}.test.ts'],
  },
} as const satisfies Record<string, Guarded>;

export type Guard = keyof typeof GUARDS;

/** Of a file: the guard that it belongs to, how many of its mutants are tried, and with which tests. */
export interface GuardedFile {
  guard: Guard;
  most: number;
  /** Test files, from the folder of the project; `null`: all that reach it. */
  tests: ReadonlySet<string> | null;
}

/** Files of each guard, from the folder of the project; a file is of the first guard that names it. */
export function guardedFiles(root: string): Map<string, GuardedFile> {
  const files = new Map<string, GuardedFile>();
  for (const [guard, guarded] of Object.entries(GUARDS) as [Guard, Guarded][]) {
    const { files: patterns, most = Number.POSITIVE_INFINITY, tests: testPatterns } = guarded;
    const tests = testPatterns === undefined ? null : new Set(globSync([...testPatterns], { cwd: root }));
    for (const pattern of patterns) {
      const matches = globSync(pattern, { cwd: root }).sort();
      if (matches.length === 0) throw new Error(`${guard}: ${pattern} is no file`);
      for (const file of matches) if (!files.has(file)) files.set(file, { guard, most, tests });
    }
  }
  return files;
}
