/** When somebody must look, as data. */
import type { IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';

/** When an alarm goes off, and what it says then. */
export interface Condition {
  /** In docs/runbook.md, and with `part` the alarm's name. */
  heading: string;
  /** Name of the route or function, where each has an alarm of its own. Default: one alarm for the stage. */
  part?: string;
  /** The first sentence that people read. */
  what: string;
  metric: IMetric;
  /** It goes off above this value, not at it. */
  above: number;
  /** So many periods of the metric must be above. */
  periods: number;
  /** Out of the last so many. Default: one after the other. A period without data is not above. */
  within?: number;
  /** What it means when there is no data. Default: nobody asked, so all is well. */
  silence?: TreatMissingData;
}
