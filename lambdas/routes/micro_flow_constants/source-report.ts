/** How the reading of one configured source went: its file, or what stands beside its name in the answer instead. */

import { type Fault, faultOf, problemOf } from '../../faults.ts';
import { UnusableContentError } from '../../mendix/unusable-content.ts';
import { UpstreamFailedError } from '../../upstream-errors.ts';
import { utc } from '../../utc.ts';
import type { StoredFile } from './stored-file.ts';

/** What an answer says of a source. */
export interface SourceReport {
  /** Its configured name. */
  source: string;
  kind: SourceKind;
  /** When its file was written; `null` when it could not be read. */
  as_of: string | null;
  /** A stable word, and what to do. Never an address or a value. */
  error: { reason: string; detail: string } | null;
  /** What of the source is not read, though the source is; sentences. */
  notes: readonly string[];
}

/**
 * S3 hides from who may not list a bucket whether a key is there (S3 API reference, GetObject, "Permissions"), and the
 * function may list below the prefixes of archives only.
 */
const PERHAPS_ABSENT = 'S3 says the same of a key that is not there: compare it with the configuration first.';

export type SourceKind = 'archive' | 'overrides' | 'database';

/** One configured source, read or failed. */
export class Source<Content> {
  readonly name: string;
  readonly kind: SourceKind;
  /** `null`: it could not be read, `error` says why. */
  readonly file: Content | null;
  readonly error: unknown;

  private constructor(name: string, kind: SourceKind, file: Content | null, error: unknown) {
    this.name = name;
    this.kind = kind;
    this.file = file;
    this.error = error;
  }

  /** Reads it; one that fails spoils no other. @throws what is no fault of a source, a bug for instance */
  static async read<Content>(
    { name, kind }: { name: string; kind: SourceKind },
    work: () => Promise<Content>,
  ): Promise<Source<Content>> {
    try {
      return new Source(name, kind, await work(), null);
    } catch (error) {
      const failed = new Source<Content>(name, kind, null, error);
      // A bug must not hide beside a source's name.
      failed.fault();
      return failed;
    }
  }

  get failed(): boolean {
    return this.error !== null;
  }

  /** The error as a problem of the whole answer, for when there is nothing else to answer from. */
  problem(): unknown {
    if (!(this.error instanceof UnusableContentError)) return this.error;
    const { reason, advice } = this.error;
    return new UpstreamFailedError(this.name, reason, { cause: this.error, advice });
  }

  /** What the log line and the metrics count; `null`: nothing. */
  fault(): Fault | null {
    return this.error === null ? null : faultOf(this.problem());
  }

  #detail(reason: string): string {
    if (this.error instanceof UnusableContentError) return this.error.advice;
    const { detail } = problemOf(this.error);
    return reason === 'access-denied' ? `${detail} ${PERHAPS_ABSENT}` : detail;
  }

  /** What the answer says of it. @param as_of when its file was written, if it is one */
  report(as_of: Date | null, notes: readonly string[] = []): SourceReport {
    const { name: source, kind } = this;
    const fault = this.fault();
    if (fault === null) return { source, kind, as_of: as_of === null ? null : utc(as_of), error: null, notes };
    return { source, kind, as_of: null, error: { reason: fault.reason, detail: this.#detail(fault.reason) }, notes };
  }
}

/** The report of a source that is a file. */
export function fileReport<Content>(source: Source<StoredFile<Content>>, notes: readonly string[] = []): SourceReport {
  return source.report(source.file?.last_modified ?? null, notes);
}
