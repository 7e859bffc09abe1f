/** A finding of the checks that is not mended, for resources of one type. */
export interface FindingException {
  /** Pack, rule and finding, as the report names them. */
  id: string;
  /** CloudFormation type. */
  type: string;
  /** Part of the construct's path. Default: every resource of the type. */
  path?: RegExp;
  /** Why it is right as it is; goes into the report. */
  reason: string;
}
