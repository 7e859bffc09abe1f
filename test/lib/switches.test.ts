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

/** The text of all modules of a function's bundle, with each option as the configuration has it. */
function bundleText(entry: string, change: object): string {
  const outdir = mkdtempSync(join(tmpdir(), 'mrt-switches-'));
  try {
    buildSync({
      ...BUNDLER_OPTIONS,
      define: switchesOf(parseConfig({ ...configFile('example'), ...change })),
      entryPoints: [{ in: `lambdas/${entry}/handler.ts`, out: 'index' }],
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
const WORDS = [
  {
    option: 'recording',
    on: { recording: { every_minutes: 15 } },
    off: { recording: 'off' },
    entry: 'routes/table_size',
    word: 'PAR1',
  },
  {
    option: 'signed_answers',
    on: { trust_domain: 'mrt.example.com', signed_answers: {} },
    off: { trust_domain: 'mrt.example.com' },
    entry: 'routes/table_size',
    word: 'ecdsa-p256-sha256',
  },
  {
    option: 'trust_domain',
    on: { trust_domain: 'mrt.example.com' },
    off: {},
    entry: 'publisher',
    word: 'spiffe_refresh_hint',
  },
  {
    option: 'tracing',
    on: { tracing: 'xray' },
    off: {},
    entry: 'routes/health',
    word: '_X_AMZN_TRACE_ID',
  },
];

test.each(WORDS)('the code of $option is in the bundle of $entry only where it is on', ({ on, off, entry, word }) => {
  expect(bundleText(entry, on)).toContain(word);
  expect(bundleText(entry, off)).not.toContain(word);
});
