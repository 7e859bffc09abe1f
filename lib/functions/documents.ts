/** The function of what anybody may read: the OpenAPI document and the pages of the problems. */
import { readFileSync } from 'node:fs';
import { Duration } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from '../../config/schema.ts';
import { BUNDLE_FILES } from '../../lambdas/contract.ts';
import type { DocumentsSettings } from '../../lambdas/documents/settings.ts';
import { logGroupProps, writeLines } from '../log-group.ts';
import type { Network } from '../network/network.ts';
import { declareActions, LOG_ACTIONS } from '../permissions/declared-actions.ts';
import { bundle, FUNCTION_DEFAULTS } from './bundle.ts';
import { type Grants, INTERFACE_ACTIONS } from './grants.ts';
import { servedDocument } from './served-document.ts';

/** `npm run generate` writes it from the route table. */
const OPENAPI = new URL('../../docs/openapi.json', import.meta.url);

export interface DocumentsProps {
  config: Config;
  /** Where it runs: nobody who takes it over finds a way out. */
  network: Network;
  /** What it may do. */
  grants: Grants;
}

/** Its role writes its log lines, and that is all that its code may do. */
export class Documents extends Construct {
  readonly role: Role;
  readonly lambda: NodejsFunction;

  constructor(scope: Construct, id: string, { config, network, grants }: DocumentsProps) {
    super(scope, id);
    // As a route that is open and reads nothing.
    const { statements } = grants.forRoute({ name: 'documents', needs: [], scopes: null });
    const logGroup = new LogGroup(this, 'Log', logGroupProps(this, config));
    this.role = new Role(this, 'Role', {
      description: `MRT API, stage ${config.stage}: documents`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { own: new PolicyDocument({ statements: [writeLines(logGroup), ...statements] }) },
    });
    declareActions(this.role, { named: LOG_ACTIONS, everything: INTERFACE_ACTIONS });
    const settings = settingsOf(config);
    this.lambda = new NodejsFunction(this, 'Function', {
      ...FUNCTION_DEFAULTS,
      description: `MRT API, stage ${config.stage}: documents`,
      code: bundle('documents/handler.ts', config, {
        [BUNDLE_FILES.settings]: JSON.stringify(settings),
        [BUNDLE_FILES.openapi]: servedDocument(readFileSync(OPENAPI, 'utf8'), settings.base_address, config),
      }),
      role: this.role,
      logGroup,
      memorySize: 256,
      // It waits for nobody.
      timeout: Duration.seconds(5),
      vpc: network.vpc,
      vpcSubnets: { subnets: network.subnets },
      securityGroups: network.securityGroupsFor({ needs: [] }),
    });
  }
}

function settingsOf({ stage, domain }: Config): DocumentsSettings {
  return { stage, base_address: domain === 'off' ? null : `https://maas-api.${domain.dns_domain}` };
}
