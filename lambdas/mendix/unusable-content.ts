/**
 * Thrown by the readers of archives, models and overrides when a file is there but cannot be used. Whoever asked for the
 * file adds its configured name. Neither member may hold a value or an address: both go out in answers.
 */
export class UnusableContentError extends Error {
  override name = 'UnusableContentError' as const;
  /** A stable word: `truncated`, `encrypted`, `too-large`, `invalid-json`, `duplicate-name` … */
  readonly reason: string;
  /** What is wrong and what to do, for the operator; whole sentences of which the file is the "it". */
  readonly advice: string;

  constructor(reason: string, advice: string, options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
    this.advice = advice;
  }
}
