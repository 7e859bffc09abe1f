/** What of the code guards something: the files that the mutation run breaks line by line. A new guard is a line here. */
import { globSync } from 'node:fs';

/** Patterns of files by what they guard. */
export const GUARDS = {
  rights: ['lambdas/selector.ts', 'lambdas/pattern.ts'],
  admission: ['lambdas/http/reason.ts'],
  cursors: ['lambdas/http/cursor.ts', 'lambdas/hash.ts'],
  caches: ['lambdas/bounded-cache.ts', 'lambdas/upstreams/outages.ts'],
} as const;

export type Guard = keyof typeof GUARDS;

/** Files of each guard, from the folder of the project; a file is of the first guard that names it. */
export function guardedFiles(root: string): Map<string, Guard> {
  const files = new Map<string, Guard>();
  for (const [guard, patterns] of Object.entries(GUARDS) as [Guard, readonly string[]][]) {
    for (const pattern of patterns) {
      const matches = globSync(pattern, { cwd: root }).sort();
      if (matches.length === 0) throw new Error(`${guard}: ${pattern} is no file`);
      for (const file of matches) if (!files.has(file)) files.set(file, guard);
    }
  }
  return files;
}
