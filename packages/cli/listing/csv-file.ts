/**
 * A CSV file that is there when it is whole. Until then its rows stand in `<file>.part`, and `<file>.part.json` says which
 * question they answer and where the next page begins, so that the same command goes on after a broken connection, Ctrl-C
 * or a full disk.
 */
import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { OutputError, UsageError } from '../exit-codes.ts';
import type { CsvState } from './csv.ts';

/** What has to be the same for rows to belong together. */
export type Asked = Readonly<Record<string, unknown>>;

interface Kept extends CsvState {
  asked: Asked;
  /** Of the part file that the state speaks of; what is behind was not finished. */
  bytes: number;
}

/** The file while it grows. */
export class CsvFile {
  /** Where an earlier run got to. */
  readonly from: CsvState | undefined;
  readonly #path: string;
  readonly #asked: Asked;
  /** Opened with the first rows: a question that is refused leaves nothing behind. */
  #file: number | undefined;
  #bytes: number;

  /**
   * Begins the file, or goes on with its part. Only the owner may read it: exports hold data of people.
   *
   * @throws UsageError when the part answers another question
   */
  constructor(path: string, asked: Asked) {
    this.#path = path;
    this.#asked = asked;
    const kept = keptState(path);
    if (kept !== undefined && JSON.stringify(kept.asked) !== JSON.stringify(asked)) {
      throw new UsageError(
        `${path}.part answers another question: remove it and ${path}.part.json, or write elsewhere`,
      );
    }
    this.#bytes = kept?.bytes ?? 0;
    this.from = kept;
  }

  /** Whether there are rows to go on with. */
  get begun(): boolean {
    return this.#bytes > 0;
  }

  /** The rows first, then the state that says that they are there: whatever ends the run, no row is lost or twice. */
  async take(text: string, state: CsvState): Promise<void> {
    this.#attempt(() => {
      const file = this.#opened();
      const data = Buffer.from(text);
      // A disk that fills up takes a part of a write and then none.
      for (let at = 0; at < data.length; ) at += writeSync(file, data, at, data.length - at, this.#bytes + at);
      fdatasyncSync(file);
      this.#bytes += data.length;
      const kept: Kept = { asked: this.#asked, ...state, bytes: this.#bytes };
      writeFileSync(`${this.#path}.part.json.new`, `${JSON.stringify(kept)}\n`, { mode: 0o600 });
      renameSync(`${this.#path}.part.json.new`, `${this.#path}.part.json`);
    });
  }

  /** It is whole: the part becomes the file. */
  finish(): void {
    this.#attempt(() => {
      closeSync(this.#opened());
      renameSync(`${this.#path}.part`, this.#path);
      rmSync(`${this.#path}.part.json`, { force: true });
    });
  }

  /** What is behind the last state was not finished, and goes. */
  #opened(): number {
    if (this.#file === undefined) {
      this.#file = openSync(`${this.#path}.part`, this.begun ? 'r+' : 'w', 0o600);
      ftruncateSync(this.#file, this.#bytes);
    }
    return this.#file;
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw new OutputError(this.#path, error);
    }
  }
}

/** Begins anew: for a cursor that is too old. */
export function forgetPart(path: string): void {
  rmSync(`${path}.part.json`, { force: true });
}

/** @returns `undefined` when there is nothing to go on with */
function keptState(path: string): Kept | undefined {
  try {
    const kept = JSON.parse(readFileSync(`${path}.part.json`, 'utf8')) as Kept;
    // Without its rows a state is worth nothing.
    return statSync(`${path}.part`).size >= kept.bytes ? kept : undefined;
  } catch {
    return undefined;
  }
}
