/** `npm run build -w @mrt/console` writes `packages/console/dist`: the files that a web server hands out as they are. */
import { join } from 'node:path';
import { build } from 'vite';

/** @param outDir where to; emptied first. Default: `dist` beside this file */
export async function buildConsole(outDir: string = join(import.meta.dirname, 'dist')): Promise<void> {
  const configFile = join(import.meta.dirname, 'vite.config.ts');
  await build({ configFile, logLevel: 'warn', build: { outDir, emptyOutDir: true } });
}

if (import.meta.main) await buildConsole(process.argv[2]);
