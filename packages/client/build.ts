/**
 * `npm run build -w @mrt/client` writes `packages/client/dist`: the package as programs outside this repository install
 * it (`npm install ./packages/client/dist`). One ES module for Node 20 and browsers, with its types.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '../..');

/** How the code becomes one module. `AbortSignal.any` is the newest thing that it needs: Node 20.3, browsers of 2024. */
export const BUNDLE = {
  entryPoints: [join(HERE, 'client.ts')],
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
} satisfies BuildOptions;

/** Writes the package into a folder, which it empties first. @throws Error with the compiler's words */
export function buildClient(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  buildSync({ ...BUNDLE, outfile: join(directory, 'client.js'), sourcemap: true, logLevel: 'warning' });
  execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', HERE, '--outDir', directory], { stdio: 'pipe' });
  for (const file of globSync('**/*.d.ts', { cwd: directory })) {
    const path = join(directory, file);
    // The compiler keeps the names of the sources, which are not in the package.
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'"));
  }
  const { scripts: _, private: __, ...manifest } = JSON.parse(readFileSync(join(HERE, 'package.json'), 'utf8'));
  const exports = { '.': { types: './client.d.ts', default: './client.js' } };
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ ...manifest, exports, sideEffects: false }, null, 2));
  cpSync(join(HERE, 'README.md'), join(directory, 'README.md'));
  cpSync(join(ROOT, 'LICENSE'), join(directory, 'LICENSE'));
}

if (import.meta.main) buildClient(join(HERE, 'dist'));
