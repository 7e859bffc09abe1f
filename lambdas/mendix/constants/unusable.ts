/**
 * Thrown by the parsers of archives and overrides when a source's content cannot be used. The reader of the source adds
 * the source's configured name. Neither member may hold a value or an address.
 */
export class UnusableContentError extends Error {
  override name = 'UnusableContentError' as const;
  /** A stable word: `truncated`, `encrypted`, `too-large`, `invalid-json`, `duplicate-name` … */
  readonly reason: string;
  /** What is wrong and what to do, for the operator. */
  readonly advice: string;
  constructor(reason: string, advice: string, options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
    this.advice = advice;
  }
}

/** Strict UTF-8 with an optional BOM. @throws UnusableContentError `invalid-utf8` */
export function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UnusableContentError('invalid-utf8', 'It is not valid UTF-8: save it as UTF-8.', { cause });
  }
}
