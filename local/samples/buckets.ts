/** The buckets of the sample environments, as `config/local.json` names them. */

import { Random } from '@mrt/local-aws/random/seeded-random.ts';
import { compareKeys } from '@mrt/local-aws/s3/key-order.ts';
import { Bucket, etagOf, type StoredObject, type StoredVersion } from '@mrt/local-aws/s3/store.ts';
import { grownFiles, plantedObjects } from './audit-cases.ts';
import { type DeploymentObject, deploymentObjects } from './deployments.ts';
import type { SampleEnvironment } from './file-mix.ts';
import { type SampleFile, type SampleUpload, sampleFiles, sampleUploads } from './files.ts';

/** Every sample bucket by name. The caller may add buckets to the map and take some out. */
export function sampleStore(region: string): Map<string, Bucket> {
  const buckets = [
    shopFiles(region),
    sharedFiles(region),
    petShopFiles(region),
    depotFiles(region),
    ...deployments(region),
  ];
  return new Map(buckets.map((bucket) => [bucket.name, bucket]));
}

/** A bucket with nothing in it, for the signing keys. */
export function emptyBucket(name: string, region: string): Bucket {
  return new Bucket({ name, region, objects: [] });
}

/** Versioned; the environment has the whole of it. */
function shopFiles(region: string): Bucket {
  const files = sampleFiles('shop-prod');
  return new Bucket({
    name: 'shop-prod-files',
    region,
    objects: sorted(files.filter((file) => file.in_bucket).map((file) => current(file, '', true))),
    history: files.flatMap(historyOf),
    uploads: sampleUploads('shop-prod').map((upload) => unfinished(upload, '')),
  });
}

/** Several environments in one bucket. Mendix puts no separator after a prefix, so neighbours look alike. */
function sharedFiles(region: string): Bucket {
  const random = new Random('neighbours in shop-shared-files');
  const neighbours = ['acc-test', 'acc2', 'acc-', 'ac', 'test-'].flatMap((prefix) =>
    Array.from({ length: 150 }, () => {
      // `acc-` itself is taken: what else lies under it is no UUID.
      const key = prefix === 'acc-' ? `acc-export/${random.between(1, 1e9)}.csv` : prefix + random.uuid();
      return made(key, random.between(1000, 900_000), new Date('2026-03-01T06:00:00Z'));
    }),
  );
  const files = sampleFiles('shop-acc').filter((file) => file.in_bucket);
  return new Bucket({
    name: 'shop-shared-files',
    region,
    objects: sorted([...files.map((file) => current(file, 'acc-', false)), ...neighbours]),
    uploads: sampleUploads('shop-acc').map((upload) => unfinished(upload, 'acc-')),
  });
}

/** Of an environment that the sample client may not read, though its name ends like one of the client's own. */
function petShopFiles(region: string): Bucket {
  const files = grownFiles(sampleFiles('pet-shop-prod')).filter((file) => file.in_bucket);
  const planted = plantedObjects().map(({ key, size, last_modified }) => made(key, size, last_modified));
  return new Bucket({
    name: 'pet-shop-prod-files',
    region,
    objects: sorted([...files.map((file) => current(file, '', false)), ...planted]),
  });
}

/** How many objects of the depot no document knows any more, beside those of the package's own samples. */
const DEPOT_ORPHANS = 30;

/**
 * Of the environment in another account: the same package as the pet shop's, so it has the same documents. A migration has left
 * copies beside them that nobody has missed since.
 */
function depotFiles(region: string): Bucket {
  const random = new Random('left in depot-prod-files');
  const left = Array.from({ length: DEPOT_ORPHANS }, () =>
    made(random.uuid(), random.between(50_000, 2_000_000), new Date(Date.UTC(2026, random.between(0, 5), 15))),
  );
  const files = sampleFiles('pet-shop-prod').filter((file) => file.in_bucket);
  return new Bucket({
    name: 'depot-prod-files',
    region,
    objects: sorted([...files.map((file) => current(file, '', false)), ...left]),
  });
}

function deployments(region: string): Bucket[] {
  const byBucket = Map.groupBy(deploymentObjects(), ({ bucket }) => bucket);
  return [...byBucket].map(([name, objects]) => new Bucket({ name, region, objects: storedObjects(objects) }));
}

/** Objects with their content, as a bucket keeps them. */
export function storedObjects(objects: readonly DeploymentObject[]): StoredObject[] {
  const stored = objects.map(
    ({ key, body, last_modified, etag }): StoredObject => ({
      key,
      body,
      last_modified,
      size: body.length,
      etag: etag ?? etagOf(body),
      storage_class: 'STANDARD',
      version_id: 'null',
    }),
  );
  return sorted(stored);
}

/** The files of a sample app, in a bucket that is the environment's alone. */
export function filesBucketOf(environment: SampleEnvironment, name: string, region: string): Bucket {
  const files = sampleFiles(environment).filter((file) => file.in_bucket);
  return new Bucket({ name, region, objects: sorted(files.map((file) => current(file, '', false))) });
}

function current(file: SampleFile, prefix: string, versioned: boolean): StoredObject {
  return {
    ...made(prefix + file.uuid, file.size, file.created, file.uuid),
    storage_class: file.storage_class,
    version_id: versioned ? versionId(file.uuid, file.created) : 'null',
  };
}

/** What is not current of a file: older versions, and the delete marker that hides the last one. */
function historyOf(file: SampleFile): StoredVersion[] {
  const versions = file.superseded.map(({ size, written, storage_class }) => ({
    ...made(file.uuid, size, written),
    storage_class,
    version_id: versionId(file.uuid, written),
    latest: false,
    delete_marker: false,
  }));
  if (file.deleted === null) return versions;
  const marker = {
    ...made(file.uuid, 0, file.deleted),
    version_id: versionId(`${file.uuid} deleted`, file.deleted),
    latest: true,
    delete_marker: true,
  };
  return [marker, ...versions];
}

function unfinished(upload: SampleUpload, prefix: string) {
  return {
    key: prefix + upload.uuid,
    upload_id: upload.upload_id,
    initiated: upload.initiated,
    storage_class: 'STANDARD',
    parts: upload.parts.map(({ size, written }, index) => ({
      size,
      last_modified: written,
      etag: etagOf(`${upload.upload_id} ${index}`),
    })),
  };
}

/** @param content what the ETag stands for, beside the size */
function made(key: string, size: number, last_modified: Date, content = key): StoredObject {
  const etag = etagOf(`${content} ${size}`);
  return { key, size, last_modified, etag, storage_class: 'STANDARD', version_id: 'null', body: null };
}

/** In the shape of S3's: 32 characters, opaque. */
function versionId(key: string, written: Date): string {
  return etagOf(`${key} ${written.toISOString()}`).replaceAll('"', '');
}

function sorted(objects: StoredObject[]): StoredObject[] {
  return objects.sort((a, b) => compareKeys(a.key, b.key));
}
