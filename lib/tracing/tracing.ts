/** X-Ray by the configuration: Lambda, and the Airflow gateway's stage, record what they do with a request. */
import { Lazy, Stack } from 'aws-cdk-lib';
import { CfnStage } from 'aws-cdk-lib/aws-apigateway';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { extendDeclaration } from '../permissions/declared-actions.ts';

/**
 * What Lambda needs of a function's role to send its segments, on `*`: the second knows no resources, and the first would
 * know only groups (Lambda guide, "Visualize Lambda function invocations using AWS X-Ray"; Service Authorization Reference,
 * "AWS X-Ray").
 */
const TRACE_ACTIONS = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];

/**
 * Switches tracing on for every function of the stack, and for stages of REST APIs. Call it when all functions are there.
 *
 * There is no endpoint of X-Ray in the VPC: what is recorded is Lambda's own, sent by the service and by the daemon that it
 * runs beside the function. That traces come from a function in a VPC is reported
 * (https://github.com/aws/aws-xray-daemon/issues/26); that they come where the VPC has no way out is not, and no account has
 * seen it with this stack: if none come, the VPC wants an interface endpoint of X-Ray. Code that called X-Ray's API itself
 * would need one in any case; ours does not.
 */
export function traceFunctions(stack: Stack): void {
  const constructs = stack.node.findAll();
  for (const construct of constructs) {
    if (construct instanceof CfnFunction) {
      construct.tracingConfig = { mode: 'Active' };
      permitSegments(roleOf(construct, constructs));
    } else if (construct instanceof CfnStage) {
      construct.tracingEnabled = true;
    }
  }
}

/** The role of the stack that a function runs as. */
export function roleOf(lambda: CfnFunction, constructs: readonly IConstruct[]): CfnRole {
  const stack = Stack.of(lambda);
  const { 'Fn::GetAtt': [id] = [] }: { 'Fn::GetAtt'?: string[] } = stack.resolve(lambda.role);
  const role = constructs.find((construct) => construct instanceof CfnRole && stack.getLogicalId(construct) === id);
  if (!(role instanceof CfnRole)) throw new Error(`${lambda.node.path} runs as no role of the stack's own`);
  return role;
}

/**
 * In the role itself: Lambda refuses to trace a function whose role may not send segments yet, which a policy beside the
 * role would be too late for (https://github.com/aws/serverless-application-model/issues/217).
 */
function permitSegments(role: CfnRole): void {
  const own = role.policies;
  const tracing = {
    policyName: 'tracing',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: TRACE_ACTIONS, Resource: '*' }],
    },
  };
  role.policies = Lazy.uncachedAny({ produce: (context) => [...(context.resolve(own) ?? []), tracing] });
  extendDeclaration(role, { named: [], everything: TRACE_ACTIONS });
}
