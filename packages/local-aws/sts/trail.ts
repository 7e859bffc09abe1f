/**
 * What CloudTrail has of AssumeRole, refused calls too: by it the name of a session in a function's log is found again.
 * Source: IAM user guide, "Logging IAM and AWS STS API calls with AWS CloudTrail"; AWS STS API reference, "AssumeRole".
 */
import { type Principal, sessionArn } from '../iam/iam.ts';
import type { AssumeRoleRequest } from './assume-role-request.ts';

/**
 * One record, as JSON in a line, with the members that name who, what and as whom. Keys are in none.
 *
 * @param made the session; `null`: the call was refused
 */
export function assumeRoleRecord(
  caller: Principal,
  { roleArn, sessionName, seconds, sourceIdentity, tags, transitive }: AssumeRoleRequest,
  made: Principal | null,
  now: number,
): string {
  return JSON.stringify({
    eventTime: `${new Date(now).toISOString().slice(0, 19)}Z`,
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    userIdentity: { type: 'AssumedRole', arn: sessionArn(caller) },
    requestParameters: {
      roleArn,
      roleSessionName: sessionName,
      durationSeconds: seconds,
      ...(sourceIdentity !== null && { sourceIdentity }),
      ...(Object.keys(tags).length > 0 && { principalTags: tags }),
      ...(transitive.length > 0 && { transitiveTagKeys: transitive }),
    },
    ...(made === null
      ? { errorCode: 'AccessDenied', responseElements: null }
      : { responseElements: { assumedRoleUser: { arn: sessionArn(made) } } }),
  });
}
