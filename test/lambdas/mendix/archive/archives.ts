/** Makes archives for tests, whole and broken. */
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { type ArchiveBytes, TAIL_BYTES } from '../../../../lambdas/mendix/archive/bytes.ts';

export const METADATA = 'model/metadata.json';

export interface DeclaredIn {
  Name: string;
  Type: string;
  Description?: string;
  DefaultValue?: string | null;
}

/** `metadata.json` of a model with these constants. */
export function metadataJson(constants: readonly DeclaredIn[], version = '1.0.0.1'): string {
  return JSON.stringify({
    RuntimeVersion: '10.24.15.93102',
    ProjectName: 'Shop',
    ModelVersion: version,
    Constants: constants,
  });
}

export interface ZipOptions {
  compress?: boolean;
  zip64?: boolean;
  /** As a stream: sizes follow the data in a data descriptor. */
  streamed?: boolean;
  /** Files before the metadata. */
  others?: { path: string; bytes: Buffer }[];
  after?: { path: string; bytes: Buffer }[];
  comment?: string;
  path?: string;
}

export async function zip(metadata: string | Buffer, options: ZipOptions = {}): Promise<Buffer> {
  const archive = new ZipFile();
  const entry = { compress: options.compress ?? true, forceZip64Format: options.zip64 ?? false, mtime: new Date(0) };
  const content = Buffer.from(metadata);
  const path = options.path ?? METADATA;
  for (const other of options.others ?? []) archive.addBuffer(other.bytes, other.path, { compress: false });
  if (options.streamed === true) {
    const stream = new PassThrough();
    stream.end(content);
    archive.addReadStream(stream, path, entry);
  } else {
    archive.addBuffer(content, path, entry);
  }
  for (const other of options.after ?? []) archive.addBuffer(other.bytes, other.path, { compress: false });
  archive.addBuffer(Buffer.from('<html></html>'), 'web/index.html');
  archive.end({ forceZip64Format: options.zip64 ?? false, comment: options.comment ?? '' });
  return buffer(archive.outputStream);
}

/** An archive as the reader of ranges sees it; `ranges` notes what is read after the end. */
export function bytesOf(archive: Buffer, ranges: [number, number][] = []): ArchiveBytes {
  return {
    size: archive.length,
    tail: archive.subarray(Math.max(0, archive.length - TAIL_BYTES)),
    read: async (from, to) => {
      ranges.push([from, to]);
      return archive.subarray(from, to);
    },
  };
}

/** Offset of the metadata's header in the central directory. */
export function directoryEntryOf(archive: Buffer): number {
  let at = archive.indexOf('PK\x01\x02', 0, 'latin1');
  while (at !== -1) {
    const length = archive.readUInt16LE(at + 28);
    if (archive.toString('latin1', at + 46, at + 46 + length) === METADATA) return at;
    at = archive.indexOf('PK\x01\x02', at + 4, 'latin1');
  }
  throw new Error('the archive has no metadata');
}
