/** How every function is bundled: one ES module with the files that it reads beside it. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Architecture, Code, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import { buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

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
 * @param files text by file name, written beside `index.mjs`; part of the asset's hash
 */
export function bundle(entry: string, files: Record<string, string> = {}): Code {
  const source = join(ROOT, 'lambdas', entry);
  return Code.fromAsset(dirname(source), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never used: `local` does not refuse.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(output) {
          writeBundle(source, output);
          for (const [name, text] of Object.entries(files)) writeFileSync(join(output, name), text);
          return true;
        },
      },
    },
  });
}

function writeBundle(source: string, output: string): void {
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: [source],
    outfile: join(output, 'index.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Half the import time of the CommonJS that `main` alone would choose.
    mainFields: ['module', 'main'],
    // Everything but pg's optional native client. The SDK too: the runtime's own would load unshaken, and change.
    external: ['pg-native'],
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    // pg is CommonJS and calls require(), which an ES module does not have.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
}
