/** Builds the console and puts its files where CloudFront reads them: what `npm run deploy` does after the stack. */
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, sep } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { buildConsole } from '@mrt/console/build.ts';
import type { Config } from '../config/schema.ts';

/** Outputs of the stack that the console needs. */
export interface ConsoleOutputs {
  ConsoleBucketName: string;
  ConsoleAddress: string;
  ApiAddress: string;
  TokenEndpoint: string;
  PeopleClientId: string;
}

/** An object to be written. */
export interface ConsoleFile {
  key: string;
  body: Buffer;
  contentType: string;
  cacheControl: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};
/** Their names change with their contents. */
const FOR_EVER = 'public, max-age=31536000, immutable';
const ASK_AGAIN = 'no-cache';

/**
 * The files of a build with `settings.json` of the stage, in the order in which they have to be written: `index.html` last,
 * so that at no moment a page names a file that is not there. Files of the release before stay, for pages that are open.
 *
 * @throws Error for a file of a type that no console has
 */
export function consoleFiles(
  directory: string,
  { stage }: Pick<Config, 'stage'>,
  outputs: ConsoleOutputs,
): ConsoleFile[] {
  const settings = {
    api: outputs.ApiAddress,
    token_endpoint: outputs.TokenEndpoint,
    client_id: outputs.PeopleClientId,
    stage,
  };
  const rank = (key: string) => (key === 'index.html' ? 2 : key.startsWith('assets/') ? 0 : 1);
  const built = globSync('**/*', { cwd: directory })
    .filter((path) => extname(path) !== '')
    .map((path) => fileOf(path.split(sep).join('/'), readFileSync(join(directory, path))));
  const all = [...built, fileOf('settings.json', Buffer.from(JSON.stringify(settings)))];
  return all.toSorted((one, other) => rank(one.key) - rank(other.key) || one.key.localeCompare(other.key));
}

function fileOf(key: string, body: Buffer): ConsoleFile {
  const contentType = TYPES[extname(key)];
  if (contentType === undefined) throw new Error(`${key} is no file that a console has`);
  return { key, body, contentType, cacheControl: key.startsWith('assets/') ? FOR_EVER : ASK_AGAIN };
}

/** With the credentials of whoever deploys, who may write into the bucket. @throws what the build or S3 says */
export async function uploadConsole(config: Config, outputs: ConsoleOutputs): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'mrt-console-'));
  const s3 = new S3Client({ region: config.region });
  try {
    await buildConsole(directory);
    for (const { key, body, contentType, cacheControl } of consoleFiles(directory, config, outputs)) {
      await s3.send(
        new PutObjectCommand({
          Bucket: outputs.ConsoleBucketName,
          Key: key,
          Body: body,
          ContentType: contentType,
          CacheControl: cacheControl,
        }),
      );
    }
    process.stdout.write(`Console: ${outputs.ConsoleAddress}\n`);
  } finally {
    s3.destroy();
    rmSync(directory, { recursive: true, force: true });
  }
}
