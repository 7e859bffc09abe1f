/** `mrt` as one file that needs Node only: dist/mrt.js. */
import { chmodSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** @param outfile where to; tests have a folder of their own */
export async function buildMrt(outfile: string): Promise<void> {
  await build({
    entryPoints: [here('main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node22.12',
    format: 'esm',
    // A command that is not asked for is not compiled either: V8 looks at a function only when it is called.
    minify: true,
    legalComments: 'eof',
    logLevel: 'warning',
  });
  chmodSync(outfile, 0o755);
}

if (import.meta.main) await buildMrt(here('dist/mrt.js'));
