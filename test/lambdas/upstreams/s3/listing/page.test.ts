import { describe, expect, test } from 'vitest';
import { UpstreamThrottledError } from '../../../../../lambdas/upstream-errors.ts';
import { KIND, STORAGE_CLASSES } from '../../../../../lambdas/upstreams/s3/listing/entries.ts';
import { PageScanner } from '../../../../../lambdas/upstreams/s3/listing/page.ts';
import type { ListingRoot } from '../../../../../lambdas/upstreams/s3/listing/scan.ts';
import fc from '../../../../properties.ts';

interface Seen {
  key: string;
  size: number;
  kind: number;
  storage_class: string;
  minute: number;
}

/** Scans `xml`, given in pieces that end at `cuts`, out of one buffer that each piece overwrites, as a connection does. */
function scan(xml: string, cuts: readonly number[] = [], root: ListingRoot = 'ListBucketResult') {
  const seen: Seen[] = [];
  const scanner = new PageScanner(root, (entries) => {
    for (let i = 0; i < entries.count; i++) {
      seen.push({
        key: entries.key(i),
        size: entries.sizes[i] ?? -1,
        kind: entries.kinds[i] ?? -1,
        storage_class: STORAGE_CLASSES[entries.classes[i] ?? -1] ?? '',
        minute: entries.minute(i),
      });
    }
  });
  const bytes = Buffer.from(xml);
  const ends = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
  const shared = Buffer.alloc(bytes.length);
  for (const [i, end] of [...ends, bytes.length].entries()) {
    const size = bytes.copy(shared, 0, ends[i - 1] ?? 0, end);
    scanner.push(shared.subarray(0, size));
    shared.fill('x');
  }
  return { seen, end: scanner.end() };
}

