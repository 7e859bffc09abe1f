import { randomBytes } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readMetadata } from '../../../../lambdas/mendix/archive/archive.ts';
import { MAX_METADATA_BYTES, parseModel } from '../../../../lambdas/mendix/constants/model.ts';
import fc from '../../../properties.ts';
import { bytesOf, directoryEntryOf, METADATA, metadataJson, zip } from './archives.ts';

const ONE = metadataJson([{ Name: 'Sales.VatRate', Type: 'Decimal', Description: 'a\r\nb', DefaultValue: '21.00' }]);

describe('metadata.json is read out of an archive', () => {
  test.each([
    ['deflated', { compress: true }],
    ['stored', { compress: false }],
    ['with its sizes after the data', { streamed: true }],
    ['stored, with its sizes after the data', { streamed: true, compress: false }],
    ['in zip64', { zip64: true }],
    ['in zip64, with its sizes after the data', { zip64: true, streamed: true }],
    ['before a comment as long as zip allows', { comment: 'x'.repeat(65_535) }],
  ])('%s', async (_, options) => {
    expect((await readMetadata(bytesOf(await zip(ONE, options)))).toString()).toBe(ONE);
  });

  test('with one range after the end when it lies far from it, and with none when it lies near', async () => {
    const large = { path: 'model/model.mdp', bytes: randomBytes(5_000_000) };
    const ranges: [number, number][] = [];
    await readMetadata(bytesOf(await zip(ONE, { others: [large] }), ranges));
    expect(ranges).toEqual([]);
    await readMetadata(bytesOf(await zip(ONE, { after: [large] }), ranges));
    expect(ranges.length).toBe(1);
  });

  test('with two ranges after the end when its directory is long: the directory’s beginning, and the entry', async () => {
    const ranges: [number, number][] = [];
    const others = Array.from({ length: 4000 }, (_, file) => ({
      path: `web/pages/en_US/some/long/folder/name/page_${file}.page.xml`,
      bytes: Buffer.alloc(1000),
    }));
    const archive = await zip(ONE, { others });
    await readMetadata(bytesOf(archive, ranges));
    expect(ranges.length).toBe(2);
    const read = ranges.reduce((sum, [from, to]) => sum + to - from, 0);
    expect(read).toBeLessThan(archive.length / 8);
  });

  test('a BOM and Windows line ends are no obstacle', async () => {
    const archive = await zip(Buffer.concat([Buffer.from('\ufeff'), Buffer.from(ONE)]));
    const model = parseModel(await readMetadata(bytesOf(archive)));
    expect(model.constants.get('Sales.VatRate')?.description).toBe('a\r\nb');
  });

  test('what goes in comes out, for any names and values', async () => {
    const constant = fc.record({
      Name: fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }),
      Type: fc.constantFrom('String', 'Integer', 'Boolean', 'Decimal', 'DateTime'),
      Description: fc.string({ unit: 'grapheme' }),
      DefaultValue: fc.string({ unit: 'grapheme' }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(constant, { selector: ({ Name }) => Name, maxLength: 20 }),
        fc.boolean(),
        async (constants, compress) => {
          const model = parseModel(await readMetadata(bytesOf(await zip(metadataJson(constants), { compress }))));
          const back = [...model.constants.values()].map((each) => ({
            Name: each.name,
            Type: each.declared_type,
            Description: each.description,
            DefaultValue: each.default_value?.kind === 'text' ? each.default_value.text : null,
          }));
          expect(back).toEqual(constants);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('an archive that cannot be used is refused, saying why', () => {
  const reasonOf = async (archive: Buffer): Promise<unknown> =>
    readMetadata(bytesOf(archive)).then(
      () => 'no error',
      (error: unknown) => (error as { reason?: unknown }).reason ?? error,
    );
  const edited = async (edit: (archive: Buffer, entry: number) => void, content: string | Buffer = ONE) => {
    const archive = await zip(content);
    edit(archive, directoryEntryOf(archive));
    return archive;
  };

  test('cut short at any place', async () => {
    const archive = await zip(ONE);
    for (const share of [0.1, 0.5, 0.9, 0.99]) {
      expect(await reasonOf(archive.subarray(0, Math.floor(archive.length * share)))).toBe('truncated');
    }
    expect(await reasonOf(Buffer.alloc(0))).toBe('truncated');
    expect(await reasonOf(Buffer.from('<html>not an archive</html>'))).toBe('truncated');
  });

  test('encrypted, in the old way and in the strong one', async () => {
    expect(await reasonOf(await edited((zipped, at) => zipped.writeUInt16LE(1, at + 8)))).toBe('encrypted');
    expect(await reasonOf(await edited((zipped, at) => zipped.writeUInt16LE(0x41, at + 8)))).toBe('encrypted');
  });

  test('compressed in a way that is not known', async () => {
    expect(await reasonOf(await edited((zipped, at) => zipped.writeUInt16LE(12, at + 10)))).toBe('unsupported');
  });

  test('a metadata.json of 100 MB, and of just too much', async () => {
    expect(await reasonOf(await zip(Buffer.alloc(100_000_000)))).toBe('too-large');
    expect(await reasonOf(await zip(Buffer.alloc(MAX_METADATA_BYTES + 1)))).toBe('too-large');
    expect(await reasonOf(await zip(Buffer.alloc(MAX_METADATA_BYTES)))).toBe('no error');
  });

  test('a bomb that says it is small', async () => {
    const bomb = Buffer.alloc(50_000_000);
    const archive = await edited((zipped, at) => zipped.writeUInt32LE(100, at + 24), bomb);
    expect(deflateRawSync(bomb).length).toBeLessThan(100_000);
    expect(await reasonOf(archive)).toBe('truncated');
  });

  test('content that is not what was packed', async () => {
    const wrong = await edited((zipped, at) => zipped.writeUInt32LE(crc32('something else'), at + 16));
    expect(await reasonOf(wrong)).toBe('truncated');
  });

  test('without metadata, or with two of them', async () => {
    expect(await reasonOf(await zip(ONE, { path: 'project/metadata.json' }))).toBe('no-metadata');
    const twice = await zip(ONE, { others: [{ path: METADATA, bytes: Buffer.from(ONE) }] });
    expect(await reasonOf(twice)).toBe('duplicate-name');
  });

  test('with a directory that claims to begin far away', async () => {
    const archive = await zip(ONE, { others: [{ path: 'model/model.mdp', bytes: Buffer.alloc(20_000_000) }] });
    archive.writeUInt32LE(0, archive.length - 22 + 16);
    expect(await reasonOf(archive)).toBe('directory-too-large');
  });

  test('the error of a range that cannot be read is passed on as it is', async () => {
    const archive = await zip(ONE, {
      others: Array.from({ length: 3000 }, (_, file) => ({
        path: `web/${'x'.repeat(60)}${file}`,
        bytes: Buffer.alloc(9),
      })),
    });
    const gone = new Error('gone');
    await expect(readMetadata({ ...bytesOf(archive), read: () => Promise.reject(gone) })).rejects.toBe(gone);
  });
});

describe('metadata.json', () => {
  const reasonOf = (content: string | Buffer): unknown => {
    try {
      parseModel(Buffer.from(content));
      return 'no error';
    } catch (error) {
      return (error as { reason?: unknown }).reason;
    }
  };

  test.each([
    ['not JSON', '{', 'invalid-json'],
    ['no object', '[]', 'unexpected-content'],
    ['without constants', '{"ModelVersion":"1"}', 'unexpected-content'],
    ['with constants that are no list', '{"Constants":{}}', 'unexpected-content'],
    ['deeply nested', `{"Constants":${'['.repeat(100_000)}`, 'invalid-json'],
    ['with no constants', '{"Constants":[]}', 'no error'],
  ])('%s: %#', (_, content, reason) => {
    expect(reasonOf(content)).toBe(reason);
  });

  test('not UTF-8', () => {
    expect(reasonOf(Buffer.from([0x7b, 0xff, 0x7d]))).toBe('invalid-utf8');
  });

  test('declared twice: the first counts, and the name is told', () => {
    const model = parseModel(
      Buffer.from(
        metadataJson([
          { Name: 'A.B', Type: 'String', DefaultValue: '1' },
          { Name: 'A.B', Type: 'Integer', DefaultValue: '2' },
        ]),
      ),
    );
    expect(model.duplicates).toEqual(['A.B']);
    expect(model.constants.get('A.B')?.type).toBe('string');
  });
});
