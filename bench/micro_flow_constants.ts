/** Constants out of a 200 MB deployment archive in S3: what is read of it, against downloading it whole. */
import { buffer } from 'node:stream/consumers';
import { Iam } from '@mrt/local-aws/iam/iam.ts';
import { startS3 } from '@mrt/local-aws/s3/service.ts';
import { Bucket, etagOf } from '@mrt/local-aws/s3/store.ts';
import { ZipFile } from 'yazl';
import { type Context, Deadline, Timing } from '../lambdas/context.ts';
import type { ArchiveSource } from '../lambdas/environment-settings.ts';
import { readMetadata } from '../lambdas/mendix/archive/archive.ts';
import { parseModel } from '../lambdas/mendix/constants/model.ts';
import { readModel } from '../lambdas/routes/micro_flow_constants/model-file.ts';
import { noKeptFiles } from '../lambdas/routes/micro_flow_constants/stored-file.ts';
import { newestObject } from '../lambdas/upstreams/s3/newest.ts';
import { readObject } from '../lambdas/upstreams/s3/objects.ts';
import type { Figure } from './figure.ts';

const REGION = 'eu-west-1';
const KEYS = { accessKeyId: 'AKIABENCH', secretAccessKey: 'bench', sessionToken: '' };
const CONSTANTS = 400;
const PAGES = 1200;

export async function figures(print: (line: Figure) => void): Promise<void> {
  const archive = await largeArchive();
  const iam = new Iam(REGION);
  iam.register({
    name: 'bench',
    roleArn: 'arn:aws:iam::000000000000:role/bench',
    inVpc: false,
    ...KEYS,
    policies: [{ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } }],
  });
  const object = { key: 'prod/Shop.mda', size: archive.length, etag: etagOf('Shop.mda'), last_modified: new Date(0) };
  const stored = { ...object, storage_class: 'STANDARD', version_id: 'null', body: archive };
  const bucket = new Bucket({ name: 'deployments', region: REGION, objects: [stored] });
  const s3 = await startS3({ iam, store: new Map([['deployments', bucket]]) });
  const before = { ...process.env };
  process.env['AWS_ENDPOINT_URL_S3'] = s3.address.href.replace(/\/$/, '');
  process.env['AWS_ACCESS_KEY_ID'] = KEYS.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = KEYS.secretAccessKey;
  try {
    print(await measured(archive.length));
  } finally {
    process.env = before;
    await s3.stop();
  }
}

async function measured(size: number): Promise<Figure> {
  const context: Context = { deadline: new Deadline(Date.now() + 60_000), timing: new Timing() };
  const at = { name: 'archive', bucket: 'deployments', region: REGION };
  const source: ArchiveSource = { ...at, format: 'mda', key: null, version_id: null, prefix: 'prod/' };
  let ranges = 0;
  let bytes = 0;
  const oursFrom = performance.now();
  const { content } = await readModel(source, {
    kept: noKeptFiles(),
    objects: {
      newest: (prefix) => newestObject(prefix, context),
      read: async (address, options) => {
        const part = await readObject(address, options, context);
        if (part !== 'not-modified') {
          ranges += 1;
          bytes += part.body.length;
        }
        return part;
      },
    },
  });
  const oursMs = performance.now() - oursFrom;
  const wholeFrom = performance.now();
  const whole = await readObject({ ...at, key: 'prod/Shop.mda' }, { max_bytes: size }, context);
  if (whole === 'not-modified') throw new Error('not asked for');
  const archive = { size, tail: whole.body, read: async () => whole.body };
  const same = parseModel(await readMetadata(archive)).constants.size === content.constants.size;
  const wholeMs = performance.now() - wholeFrom;
  if (!same) throw new Error('the two ways differ');
  const kilobytes = (count: number) => `${Math.round(count / 1000).toLocaleString('en')} kB`;
  return {
    name: `constants (${content.constants.size}) out of an archive of ${Math.round(size / 1e6)} MB with ${PAGES} files`,
    ours: `${ranges} ranged GETs, ${kilobytes(bytes)}, ${oursMs.toFixed(0)} ms`,
    theirs: `whole download: ${kilobytes(size)}, ${wholeMs.toFixed(0)} ms`,
    ratio: `${Math.round(size / bytes)}× fewer bytes`,
    goal: '≤ 3 ranged GETs, ≤ 300 kB',
  };
}

/** Metadata in the middle, jars before it, a page of some kB for each of the web's files after it. */
async function largeArchive(): Promise<Buffer> {
  const archive = new ZipFile();
  const file = (path: string, bytes: Buffer, compress = false) =>
    archive.addBuffer(bytes, path, { compress, mtime: new Date(0) });
  for (let jar = 0; jar < 10; jar += 1) file(`model/lib/userlib/library-${jar}.jar`, Buffer.alloc(10_000_000, jar));
  const Constants = Array.from({ length: CONSTANTS }, (_, index) => ({
    Name: `Module${index % 20}.Constant${index}`,
    Type: 'String',
    Description: `What the constant number ${index} is for, in a sentence.\r\n`,
    DefaultValue: `https://service-${index}.example.com/api`,
  }));
  const metadata = { ProjectName: 'Shop', ModelVersion: '1.0.0.1', RuntimeVersion: '10.24.15.93102', Constants };
  file('model/metadata.json', Buffer.from(JSON.stringify(metadata, null, 2)), true);
  for (let page = 0; page < PAGES; page += 1) {
    file(`web/pages/en_US/Module${page % 20}/Overview_${page}.page.xml`, Buffer.alloc(84_000, page));
  }
  archive.end();
  return buffer(archive.outputStream);
}
