/**
 * How every function is bundled: `index.mjs` with what it needs to take a request, a module for each client that it
 * loads at its first use, and the files that it reads beside them. docs/decisions/bundling.md
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Architecture, Code, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import { type BuildOptions, buildSync } from 'esbuild';
import type { Config } from '../../config/schema.ts';
import { switchesOf } from './switches.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The SDK's default chain (shared files, SSO, STS, the metadata services) comes with every client and is most of its
 * weight: 264 of rds-signer's 290 kB. Lambda gives keys in its environment variables, and a function that looked for
 * others would be wrong, so the chain is left out and whoever asks for it gets an error.
 */
const NO_CREDENTIAL_CHAIN = './lambdas/upstreams/no-credential-chain.ts';

/**
 * For the client of MQTT: `readable-stream` is Node's own streams for browsers and old versions of Node (80 kB), `socks` a
 * proxy that a variable of the environment would switch on (70 kB).
 */
const NO_SOCKS = './lambdas/upstreams/iot/no-socks.ts';

// esbuild is a program in Go, which collects its garbage each time its heap has doubled. With five times, it takes a quarter
// less of the processor (docs/decisions/bundling.md). Read from the environment, as its process starts.
process.env['GOGC'] ??= '400';

/** What decides size and start of a bundle; `bench/cold_start.ts` bundles with it too. */
export const BUNDLER_OPTIONS = {
  absWorkingDir: ROOT,
  outExtension: { '.js': '.mjs' },
  // Beside index.mjs and not below it: a module finds the bundle's other files by its own place.
  chunkNames: '[name]-[hash]',
  bundle: true,
  // A dynamic import becomes a module of its own, which costs nothing until it is needed.
  splitting: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // Half the import time of the CommonJS that `main` alone would choose.
  mainFields: ['module', 'main'],
  alias: {
    '@aws-sdk/credential-provider-node': NO_CREDENTIAL_CHAIN,
    '@aws-sdk/credential-providers': NO_CREDENTIAL_CHAIN,
    'node:http': './lambdas/upstreams/node-http.ts',
    'readable-stream': 'node:stream',
    socks: NO_SOCKS,
  },
  // Everything but pg's optional native client. The SDK too: the runtime's own would load unshaken, and change.
  external: ['pg-native'],
  minify: true,
  legalComments: 'none',
  // pg is CommonJS and calls require(), which an ES module does not have.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  logLevel: 'warning',
} satisfies BuildOptions;

/** What all functions have in common, the publisher too. */
export const FUNCTION_DEFAULTS = {
  runtime: Runtime.NODEJS_24_X,
  architecture: Architecture.ARM_64,
  handler: 'index.handler',
  loggingFormat: LoggingFormat.JSON,
  // Of SDK version 2; would only be one more variable.
  awsSdkConnectionReuse: false,
} satisfies NodejsFunctionProps;

/**
 * Bundles in this process: NodejsFunction's own bundling starts npx for each function, which takes half a second.
 *
 * @param entry path below `lambdas`
 * @param config decides which options' code is in it
 * @param files text by file name, written beside `index.mjs`; part of the asset's hash
 * @returns the folder as CDK's asset; its hash is the content's
 */
export function bundle(entry: string, config: Config, files: Record<string, string> = {}): Code {
  const source = join(ROOT, 'lambdas', entry);
  return Code.fromAsset(dirname(source), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never used: `local` does not refuse.
      image: DockerImage.fromRegistry('none'),
      // The CDK keeps what it bundled by folder and these options: two functions of one folder would be one.
      environment: { ENTRY: entry, FILES: createHash('sha256').update(JSON.stringify(files)).digest('hex') },
      local: {
        tryBundle(output) {
          writeBundle(source, output, config);
          for (const [name, text] of Object.entries(files)) writeFileSync(join(output, name), text);
          return true;
        },
      },
    },
  });
}

function writeBundle(source: string, output: string, config: Config): void {
  buildSync({
    ...BUNDLER_OPTIONS,
    define: switchesOf(config),
    entryPoints: [{ in: source, out: 'index' }],
    outdir: output,
    sourcemap: 'linked',
    sourcesContent: false,
  });
}
