/** What an assembly depends on beside its configuration, as one digest. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Code that synthesis runs or bundles; a test holds that it imports nothing outside these. */
const FOLDERS = ['agent', 'config', 'lambdas', 'lib'];
/**
 * The installed packages with the certificates of RDS among them, what esbuild reads of the project, the release number,
 * the document that a function serves, and the headers of the console. The second lock file is what npm has really installed.
 */
const FILES = [
  'package.json',
  'package-lock.json',
  'node_modules/.package-lock.json',
  'tsconfig.json',
  'docs/openapi.json',
  'packages/console/security-headers.ts',
];

/**
 * Hex digest of the contents of these files, their names, the Node version and the day: certificates that have expired
 * are left out of a bundle.
 *
 * @param project the project's folder
 */
export function sourceDigest(project: string, now = new Date()): string {
  const hash = createHash('sha256').update(`${process.version} ${now.toISOString().slice(0, 10)}`);
  const code = FOLDERS.flatMap((folder) => globSync(`${folder}/**/*`, { cwd: project })).toSorted();
  for (const name of [...code, ...FILES]) {
    const path = join(project, name);
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) continue;
    const content = readFileSync(path);
    hash.update(`\n${name} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}
