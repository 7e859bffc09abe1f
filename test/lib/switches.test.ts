/** What of the bundles is there only with an option. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';
import { parseConfig } from '../../config/read.ts';
import { BUNDLER_OPTIONS } from '../../lib/functions/bundle.ts';
import { switchesOf } from '../../lib/functions/switches.ts';
import { configFile } from './template.ts';

/** The text of all modules of a route's bundle, with each option as the configuration has it. */
function bundleText(route: string, change: object): string {
  const outdir = mkdtempSync(join(tmpdir(), 'mrt-switches-'));
  try {
    buildSync({
      ...BUNDLER_OPTIONS,
      define: switchesOf(parseConfig({ ...configFile('example'), ...change })),
      entryPoints: [{ in: `lambdas/routes/${route}/handler.ts`, out: 'index' }],
      outdir,
    });
    return readdirSync(outdir)
      .map((file) => readFileSync(join(outdir, file), 'utf8'))
      .join('\n');
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** A word that each option's code cannot do without. */
const WORDS = [{ option: 'recording', on: { every_minutes: 15 }, off: 'off', route: 'table_size', word: 'PAR1' }];

test.each(WORDS)(
  'the code of $option is in a bundle of /$route only where it is on',
  ({ option, on, off, route, word }) => {
    expect(bundleText(route, { [option]: on })).toContain(word);
    expect(bundleText(route, { [option]: off })).not.toContain(word);
  },
);
