/** The one function outside the VPC: it alone can reach Cognito, and brings its public keys to the others. */
import { CustomResource, Duration } from 'aws-cdk-lib';
import type { UserPool } from 'aws-cdk-lib/aws-cognito';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import { BUNDLE_FILES, VARIABLES } from '../../lambdas/contract.ts';
import type { KeyBucket } from '../identity/key-bucket.ts';
import { logGroupProps, writeLines } from '../log-group.ts';
import { declareActions, LOG_ACTIONS } from '../permissions/declared-actions.ts';
import type { KeyPairObjects } from '../signing/key-pair-objects.ts';
import { bundle, FUNCTION_DEFAULTS } from './bundle.ts';

export interface PublisherProps {
  config: Config;
  /** Whose public keys it publishes. */
  userPool: UserPool;
  /** Where to; the signing keys are made there too. */
  keyBucket: KeyBucket;
  /** What else it makes; `null`: nothing. */
  keyPairs: KeyPairObjects | null;
}

/** Function, schedule (15 minutes), and a first run within the creation of the stack. */
export class Publisher extends Construct {
  readonly role: Role;
  readonly lambda: NodejsFunction;

  constructor(scope: Construct, id: string, { config, userPool, keyBucket, keyPairs }: PublisherProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', logGroupProps(this, config));
    // Its own log group and the two objects; no VPC, so no rights on network interfaces.
    this.role = new Role(this, 'Role', {
      description: `MRT API, stage ${config.stage}: publishes the keys`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        own: new PolicyDocument({
          statements: [
            writeLines(logGroup),
            ...keyBucket.writeStatements(),
            ...(keyPairs === null ? [] : [keyPairs.writeStatement()]),
          ],
        }),
      },
    });
    declareActions(this.role, {
      named: [...LOG_ACTIONS, 's3:GetObject', 's3:PutObject', 's3:ListBucket', ...keyBucket.keyActions('write')],
    });
    this.lambda = new NodejsFunction(this, 'Function', {
      ...FUNCTION_DEFAULTS,
      description: `MRT API, stage ${config.stage}: Cognito's keys and the signing keys into the key bucket`,
      code: bundle('publisher/handler.ts', config, {
        [BUNDLE_FILES.settings]: JSON.stringify({
          stage: config.stage,
          ...(keyPairs !== null && { key_sets: keyPairs.sets }),
        }),
      }),
      environment: {
        [VARIABLES.userPoolId]: userPool.userPoolId,
        [VARIABLES.keyBucket]: keyBucket.bucket.bucketName,
      },
      role: this.role,
      logGroup,
      // It waits for Cognito and S3; a quarter of a gigabyte starts the clients in well under a second.
      memorySize: 256,
      timeout: Duration.minutes(1),
    });
    // Two more tries are EventBridge's; after that the next run does the same.
    new Rule(this, 'Schedule', {
      description: 'Cognito rotates its keys without notice; API Gateway itself keeps them for up to two hours',
      schedule: Schedule.rate(Duration.minutes(15)),
      targets: [new LambdaFunction(this.lambda, { retryAttempts: 2 })],
    });
    // Once within each creation of the stack, so that it is not ready before its keys are there.
    new CustomResource(this, 'FirstKeys', {
      serviceToken: this.lambda.functionArn,
      resourceType: 'Custom::MrtKeys',
      // A function that cannot even start answers nobody, and the stack would wait an hour for it. Lambda tries such an
      // event again after one minute, which is within these.
      serviceTimeout: Duration.minutes(5),
      // Another property is an update, which publishes: new sets are there before anybody signs with them.
      ...(keyPairs !== null && { properties: { KeySets: keyPairs.sets } }),
    });
  }
}
