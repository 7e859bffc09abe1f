/** Findings of the checks about tracing: those of a stage that has it, or those of one that has not. */
import type { CfnResource } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { FindingException } from '../finding-exception.ts';
import { roleOf } from './tracing.ts';

const WITHOUT: readonly FindingException[] = [
  {
    id: 'Serverless::Serverless-LambdaTracing',
    type: 'AWS::Lambda::Function',
    reason:
      'Left out by the configuration ("tracing"): HTTP APIs do not trace, so X-Ray would see a function alone. Each log line has the request id and the share of every upstream.',
  },
  {
    id: 'Serverless::Serverless-APIGWXrayEnabled',
    type: 'AWS::ApiGateway::Stage',
    path: /\/AirflowGateway\//,
    reason:
      'Left out by the configuration. The audit line has the request id, the whole time and the share of Airflow.',
  },
];

/** Findings about `*`, each on the roles of traced functions alone. */
const ON_EVERYTHING = ['AwsSolutions::AwsSolutions-IAM5[Resource::*]', 'Serverless::Serverless-LambdaStarPermissions'];

/** Those that hold for the resources of an app: its functions tell whether it has tracing. */
export function tracingExceptions(resources: readonly CfnResource[]): readonly FindingException[] {
  const traced = resources.filter(
    (resource) => resource instanceof CfnFunction && resource.tracingConfig !== undefined,
  );
  if (traced.length === 0) return WITHOUT;
  const paths = traced.map((lambda) => roleOf(lambda as CfnFunction, resources).node.path);
  return ON_EVERYTHING.map((id) => ({
    id,
    type: 'AWS::IAM::Role',
    path: new RegExp(`^(${paths.map(literally).join('|')})$`),
    reason: 'xray:PutTraceSegments and xray:PutTelemetryRecords, which Lambda takes on * only.',
  }));
}

/** Part of a regular expression that means these characters and no others. */
const literally = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
