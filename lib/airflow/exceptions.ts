/** Findings of the checks on the Airflow gateway that are right as they are, each with its reason. */
import type { FindingException } from '../finding-exception.ts';

const OF_THE_PROXIES = /\/AirflowGateway\/Functions\/(Reader|Starter)\//;

export const AIRFLOW_EXCEPTIONS: readonly FindingException[] = [
  {
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    type: 'AWS::IAM::Role',
    path: OF_THE_PROXIES,
    reason: 'Lambda’s network-interface rights, on * only; a second statement denies them to the function’s own code.',
  },
  {
    id: 'Serverless::Serverless-LambdaStarPermissions',
    type: 'AWS::IAM::Role',
    path: OF_THE_PROXIES,
    reason: 'The same network-interface rights.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    type: 'AWS::IAM::Role',
    path: /\/AirflowGateway\/RestApi\/LogRole\//,
    reason: 'REST APIs log by one role of the account, which API Gateway takes with these actions on * only.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-APIG2',
    type: 'AWS::ApiGateway::RestApi',
    path: /\/AirflowGateway\//,
    reason: 'Paths and bodies are judged by the function against a list: a model of API Gateway says less.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-APIG3',
    type: 'AWS::ApiGateway::Stage',
    path: /\/AirflowGateway\//,
    reason: 'Private: only named endpoints lead to it, and only listed networks reach ours.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-APIG6',
    type: 'AWS::ApiGateway::Stage',
    path: /\/AirflowGateway\//,
    reason: 'Execution logs would hold headers and bodies. The access log has each request, the audit line each call.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-COG4',
    type: 'AWS::ApiGateway::Method',
    path: /\/AirflowGateway\//,
    reason: 'Closed by a request authorizer, which takes the pool’s tokens and those of pipelines, or by IAM.',
  },
  {
    id: 'Serverless::Serverless-LambdaDLQ',
    type: 'AWS::Lambda::Function',
    path: /\/AirflowGateway\//,
    reason: 'Called synchronously by the gateway: a failure goes to the caller, there is no event to keep.',
  },
];
