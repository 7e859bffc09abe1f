/**
 * Reads `model/metadata.json` out of a deployment archive (`.mda`, a zip) without reading the archive: its end, its
 * central directory and that one entry. Why yauzl: docs/decisions/archive-reading.md.
 */
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { fromRandomAccessReaderPromise } from 'yauzl';
import { MAX_METADATA_BYTES, tooLarge } from '../constants/model.ts';
import { UnusableContentError } from '../unusable-content.ts';
import type { ArchiveBytes } from './bytes.ts';
import { ArchiveReader } from './reader.ts';

const METADATA = 'model/metadata.json';

/** An entry's local header repeats the name and may have other extra fields than the central directory. */
const LOCAL_HEADER_SLACK = 30 + 1024;

/**
 * @returns the entry's bytes, its CRC checked
 * @throws UnusableContentError `truncated`, `encrypted`, `too-large`, `duplicate-name`, `no-metadata`, `unsupported`,
 *   `directory-too-large`; and what `archive` throws
 */
export async function readMetadata(archive: ArchiveBytes): Promise<Buffer> {
  const reader = new ArchiveReader(archive);
  try {
    const zip = await fromRandomAccessReaderPromise(reader, archive.size, { autoClose: false });
    const entry = await metadataEntry(zip);
    check(entry);
    await reader.fetchEntry(
      entry.relativeOffsetOfLocalHeader,
      entry.relativeOffsetOfLocalHeader + LOCAL_HEADER_SLACK + entry.fileNameLength + entry.compressedSize,
    );
    return await content(zip, entry);
  } catch (cause) {
    throw reader.failure ?? unusable(cause);
  }
}

async function metadataEntry(zip: ZipFile): Promise<Entry> {
  let metadata: Entry | undefined;
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName !== METADATA) continue;
    if (metadata !== undefined) {
      throw new UnusableContentError('duplicate-name', `It holds ${METADATA} twice: build and upload it again.`);
    }
    metadata = entry;
  }
  if (metadata === undefined) {
    throw new UnusableContentError('no-metadata', `It has no ${METADATA}: upload a deployment archive, not a project.`);
  }
  return metadata;
}

function check(entry: Entry): void {
  if (entry.isEncrypted()) throw encrypted();
  if (!entry.canDecodeFileData()) {
    throw new UnusableContentError(
      'unsupported',
      `Its ${METADATA} is compressed in an unknown way: store or deflate it.`,
    );
  }
  if (entry.uncompressedSize > MAX_METADATA_BYTES || entry.compressedSize > MAX_METADATA_BYTES) throw tooLarge();
}

/** Bounded: yauzl fails a stream that gives more than the declared size, which was checked. The CRC it leaves to us. */
async function content(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (crc32(bytes) !== entry.crc32) throw new Error('wrong CRC');
  return bytes;
}

function encrypted(): UnusableContentError {
  return new UnusableContentError('encrypted', 'It is encrypted: upload the deployment archive as mxbuild makes it.');
}

/** yauzl's errors are plain and their text is its own business: only strong encryption is told apart. */
function unusable(cause: unknown): unknown {
  if (cause instanceof UnusableContentError) return cause;
  if (cause instanceof Error && /encrypt/.test(cause.message)) return encrypted();
  return new UnusableContentError('truncated', 'It is not a whole zip archive: upload it again.', { cause });
}
