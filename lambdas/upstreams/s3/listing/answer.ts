/**
 * Reads one HTTP/1.1 answer as its bytes arrive, and hands its body on where it lies, without a copy.
 *
 * `HTTP/1.1 200 OK`, `Transfer-Encoding: chunked`, an empty line, `5`, `<List`, `0` and an empty line are a body of `<List`.
 * What it does not understand it refuses: a length that is told twice, a coding other than `chunked`, a line that does not
 * end in CRLF, bytes behind the end. A page that is cut short is not whole by its own XML either (`page.ts`).
 * Source: RFC 9112, sections 2.2, 4, 5, 6.3 (how long a body is) and 7.1 (chunks).
 */
import { UpstreamFailedError } from '../../../upstream-errors.ts';

/** Whom an answer is handed to, piece by piece. */
export interface AnswerTarget {
  /** @param headers names in small letters; of a name that comes twice, the last */
  head(status: number, headers: ReadonlyMap<string, string>): void;
  /** @param bytes belong to the connection: what is to be kept is copied before the call returns */
  body(bytes: Buffer): void;
}

/** Status line, headers, and what stands beside the data of chunks. Node's own limit for a head is the same. */
const MAX_LINE_BYTES = 16_384;

const LINE_FEED = 0x0a;

/** What comes next: lines of the answer, or its data. */
type Part = 'status' | 'header' | 'chunk-size' | 'chunk-end' | 'trailer' | 'data' | 'data-until-closed' | 'nothing';

export class AnswerReader {
  readonly #target: AnswerTarget;
  #part: Part = 'status';
  /** The part that the data of this answer are followed by. */
  #afterData: Part = 'nothing';
  /** Bytes of data to come. */
  #left = 0;
  #status = 0;
  #headers = new Map<string, string>();
  /** Of a line that has not come whole. */
  #line = '';
  #lineBytes = 0;
  /** Whether the connection can take another request after this answer. */
  keepsAlive = true;

  constructor(target: AnswerTarget) {
    this.#target = target;
  }

  /**
   * @returns whether the answer is whole
   * @throws UpstreamFailedError `invalid-answer` for what is no HTTP; what the target throws
   */
  push(bytes: Buffer): boolean {
    for (let at = 0; at < bytes.length; ) {
      if (this.#part === 'data' || this.#part === 'data-until-closed') at = this.#readData(bytes, at);
      else if (this.#part === 'nothing') throw invalid();
      else at = this.#readLine(bytes, at);
    }
    return this.#part === 'nothing';
  }

  /** @returns whether the answer is whole now that the connection is closed */
  close(): boolean {
    return this.#part === 'nothing' || this.#part === 'data-until-closed';
  }

  #readData(bytes: Buffer, at: number): number {
    const end = this.#part === 'data' ? Math.min(bytes.length, at + this.#left) : bytes.length;
    this.#target.body(bytes.subarray(at, end));
    if (this.#part === 'data') {
      this.#left -= end - at;
      if (this.#left === 0) this.#part = this.#afterData;
    }
    return end;
  }

  #readLine(bytes: Buffer, at: number): number {
    const feed = bytes.indexOf(LINE_FEED, at);
    const end = feed < 0 ? bytes.length : feed + 1;
    this.#lineBytes += end - at;
    if (this.#lineBytes > MAX_LINE_BYTES) throw invalid();
    this.#line += bytes.toString('latin1', at, end);
    if (feed < 0) return end;
    const line = this.#line;
    this.#line = '';
    if (!line.endsWith('\r\n')) throw invalid();
    this.#take(line.slice(0, -2));
    return end;
  }

  #take(line: string): void {
    switch (this.#part) {
      case 'status': {
        const [, version, status] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(line) ?? [];
        if (version === undefined) throw invalid();
        this.#status = Number(status);
        this.keepsAlive = version === '1';
        this.#part = 'header';
        break;
      }
      case 'header':
        if (line === '') this.#endHead();
        else this.#takeHeader(line);
        break;
      case 'chunk-size': {
        const [, size] = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/i.exec(line) ?? [];
        if (size === undefined) throw invalid();
        this.#left = Number.parseInt(size, 16);
        this.#part = this.#left === 0 ? 'trailer' : 'data';
        break;
      }
      case 'chunk-end':
        if (line !== '') throw invalid();
        this.#lineBytes = 0;
        this.#part = 'chunk-size';
        break;
      default:
        // What a trailer says is of no use here.
        if (line === '') this.#part = 'nothing';
    }
  }

  #takeHeader(line: string): void {
    const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    const key = name.toLowerCase();
    const isLength = key === 'content-length' || key === 'transfer-encoding';
    if (key === '' || (isLength && this.#headers.has(key))) throw invalid();
    this.#headers.set(key, value);
  }

  #endHead(): void {
    const headers = this.#headers;
    if (this.#status < 200) {
      // `100 Continue` and the like: the answer proper follows. No request asks for another protocol.
      if (this.#status === 101) throw invalid();
      this.#headers = new Map();
      this.#part = 'status';
      return;
    }
    this.#lineBytes = 0;
    this.#measure(headers.get('transfer-encoding'), headers.get('content-length'));
    if (/\bclose\b/i.test(headers.get('connection') ?? '')) this.keepsAlive = false;
    this.#target.head(this.#status, headers);
  }

  /** How long the body is, in the order of RFC 9112, 6.3. */
  #measure(coding: string | undefined, length: string | undefined): void {
    if (this.#status === 204 || this.#status === 304) {
      this.#part = 'nothing';
    } else if (coding !== undefined) {
      if (coding.toLowerCase() !== 'chunked' || length !== undefined) throw invalid();
      this.#part = 'chunk-size';
      this.#afterData = 'chunk-end';
    } else if (length !== undefined) {
      if (!/^\d{1,15}$/.test(length)) throw invalid();
      this.#left = Number(length);
      this.#part = this.#left === 0 ? 'nothing' : 'data';
    } else {
      this.keepsAlive = false;
      this.#part = 'data-until-closed';
    }
  }
}

function invalid(): UpstreamFailedError {
  return new UpstreamFailedError('s3', 'invalid-answer');
}
