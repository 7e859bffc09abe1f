/** The function that Cognito asks when people come by their company's provider. */
import { Duration } from 'aws-cdk-lib';
import type { CfnUserPool, UserPool } from 'aws-cdk-lib/aws-cognito';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import { BUNDLE_FILES } from '../../lambdas/contract.ts';
import type { SignInSettings } from '../../lambdas/sign_in/settings.ts';
import { logGroupProps, writeLines } from '../log-group.ts';
import { declareActions, LOG_ACTIONS } from '../permissions/declared-actions.ts';
import { bundle, FUNCTION_DEFAULTS } from './bundle.ts';

type Providers = NonNullable<Exclude<Config['people'], 'off'>['providers']>;

export interface CompanySignInProps {
  config: Config;
  providers: Providers;
  /** The pool that asks it. */
  userPool: UserPool;
}

/** The function where the configuration has providers, else `null`. */
export function companySignIn(scope: Construct, config: Config, userPool: UserPool): CompanySignIn | null {
  const providers = config.people === 'off' ? {} : (config.people.providers ?? {});
  if (Object.keys(providers).length === 0) return null;
  return new CompanySignIn(scope, 'CompanySignIn', { config, providers, userPool });
}

/** Function, the pool's two triggers, and the permission for the pool to call it. It reads nothing and reaches nothing. */
export class CompanySignIn extends Construct {
  readonly role: Role;
  readonly lambda: NodejsFunction;

  constructor(scope: Construct, id: string, { config, providers, userPool }: CompanySignInProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', logGroupProps(this, config));
    this.role = new Role(this, 'Role', {
      description: `MRT API, stage ${config.stage}: groups of people who come by a provider`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { own: new PolicyDocument({ statements: [writeLines(logGroup)] }) },
    });
    declareActions(this.role, { named: LOG_ACTIONS });
    this.lambda = new NodejsFunction(this, 'Function', {
      ...FUNCTION_DEFAULTS,
      description: `MRT API, stage ${config.stage}: the provider's groups into tokens`,
      code: bundle('sign_in/handler.ts', config, {
        [BUNDLE_FILES.settings]: JSON.stringify(settingsOf(config, providers)),
      }),
      role: this.role,
      logGroup,
      memorySize: 256,
      // Cognito waits 5 s, and asks three times at most (Cognito guide, "Lambda triggers").
      timeout: Duration.seconds(5),
    });
    const pool = userPool.node.defaultChild as CfnUserPool;
    const lambdaArn = this.lambda.functionArn;
    pool.lambdaConfig = {
      // Version 2 changes access tokens of people; those of machine clients are not its business.
      preTokenGenerationConfig: { lambdaArn, lambdaVersion: 'V2_0' },
      inboundFederation: { lambdaArn, lambdaVersion: 'V1_0' },
    };
    this.lambda.addPermission('Pool', {
      principal: new ServicePrincipal('cognito-idp.amazonaws.com'),
      sourceArn: userPool.userPoolArn,
    });
  }
}

function settingsOf({ stage }: Config, providers: Providers): SignInSettings {
  return {
    stage,
    providers: Object.fromEntries(
      Object.entries(providers).map(([name, { groups_claim, email_claim, groups }]) => [
        name,
        { groups_claim, email_claim, groups },
      ]),
    ),
  };
}
