import {
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  ListObjectVersionsCommand,
  ListPartsCommand,
} from '@aws-sdk/client-s3';
import { compareKeys, sortKeys } from '@mrt/local-aws/s3/key-order.ts';
import { listObjects } from '@mrt/local-aws/s3/list-objects.ts';
import { startS3 } from '@mrt/local-aws/s3/service.ts';
import { Bucket, etagOf, type StoredVersion } from '@mrt/local-aws/s3/store.ts';
import { KEY_SHAPES, SyntheticObjects, syntheticKeys } from '@mrt/local-aws/s3/synthetic.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import fc from '../../../properties.ts';
import { EVERYTHING, principal } from '../iam/principal.ts';
import { bucketOf, clientOf, iamWith, REGION, storeOf } from './client.ts';

const ODD = [
  'a b',
  'a+b',
  'a%2Bb',
  'a&b<c>"',
  "a'(1)*!~",
  'ä',
  '\u{1f4e6}',
  '\uffee',
  'z\u0001',
  'dir/x',
  'dir/sub/y',
  'dir.z',
];

/** Printable keys of all planes; lone surrogates are no UTF-8. */
const anyKey = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((key) => key.isWellFormed());

describe('key order', () => {
  test('is that of the UTF-8 bytes', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
    );
  });

  test('puts characters beyond U+FFFF last, where UTF-16 does not', () => {
    expect(sortKeys(['\u{1f4e6}', '\uffee', 'a'])).toEqual(['a', '\uffee', '\u{1f4e6}']);
    expect('\u{1f4e6}' < '\uffee').toBe(true);
  });
});

