import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeptObjects } from '@mrt/local-aws/s3/kept-objects.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyBucket } from '../../../../local/samples/buckets.ts';

const object = (key: string) => {
  const body = Buffer.from(key);
  return {
    ...{ key, body, size: body.length, etag: '"x"', last_modified: new Date() },
    ...{ storage_class: 'STANDARD', version_id: 'null' },
  };
};

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mrt-kept-objects-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('the next run has what this one wrote, but what was dropped', () => {
  const kept = new KeptObjects(directory);
  kept.restore(emptyBucket('record', 'eu-west-1'));
  for (const key of ['run.json', 'environments/shop.json']) kept.keep('record', object(key));
  kept.drop('record', 'run.json');
  const bucket = emptyBucket('record', 'eu-west-1');
  new KeptObjects(directory).restore(bucket);
  expect(bucket.object('run.json')).toBeUndefined();
  expect(bucket.object('environments/shop.json')?.body?.toString()).toBe('environments/shop.json');
});

test('dropping what is not there is no error', () => {
  expect(() => new KeptObjects(directory).drop('record', 'run.json')).not.toThrow();
});
