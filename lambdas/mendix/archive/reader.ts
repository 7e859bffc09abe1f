/** What yauzl reads of an archive, out of few large ranges instead of many small ones. */
import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';
import { UnusableContentError } from '../unusable-content.ts';
import type { ArchiveBytes } from './bytes.ts';

/** At about 100 bytes an entry, 80,000 files. */
const MAX_DIRECTORY_BYTES = 8_000_000;

interface Window {
  from: number;
  bytes: Uint8Array;
}

/** An archive as yauzl reads one: what it asks for comes in few ranged reads, each wider than the question. */
export class ArchiveReader extends RandomAccessReader {
  /** What `archive.read` threw; yauzl may pass on an error of its own instead. */
  failure: unknown = null;
  #directoryKnown = false;
  readonly #archive: ArchiveBytes;
  readonly #windows: Window[];

  constructor(archive: ArchiveBytes) {
    super();
    this.#archive = archive;
    this.#windows = [{ from: archive.size - archive.tail.length, bytes: archive.tail }];
  }

  /**
   * Reads an entry, `from` to `to` (excluded, cut to the archive's end), unless it is there already. To be called once
   * the directory is read.
   */
  async fetchEntry(from: number, to: number): Promise<void> {
    this.#directoryKnown = true;
    const end = Math.min(to, this.#archive.size);
    if (from >= end || this.#window(from, end) !== undefined) return;
    this.#windows.push({ from, bytes: await this.#archive.read(from, end) });
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    const done = (part: Uint8Array) => {
      buffer.set(part, offset);
      callback(null, part.length);
    };
    const there = this.#part(position, position + length);
    if (there !== null) {
      done(there);
      return;
    }
    this.#missing(position, position + length).then(done, (error: unknown) => {
      this.failure = error;
      callback(error as Error);
    });
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const part = this.#part(start, end);
    return part === null ? Readable.from(this.#later(start, end)) : Readable.from([part]);
  }

  async *#later(start: number, end: number): AsyncGenerator<Uint8Array> {
    yield await this.#missing(start, end);
  }

  /**
   * Reads a part that is not there: at first only the directory's beginning can be. It reaches up to what was read of
   * the end, so all of it comes in one range.
   */
  async #missing(start: number, end: number): Promise<Uint8Array> {
    if (start < 0 || end > this.#archive.size) throw new Error('the archive refers to bytes outside itself');
    if (this.#directoryKnown) return this.#archive.read(start, end);
    const tailFrom = this.#archive.size - this.#archive.tail.length;
    if (tailFrom - start > MAX_DIRECTORY_BYTES) {
      throw new UnusableContentError(
        'directory-too-large',
        `Its directory is larger than ${MAX_DIRECTORY_BYTES / 1_000_000} MB: check that it is a deployment archive.`,
      );
    }
    const bytes = Buffer.concat([await this.#archive.read(start, tailFrom), this.#archive.tail]);
    this.#windows.push({ from: start, bytes });
    return bytes.subarray(0, end - start);
  }

  #part(start: number, end: number): Uint8Array | null {
    const window = this.#window(start, end);
    return window === undefined ? null : window.bytes.subarray(start - window.from, end - window.from);
  }

  #window(start: number, end: number): Window | undefined {
    return this.#windows.find(({ from, bytes }) => start >= from && end <= from + bytes.length);
  }
}