describe('lists, asked by the SDK', () => {
  const history: StoredVersion[] = ['a b', 'ä', 'gone'].flatMap((key) =>
    [3, 2, 1].map((age) => ({
      ...{ key, size: age * 10, last_modified: new Date(Date.UTC(2026, 0, 10 - age)), etag: etagOf(key) },
      ...{ storage_class: 'STANDARD_IA', version_id: `${key}${age}`, body: null },
      ...{ latest: key === 'gone' && age === 1, delete_marker: key === 'gone' && age === 1 },
    })),
  );
  const uploads = ['x y', 'ä', 'ä', '\u{1f4e6}'].map((key, index) => ({
    ...{
      key,
      upload_id: `upload-${index}`,
      initiated: new Date(Date.UTC(2026, 0, 9 - index)),
      storage_class: 'STANDARD',
    },
    parts: Array.from({ length: index * 5 }, (_, part) => ({
      ...{ size: part + 1, last_modified: new Date('2026-01-01T00:00:00Z'), etag: etagOf(`${part}`) },
    })),
  }));
  const plain = bucketOf('files', ODD);
  const versioned = new Bucket({
    ...{ name: 'versioned', region: REGION, history, uploads },
    objects: [...Array(plain.objects.length).keys()].flatMap((index) => plain.objects.at(index) ?? []),
  });
  let endpoint: HttpService;
  beforeAll(async () => {
    const iam = iamWith(principal([EVERYTHING]));
    endpoint = await startS3({ iam, store: storeOf(plain, versioned) });
  });
  afterAll(() => endpoint.stop());

  async function keysOf(input: Partial<ListObjectsV2CommandInput>) {
    const client = clientOf(endpoint);
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(new ListObjectsV2Command({ Bucket: 'files', ContinuationToken: token, ...input }));
      const found = [
        ...(page.Contents ?? []).map(({ Key }) => Key ?? ''),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => `${Prefix} …`),
      ];
      expect(page.KeyCount).toBe(found.length);
      keys.push(...found);
      token = page.NextContinuationToken;
      expect(page.IsTruncated).toBe(token !== undefined);
    } while (token !== undefined);
    return keys;
  }

  const sorted = sortKeys([...ODD]);

  test.each([1, 2, 3, 5, 12, 13, 1000])('every key comes once and in order with pages of %i', async (MaxKeys) => {
    const keys = await keysOf({ MaxKeys, EncodingType: 'url' });
    expect(keys.map((key) => decodeURIComponent(key.replaceAll('+', ' ')))).toEqual(sorted);
  });

  test('keys are url-encoded as S3 does: a space is +, a slash stays', async () => {
    const keys = await keysOf({ EncodingType: 'url' });
    expect(keys).toEqual(expect.arrayContaining(['a+b', 'a%2Bb', 'a%252Bb', 'dir/sub/y', '%C3%A4', '%F0%9F%93%A6']));
    expect(keys).toEqual(expect.arrayContaining(['a%26b%3Cc%3E%22', 'a%27%281%29*%21%7E', 'z%01']));
  });

  test('without encoding the keys are escaped for XML', async () => {
    expect(await keysOf({ Prefix: 'a' })).toEqual(sorted.filter((key) => key.startsWith('a')));
  });

  test('a prefix and a delimiter fold what lies deeper', async () => {
    expect(await keysOf({ Delimiter: '/', Prefix: 'd' })).toEqual(['dir.z', 'dir/ …']);
    expect(await keysOf({ Delimiter: '/', Prefix: 'dir/' })).toEqual(['dir/x', 'dir/sub/ …']);
    expect(await keysOf({ Delimiter: '/', Prefix: 'dir/', MaxKeys: 1 })).toEqual(['dir/sub/ …', 'dir/x']);
    expect(await keysOf({ Prefix: 'none' })).toEqual([]);
  });

  test('a list starts after the key that it names, whether that exists or not', async () => {
    expect(await keysOf({ StartAfter: 'dir.z', Prefix: 'dir' })).toEqual(['dir/sub/y', 'dir/x']);
    expect(await keysOf({ StartAfter: 'dir/t', Prefix: 'dir' })).toEqual(['dir/x']);
  });

  test('a page of nothing is the last one', async () => {
    expect(await keysOf({ MaxKeys: 0 })).toEqual([]);
  });

  test.each([
    [{ MaxKeys: -1 }, 'InvalidArgument'],
    [{ ContinuationToken: 'forged' }, 'InvalidArgument'],
    [{ Bucket: 'nowhere' }, 'NoSuchBucket'],
  ])('%j is refused as %s', async (input, name) => {
    const asked = clientOf(endpoint).send(new ListObjectsV2Command({ Bucket: 'files', ...input }));
    await expect(asked).rejects.toMatchObject({ name });
  });

  test('of a bucket in another Region it says where that is', async () => {
    const client = clientOf(endpoint, principal([EVERYTHING]), 'us-east-1');
    const asked = client.send(new ListObjectsV2Command({ Bucket: 'files' }));
    await expect(asked).rejects.toMatchObject({ $metadata: { httpStatusCode: 301 } });
  });

  test.each([1, 2, 3, 7, 1000])('every version comes once, newest first, with pages of %i', async (MaxKeys) => {
    const client = clientOf(endpoint);
    const found: string[] = [];
    let markers = {};
    for (let more: boolean | undefined = true; more; ) {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket: 'versioned', MaxKeys, ...markers }));
      found.push(...(page.Versions ?? []).map(({ Key, VersionId, IsLatest }) => `${Key} ${VersionId} ${IsLatest}`));
      found.push(...(page.DeleteMarkers ?? []).map(({ Key, IsLatest }) => `${Key} deleted ${IsLatest}`));
      markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      more = page.IsTruncated;
    }
    expect(found).toHaveLength(ODD.length + history.length);
    expect(new Set(found).size).toBe(found.length);
    const own = found.filter((entry) => entry.startsWith('ä '));
    expect(own).toEqual(['ä null true', 'ä ä1 false', 'ä ä2 false', 'ä ä3 false']);
    expect(found.filter((entry) => entry.startsWith('gone')).toSorted(compareKeys)).toEqual([
      ...['gone deleted true', 'gone gone2 false', 'gone gone3 false'],
    ]);
  });

  test.each([1, 2, 1000])('every unfinished upload comes once with pages of %i', async (MaxUploads) => {
    const client = clientOf(endpoint);
    const found: (string | undefined)[] = [];
    let markers = {};
    for (let more: boolean | undefined = true; more; ) {
      const page = await client.send(new ListMultipartUploadsCommand({ Bucket: 'versioned', MaxUploads, ...markers }));
      found.push(...(page.Uploads ?? []).map(({ UploadId }) => UploadId));
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      more = page.IsTruncated;
    }
    expect(found).toEqual(['upload-0', 'upload-2', 'upload-1', 'upload-3']);
  });

  test.each([1, 4, 15, 1000])('every part of an upload comes once with pages of %i', async (MaxParts) => {
    const client = clientOf(endpoint);
    const sizes: (number | undefined)[] = [];
    let marker = {};
    for (let more: boolean | undefined = true; more; ) {
      const upload = { Bucket: 'versioned', Key: '\u{1f4e6}', UploadId: 'upload-3' };
      const page = await client.send(new ListPartsCommand({ ...upload, MaxParts, ...marker }));
      sizes.push(...(page.Parts ?? []).map(({ Size }) => Size));
      marker = { PartNumberMarker: page.NextPartNumberMarker };
      more = page.IsTruncated;
    }
    expect(sizes).toEqual(Array.from({ length: 15 }, (_, part) => part + 1));
    const gone = client.send(new ListPartsCommand({ Bucket: 'versioned', Key: 'x y', UploadId: 'other' }));
    await expect(gone).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });
});