function page(entries: string, head = '<IsTruncated>false</IsTruncated>'): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix></Prefix><StartAfter>a</StartAfter><KeyCount>${entries.split('<Contents>').length - 1}</KeyCount><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType>${head}${entries}</ListBucketResult>`;
}

const MODIFIED = '<LastModified>2026-11-22T05:00:00.000Z</LastModified>';
const ETAG = '<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag>';

function contents(key: string, size: number, storageClass = 'STANDARD', more = ''): string {
  return `<Contents><Key>${key}</Key>${MODIFIED}${ETAG}${more}<Size>${size}</Size><StorageClass>${storageClass}</StorageClass></Contents>`;
}

describe('a page of a listing', () => {
  test('gives key, size, storage class and minute of each object, wherever its bytes are cut', () => {
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
        const expected = list.map(({ key, size, storage_class }) => ({
          key,
          size,
          kind: KIND.current,
          storage_class,
          minute: 202611220500,
        }));
        expect(scan(xml, cuts).seen).toEqual(expected);
      }),
    );
  });

  test('is refused for the minute of an object that has no time of its last change, or an odd one', () => {
    const without = '<Contents><Key>b</Key><Size>1</Size></Contents>';
    expect(scan(page(contents('a', 1))).seen[0]?.minute).toBe(202611220500);
    expect(() => scan(page(contents('a', 1) + without))).toThrow('invalid-answer');
    expect(() => scan(page(contents('a', 1).replace('2026-11', '2026-xi')))).toThrow('invalid-answer');
  });

  test('is refused when it has other than the number of entries that it says', () => {
    const whole = page(contents('a', 1) + contents('b', 2));
    expect(scan(whole).seen.length).toBe(2);
    expect(() => scan(whole.replace('<KeyCount>2<', '<KeyCount>3<'))).toThrow('invalid-answer');
    expect(scan(whole.replace('<KeyCount>2</KeyCount>', '')).seen.length).toBe(2);
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

  test.each([
    ['that ends too early', page(contents('a', 1)).slice(0, -1)],
    ['with nothing in it', ''],
    ['of HTML', '<!DOCTYPE html><html><body>Welcome</body></html>'],
    ['of another root', '<ListAllMyBucketsResult><Key>a</Key></ListAllMyBucketsResult>'],
    ['of versions, where objects were asked for', page(contents('a', 1)).replaceAll('BucketResult', 'VersionsResult')],
    ['that does not say whether it is the last', page(contents('a', 1), '')],
    ['whose last entry does not end', page(contents('a', 1).replace('</Contents>', ''))],
    ['whose entry does not end before the next', page(contents('a', 1).replace('</Contents>', '') + contents('b', 1))],
    ['with an entry without a key', page('<Contents><Size>1</Size></Contents>')],
    ['with an entry without a size', page('<Contents><Key>a</Key></Contents>')],
    ['with an empty size', page('<Contents><Key>a</Key><Size></Size></Contents>')],
    ['with a size that is no number', page('<Contents><Key>a</Key><Size>1e3</Size></Contents>')],
    ['with a size that no number holds', page('<Contents><Key>a</Key><Size>99999999999999999999</Size></Contents>')],
  ])('%s is an error, never a short page', (_, xml) => {
    expect(() => scan(xml)).toThrow('invalid-answer');
  });

  test('is what its code says when S3 sends an error in place of it, with status 200', () => {
    const error = (code: string) => `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>x</Message></Error>`;
    expect(() => scan(error('InternalError'))).toThrow('s3: failed');
    expect(() => scan(error('SlowDown'), [20, 40])).toThrow(UpstreamThrottledError);
    expect(() => scan(error('AccessDenied'))).toThrow('s3: access-denied');
  });

  describe('whose keys are not URL-encoded', () => {
    const keys = ['000123T00:00+02:00/f+123', 'a%41', '100%', 'größe \u{1f4e6}', 'a&amp;b'];
    const list = keys.map((key) => contents(key, 7)).join('');
    const end = '<IsTruncated>false</IsTruncated>';
    const plain = `<ListBucketResult>${end}${list}</ListBucketResult>`;
    const decoded = [...keys.slice(0, -1), 'a&b'];

    test('gives them as they stand, only unescaped', () => {
      expect(scan(plain).seen.map(({ key }) => key)).toEqual(decoded);
      expect(scan(plain, [40, 90, 200, 444]).seen.map(({ key, size }) => [key, size])).toEqual(
        decoded.map((key) => [key, 7]),
      );
    });

    test('is told from one that says after its entries that they are', () => {
      const late = `<ListBucketResult>${end}${contents('a+b%2B', 7)}<EncodingType>url</EncodingType></ListBucketResult>`;
      expect(scan(late, [120]).seen.map(({ key }) => key)).toEqual(['a b+']);
    });

    test('gives the marker of the next page in the same way', () => {
      const head = '<NextKeyMarker>c+d</NextKeyMarker><IsTruncated>true</IsTruncated>';
      const versions = (encoding: string) => `<ListVersionsResult>${encoding}${head}</ListVersionsResult>`;
      expect(scan(versions(''), [], 'ListVersionsResult').end.next_key).toBe('c+d');
      const encoding = '<EncodingType>url</EncodingType>';
      expect(scan(versions(encoding), [], 'ListVersionsResult').end.next_key).toBe('c d');
    });

    test('with a lone % that claims to be encoded is an error', () => {
      expect(() => scan(page(contents('100%', 1)))).toThrow('invalid-answer');
    });
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
      `<ListVersionsResult><KeyMarker></KeyMarker><VersionIdMarker></VersionIdMarker><EncodingType>url</EncodingType>${head}${version('a', true, 1)}${version('a', false, 2)}${marker}</ListVersionsResult>`,
      [],
      'ListVersionsResult',
    );
    expect(seen.map(({ key, size, kind }) => [key, size, kind])).toEqual([
      ['a', 1, KIND.current],
      ['a', 2, KIND.noncurrent],
      ['c', 0, KIND.deleteMarker],
    ]);
    expect(end).toMatchObject({ truncated: true, next_key: 'c d', next_version: 'v3' });
  });
});
