/** A log file that never ends the run: a full disk or a forbidden file costs lines of the log, and nothing else. */
import { createWriteStream, type WriteStream } from 'node:fs';

/** How long a file that could not be written to is left alone. */
const RETRY_MS = 5_000;

/** Told once for each time that a file cannot be written to any more; `path` is the file's. */
export type LogFault = (path: string, error: Error) => void;

/** One file that lines are added to for as long as the run lasts. */
export class LogFile {
  readonly #path: string;
  readonly #fault: LogFault;
  #stream: WriteStream | undefined;
  #retryAt = 0;
  #ended = false;

  /** Lines are added to what the file has; it is readable by its user only. */
  constructor(path: string, fault: LogFault = () => undefined) {
    this.#path = path;
    this.#fault = fault;
    // There from the start on, so that whoever follows it finds it.
    this.#stream = this.#open();
  }

  /** Adds text as it is. What cannot be written now is lost. */
  write(text: string | Uint8Array): void {
    if (this.#ended) return;
    if (this.#stream === undefined && Date.now() >= this.#retryAt) this.#stream = this.#open();
    this.#stream?.write(text);
  }

  /** Writes what is left; everything after that is dropped. */
  end(): void {
    this.#ended = true;
    this.#stream?.end();
  }

  #open(): WriteStream {
    const stream = createWriteStream(this.#path, { flags: 'a', mode: 0o600 });
    stream.on('error', (error) => {
      if (this.#stream !== stream) return;
      this.#stream = undefined;
      this.#retryAt = Date.now() + RETRY_MS;
      this.#fault(this.#path, error);
    });
    return stream;
  }
}
