/** The canary: a function outside the VPC that asks the API every few minutes, as a client would, by the API's own address. */
import { Duration } from 'aws-cdk-lib';
import type { CfnUserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ConfigError } from '../../config/config-error.ts';
import type { Config } from '../../config/schema.ts';
import type { CanarySettings } from '../../lambdas/canary/settings.ts';
import { BUNDLE_FILES, CANARY_VARIABLES } from '../../lambdas/contract.ts';
import type { Route } from '../../lambdas/route.ts';
import { bundle, FUNCTION_DEFAULTS } from '../functions/bundle.ts';
import type { Identity } from '../identity/user-pool.ts';
import { logGroupProps, writeLines } from '../log-group.ts';
import { declareActions, LOG_ACTIONS } from '../permissions/declared-actions.ts';

export interface CanaryProps {
  config: Config;
  canary: NonNullable<Config['canary']>;
  /** Which paths there are. */
  routes: readonly Route[];
  /** Has the client that it asks as. */
  identity: Identity;
  /** Address of the API, and of the token endpoint, as clients have them. */
  addresses: { api: string; tokenEndpoint: string };
}

/** Function, schedule, and the secret that only this function may read. */
export class Canary extends Construct {
  readonly role: Role;
  readonly lambda: NodejsFunction;

  /** @throws ConfigError when a path is of no route */
  constructor(scope: Construct, id: string, { config, canary, routes, identity, addresses }: CanaryProps) {
    super(scope, id);
    for (const [index, path] of canary.paths.entries()) {
      if (!routes.some((route) => route.path === path.split('?')[0])) {
        throw new ConfigError([`canary.paths.${index}: there is no route ${path.split('?')[0]}`]);
      }
    }
    const client = identity.machines.get(canary.client)?.node.defaultChild as CfnUserPoolClient;
    // Variables can be read by whoever may look at the function, and so hold no secret.
    const secret = new CfnSecret(this, 'ClientSecret', {
      description: `MRT API, stage ${config.stage}: the secret of the client that the canary asks as`,
      secretString: client.attrClientSecret,
    });
    const logGroup = new LogGroup(this, 'Log', logGroupProps(this, config));
    const readSecret = new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.ref] });
    this.role = new Role(this, 'Role', {
      description: `MRT API, stage ${config.stage}: asks the API as a client would`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { own: new PolicyDocument({ statements: [writeLines(logGroup), readSecret] }) },
    });
    declareActions(this.role, { named: [...LOG_ACTIONS, 'secretsmanager:GetSecretValue'] });
    const settings: CanarySettings = { stage: config.stage, paths: canary.paths };
    this.lambda = new NodejsFunction(this, 'Function', {
      ...FUNCTION_DEFAULTS,
      description: `MRT API, stage ${config.stage}: the canary`,
      code: bundle('canary/handler.ts', config, { [BUNDLE_FILES.settings]: JSON.stringify(settings) }),
      environment: {
        [CANARY_VARIABLES.api]: addresses.api,
        [CANARY_VARIABLES.tokenEndpoint]: addresses.tokenEndpoint,
        [CANARY_VARIABLES.clientId]: client.ref,
        [CANARY_VARIABLES.secret]: secret.ref,
      },
      role: this.role,
      logGroup,
      memorySize: 256,
      // Two open questions, a token, and five paths, each waited for as long as the gateway waits.
      timeout: Duration.minutes(5),
    });
    new Rule(this, 'Schedule', {
      description: 'Where nobody asks, nobody notices an outage',
      schedule: Schedule.rate(Duration.minutes(canary.every_minutes)),
      targets: [new LambdaFunction(this.lambda, { retryAttempts: 0 })],
    });
  }
}
