/** What failed of the two sides, and the answer without them. */
import { type Fault, faultOf, partProblem } from '../../faults.ts';
import type { AnswerOf } from '../../route.ts';
import type { route } from './route.ts';

type Body = AnswerOf<typeof route>;

/** What is the bucket's: S3 itself, and with a report those who made it and ask it. */
const OF_THE_BUCKET = ['s3', 'inventory', 'athena'];

/** What failed, by side. */
export class Faults {
  readonly list: Fault[] = [];
  readonly #errors: Body['errors'] = { database: null, bucket: null };

  /** @throws what is no upstream's fault: a bug must not hide in a part */
  add(error: unknown): null {
    if (error === null) return null;
    const fault = faultOf(error);
    const side = this.isDatabases(error) ? 'database' : 'bucket';
    if (this.#errors[side] === null) this.list.push(fault);
    this.#errors[side] ??= partProblem(error);
    return null;
  }

  isDatabases(error: unknown): boolean {
    return error instanceof Error && 'source' in error && !OF_THE_BUCKET.includes(String(error.source));
  }

  /** The fields that every answer has, with nothing known. */
  body(environment: string, source: Body['source'], as_of: string): Body {
    return {
      environment,
      source,
      as_of,
      list: null,
      files: null,
      reconciliation: null,
      cost: null,
      errors: this.#errors,
    };
  }
}
