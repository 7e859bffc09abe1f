/** What a person or `npm run smoke` needs to know after a deployment. No secret is among them. */
import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';
import type { KeyBucket } from './identity/key-bucket.ts';
import type { Identity } from './identity/user-pool.ts';
import type { Network } from './network/network.ts';

/** One function of the stack, by the name that people call it. */
export interface NamedFunction {
  /** The route's, or `publisher`. */
  name: string;
  role: IRole;
  lambda: NodejsFunction;
}

export interface OutputsProps {
  /** Of the API and of the token endpoint. */
  addresses: { api: string; tokenEndpoint: string };
  /** What the owner of a zone elsewhere points a CNAME to; `null` where the stack made the record. */
  domainTarget: string | null;
  /** Whose versions the runbook brings back. */
  keyBucket: KeyBucket;
  /** Pool and clients. */
  identity: Identity;
  /** Its security groups, which owners of databases and endpoints have to let in. */
  network: Network;
  /** Their roles, which owners of buckets and keys have to let in; their names and log groups, which the runbook asks for. */
  functions: NamedFunction[];
}

/** Named outputs of the stack; `npm run deploy` writes them to `.deploy/<stage>.json`. */
export class Outputs extends Construct {
  constructor(scope: Construct, id: string, props: OutputsProps) {
    super(scope, id);
    const { addresses, domainTarget, identity, keyBucket, network, functions } = props;
    const byName = (attribute: (item: NamedFunction) => string) =>
      Stack.of(this).toJsonString(Object.fromEntries(functions.map((item) => [item.name, attribute(item)])));
    // JSON in one text, by name: what there is of it depends on the configuration and on the route table.
    const values = {
      ApiAddress: addresses.api,
      ...(domainTarget !== null && { DomainTarget: domainTarget }),
      TokenEndpoint: addresses.tokenEndpoint,
      UserPoolId: identity.userPool.userPoolId,
      ClientIds: Stack.of(this).toJsonString(
        Object.fromEntries([...identity.machines].map(([name, client]) => [name, client.userPoolClientId])),
      ),
      ...(identity.people && { PeopleClientId: identity.people.userPoolClientId }),
      RoleArns: byName(({ role }) => role.roleArn),
      FunctionNames: byName(({ lambda }) => lambda.functionName),
      KeyBucketName: keyBucket.bucket.bucketName,
      LogGroups: byName(({ lambda }) => lambda.logGroup.logGroupName),
      SecurityGroupIds: Stack.of(this).toJsonString(network.securityGroupIds()),
    };
    for (const [name, value] of Object.entries(values)) {
      // Tools look outputs up by these names.
      new CfnOutput(this, name, { value }).overrideLogicalId(name);
    }
  }
}