describe('paging', () => {
  function pages(bucket: Bucket, query: Record<string, string>): string {
    let text = '';
    let token: string | undefined;
    do {
      const parameters = new URLSearchParams({
        ...query,
        ...(token === undefined ? {} : { 'continuation-token': token }),
      });
      const page = Buffer.concat(listObjects(bucket, parameters).map((piece) => Buffer.from(piece))).toString();
      text += [...page.matchAll(/<(Contents|CommonPrefixes)>.*?<\/\1>/gs)].join('');
      token = /<NextContinuationToken>(.+?)</.exec(page)?.[1];
    } while (token !== undefined);
    return text;
  }

  test('loses and repeats nothing, for any keys, page size, prefix and delimiter', () => {
    const delimiter = fc.constantFrom('', '/', 'ab');
    const key = fc.oneof(
      anyKey,
      fc.string({ unit: fc.constantFrom('a', 'b', '/', '\uffee', '\u{1f4e6}'), minLength: 1 }),
    );
    const keys = fc.uniqueArray(key, { maxLength: 40 });
    const prefix = fc.constantFrom('', 'a', 'ab', '/', '\u{1f4e6}');
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 7 }), prefix, delimiter, (names, size, start, fold) => {
        const query = { prefix: start, delimiter: fold, 'encoding-type': 'url' };
        const cut = pages(bucketOf('files', names), { ...query, 'max-keys': String(size) });
        expect(sortedEntries(cut)).toEqual(sortedEntries(pages(bucketOf('files', names), query)));
      }),
      { numRuns: 500 },
    );
  });

  test.each(KEY_SHAPES)('a generated bucket of %s lists as if its objects were stored', (shape) => {
    const keys = syntheticKeys(shape, 2500);
    const objects = new SyntheticObjects(keys);
    const stored = Array.from({ length: keys.length }, (_, index) => objects.at(index)).filter(
      (each) => each !== undefined,
    );
    const [fast, plain] = [objects, stored].map((each) => new Bucket({ name: 'b', region: REGION, objects: each }));
    if (fast === undefined || plain === undefined) throw new Error('no buckets');
    const middle = (keys[1200] ?? '').slice(0, 1);
    for (const query of [{}, { 'max-keys': '333' }, { prefix: middle }, { 'start-after': keys[1999] ?? '' }]) {
      const asked: Record<string, string> = { 'encoding-type': 'url', ...query };
      expect(pages(fast, asked)).toBe(pages(plain, asked));
    }
    expect(objects.totalBytes()).toBe(stored.reduce((sum, { size }) => sum + size, 0));
  });

  function sortedEntries(text: string): string[] {
    return text
      .split('<Contents>')
      .flatMap((part) => part.split('<CommonPrefixes>'))
      .sort(compareKeys);
  }
});
