import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STORAGE_CLASSES } from '../../../../../lambdas/upstreams/s3/listing/classes.ts';
import { KIND } from '../../../../../lambdas/upstreams/s3/listing/entries.ts';
import { PageScanner } from '../../../../../lambdas/upstreams/s3/listing/page.ts';

interface Seen {
  key: string;
  size: number;
  kind: number;
  storage_class: string;
}

/** Scans `xml`, given in pieces that end at `cuts`. */
function scan(xml: string, cuts: readonly number[] = []) {
  const seen: Seen[] = [];
  const scanner = new PageScanner((entries) => {
    for (let i = 0; i < entries.count; i++) {
      seen.push({
        key: entries.key(i),
        size: entries.sizes[i] ?? -1,
        kind: entries.kinds[i] ?? -1,
        storage_class: STORAGE_CLASSES[entries.classes[i] ?? -1] ?? '',
      });
    }
  });
  const bytes = Buffer.from(xml);
  const ends = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
  for (const [i, end] of [...ends, bytes.length].entries()) scanner.push(bytes.subarray(ends[i - 1] ?? 0, end));
  return { seen, end: scanner.end() };
}

function page(entries: string, head = '<IsTruncated>false</IsTruncated>'): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix></Prefix><StartAfter>a</StartAfter><KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys>${head}${entries}</ListBucketResult>`;
}

const MODIFIED = '<LastModified>2026-11-22T05:00:00.000Z</LastModified>';
const ETAG = '<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag>';

function contents(key: string, size: number, storageClass = 'STANDARD', more = ''): string {
  return `<Contents><Key>${key}</Key>${MODIFIED}${ETAG}${more}<Size>${size}</Size><StorageClass>${storageClass}</StorageClass></Contents>`;
}

describe('a page of a listing', () => {
  test('gives key, size and storage class of each object, wherever its bytes are cut', () => {
    const objects = fc.array(
      fc.record({
        key: fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
        size: fc.maxSafeNat(),
        storage_class: fc.constantFrom('STANDARD', 'STANDARD_IA', 'GLACIER', 'STARDUST'),
        more: fc.constantFrom(
          '',
          '<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>',
        ),
      }),
    );
    fc.assert(
      fc.property(objects, fc.array(fc.nat()), (list, cuts) => {
        const encoded = (key: string) => encodeURIComponent(key).replaceAll('%20', '+');
        const xml = page(list.map((one) => contents(encoded(one.key), one.size, one.storage_class, one.more)).join(''));
        const expected = list.map(({ key, size, storage_class }) => ({ key, size, kind: KIND.current, storage_class }));
        expect(scan(xml, cuts).seen).toEqual(expected);
      }),
    );
  });

  test('says how to go on after it', () => {
    const head = '<IsTruncated>true</IsTruncated><NextContinuationToken>1&amp;2=</NextContinuationToken>';
    expect(scan(page('', head)).end).toMatchObject({ truncated: true, continuation_token: '1&2=' });
    expect(scan(page('')).end).toMatchObject({ truncated: false, continuation_token: null });
  });

  test('finds that at the end of the page too, where some servers put it', () => {
    const tail = '<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>';
    expect(scan(page(contents('a', 1) + tail, '')).end).toMatchObject({ truncated: true, continuation_token: 't' });
  });

  test('takes a page that ends too early as an error, never as a short page', () => {
    const xml = page(contents('a', 1));
    expect(() => scan(xml.slice(0, -1))).toThrow('invalid-answer');
    expect(() => scan('<Error><Code>InternalError</Code></Error>')).toThrow('invalid-answer');
  });

  test('is not misled by elements with similar names', () => {
    const other = '<CommonPrefixes><Prefix>x/</Prefix></CommonPrefixes>';
    const owner = '<Owner><ID>KeySize</ID><DisplayName>Contents</DisplayName></Owner>';
    expect(scan(page(other + contents('a', 7, 'STANDARD', owner) + other)).seen).toMatchObject([{ key: 'a', size: 7 }]);
  });

  test('tells current versions, older ones and delete markers', () => {
    const version = (key: string, latest: boolean, size: number) =>
      `<Version><Key>${key}</Key><VersionId>v1</VersionId><IsLatest>${latest}</IsLatest>${MODIFIED}${ETAG}<Size>${size}</Size><StorageClass>STANDARD</StorageClass></Version>`;
    const marker = `<DeleteMarker><Key>c</Key><VersionId>v3</VersionId><IsLatest>true</IsLatest>${MODIFIED}</DeleteMarker>`;
    const head =
      '<NextKeyMarker>c+d</NextKeyMarker><NextVersionIdMarker>v3</NextVersionIdMarker><IsTruncated>true</IsTruncated>';
    const { seen, end } = scan(
      `<ListVersionsResult><KeyMarker></KeyMarker><VersionIdMarker></VersionIdMarker>${head}${version('a', true, 1)}${version('a', false, 2)}${marker}</ListVersionsResult>`,
    );
    expect(seen.map(({ key, size, kind }) => [key, size, kind])).toEqual([
      ['a', 1, KIND.current],
      ['a', 2, KIND.noncurrent],
      ['c', 0, KIND.deleteMarker],
    ]);
    expect(end).toMatchObject({ truncated: true, next_key: 'c d', next_version: 'v3' });
  });
});
