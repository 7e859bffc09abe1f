/** The function of `/.well-known/jwks.json`: the public halves of the key pairs, for anybody who has something to verify. */
import { Duration } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import { BUNDLE_FILES, VARIABLES } from '../../lambdas/contract.ts';
import type { KeyBucket } from '../identity/key-bucket.ts';
import { logGroupProps, writeLines } from '../log-group.ts';
import type { Network } from '../network/network.ts';
import { declareActions, LOG_ACTIONS } from '../permissions/declared-actions.ts';
import type { KeyPairObjects } from '../signing/key-pair-objects.ts';
import { bundle, FUNCTION_DEFAULTS } from './bundle.ts';
import { type Grants, INTERFACE_ACTIONS } from './grants.ts';

export interface PublicKeysProps {
  config: Config;
  /** Where it runs: nobody who takes it over finds a way out. */
  network: Network;
  /** What every function may do. */
  grants: Grants;
  /** Where the keys are. */
  keyBucket: KeyBucket;
  keyPairs: KeyPairObjects;
}

/** Its role reads one object, in which nothing is secret. */
export class PublicKeys extends Construct {
  readonly role: Role;
  readonly lambda: NodejsFunction;

  constructor(scope: Construct, id: string, { config, network, grants, keyBucket, keyPairs }: PublicKeysProps) {
    super(scope, id);
    // As a route that is open and reads nothing.
    const { statements } = grants.forRoute({ name: 'public_keys', needs: [], scopes: null });
    const logGroup = new LogGroup(this, 'Log', logGroupProps(this, config));
    this.role = new Role(this, 'Role', {
      description: `MRT API, stage ${config.stage}: public keys`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        own: new PolicyDocument({
          statements: [
            writeLines(logGroup),
            keyPairs.publicStatement(),
            ...keyBucket.keyStatements('read'),
            ...statements,
          ],
        }),
      },
    });
    declareActions(this.role, {
      named: [...LOG_ACTIONS, 's3:GetObject', ...keyBucket.keyActions('read')],
      everything: INTERFACE_ACTIONS,
    });
    this.lambda = new NodejsFunction(this, 'Function', {
      ...FUNCTION_DEFAULTS,
      description: `MRT API, stage ${config.stage}: public keys`,
      code: bundle('public_keys/handler.ts', config, {
        [BUNDLE_FILES.settings]: JSON.stringify({ stage: config.stage, region: config.region }),
      }),
      environment: { [VARIABLES.keyBucket]: keyBucket.bucket.bucketName },
      role: this.role,
      logGroup,
      memorySize: 256,
      // One object of S3, and nobody else to wait for.
      timeout: Duration.seconds(10),
      vpc: network.vpc,
      vpcSubnets: { subnets: network.subnets },
      securityGroups: network.securityGroupsFor({ needs: [] }),
    });
  }
}
