/** What of the bundles is there only with an option. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../config/read.ts';
import { routes } from '../../lambdas/routes.ts';
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

describe('with every option on', () => {
  const define = switchesOf(parseConfig(configFile('example-options')));

  test('nothing of a bundle is left out but the sentences of the documents, so no configuration has a larger one', () => {
    const off = Object.keys(define).filter((name) => define[name] === '"off"');
    expect(off).toEqual(['process.env.MRT_WITH_DESCRIPTIONS']);
  });

  // docs/figures/cold-starts.md.
  test('no route’s bundle has more than 900 kB in all', () => {
    // One build of all: a module that several routes share is a chunk, which counts for each that reaches it.
    const { metafile } = buildSync({
      ...BUNDLER_OPTIONS,
      define,
      entryPoints: routes.map(({ name }) => ({ in: `lambdas/routes/${name}/handler.ts`, out: name })),
      outdir: 'bundles',
      write: false,
      metafile: true,
    });
    const bytesOf = (file: string, seen: Set<string>): number => {
      const output = metafile.outputs[file];
      if (output === undefined || seen.has(file)) return 0;
      seen.add(file);
      return output.imports.reduce((sum, { path }) => sum + bytesOf(path, seen), output.bytes);
    };
    const sizes = new Map(routes.map(({ name }) => [name, bytesOf(`bundles/${name}.mjs`, new Set())]));
    expect([...sizes].filter(([, bytes]) => bytes > 900_000)).toEqual([]);
    expect(Math.min(...sizes.values())).toBeGreaterThan(100_000);
  });
});

test('a bundle has its answer’s schema without the sentences that the documents print', () => {
  const described = (define: Record<string, string>) => {
    const { outputFiles } = buildSync({
      stdin: {
        contents: `import { route } from './lambdas/routes/health/route.ts'; import * as z from 'zod/mini';
          process.stdout.write(JSON.stringify(z.toJSONSchema(route.answer)));`,
        resolveDir: process.cwd(),
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      define,
      write: false,
    });
    const program = outputFiles[0]?.text ?? '';
    return execFileSync(process.execPath, ['--input-type=module'], { input: program, encoding: 'utf8' });
  };
  expect(described({})).toContain('"description"');
  const bundled = described(switchesOf(parseConfig(configFile('example'))));
  expect(bundled).toContain('"properties"');
  expect(bundled).not.toContain('"description"');
});
