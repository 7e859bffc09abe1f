/** The parts of an answer, each of which may fail by itself: what could be had is answered, the rest is named. */

import { type Fault, faultOf } from '../../faults.ts';
import { UpstreamTimeoutError } from '../../upstream-errors.ts';
import type { Part } from './parts-schema.ts';

/** What is not there, with the reason. */
export interface Missing {
  what: Part;
  /** As in a problem: `upstream-timeout`, `access-denied`, `sign-in-page` … */
  reason: string;
}

/** Keeps count of what was had and what was not. */
export class Parts {
  readonly missing: Missing[] = [];
  readonly faults: Fault[] = [];
  /** Of the first part that failed. */
  firstError: unknown = null;
  /** Parts of Airflow or MWAA that could be had. */
  had = 0;

  /**
   * A part, or `null` where it could not be had.
   *
   * @throws what is no upstream's fault: a bug must not hide in a part
   */
  async of<T>(what: Part, work: () => Promise<T>): Promise<T | null> {
    try {
      const part = await work();
      this.had += 1;
      return part;
    } catch (error) {
      this.lacks(what, error);
      return null;
    }
  }

  /** Notes a part that is not there or not whole. @throws as {@link Parts.of} */
  lacks(what: Part, error: unknown): void {
    const fault = faultOf(error);
    this.firstError ??= error;
    if (this.missing.some((one) => one.what === what && one.reason === fault.reason)) return;
    this.missing.push({ what, reason: fault.reason });
    this.faults.push(fault);
  }
}

/** Whether the time was over, and nothing else was wrong. */
export const isTime = (error: unknown): boolean => error instanceof UpstreamTimeoutError;
