/**
 * Which service of AWS acts on which other, and the statement of the template that lets it: nothing that one service does to
 * another happens without one. A test walks every configuration.
 */

/** A resource of a template. */
export interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: properties have no types; a wrong one is an act without a statement
  Properties: Record<string, any>;
}
type Resources = Record<string, Resource>;
type Reference = { Ref?: string; 'Fn::GetAtt'?: [string, string] };

/** One act, and what allows it. */
export interface Act {
  /** Who acts: `apigateway.amazonaws.com`. */
  service: string;
  /** Type of the resource that makes it act, and of the one that it acts on. */
  because: string;
  on: string;
  /** The action of the statement, and the condition or trust that narrows it. */
  action: string;
  allowedBy: string;
  /** The resource that makes it act, by its logical id. */
  id: string;
}

/**
 * Every act of the template.
 *
 * @throws Error that names the first act that no statement allows
 */
export function actsIn(resources: Resources): Act[] {
  return Object.entries(resources).flatMap(([id, resource]) => {
    const walk = WALKS[resource.Type];
    return walk === undefined ? [] : walk(resource.Properties, id, resources);
  });
}

type Walk = (properties: Resource['Properties'], id: string, resources: Resources) => Act[];

/** By the type of the resource that makes a service act. */
const WALKS: Record<string, Walk> = {
  'AWS::ApiGatewayV2::Integration': ({ IntegrationUri, ApiId }, id, all) => [
    invocation('apigateway.amazonaws.com', IntegrationUri, ApiId, id, all),
  ],
  'AWS::Events::Rule': ({ Targets }, id, all) =>
    Targets.map(({ Arn }: { Arn: Reference }) => invocation('events.amazonaws.com', Arn, { Ref: id }, id, all)),
  // By one permission, for all log groups of the stack.
  'AWS::Logs::SubscriptionFilter': ({ DestinationArn }, id, all) => [
    invocation('logs.amazonaws.com', DestinationArn, null, id, all),
  ],
  'AWS::Cognito::UserPool': ({ LambdaConfig = {} }, id, all) =>
    Object.values<{ LambdaArn: Reference }>(LambdaConfig).map(({ LambdaArn }) =>
      invocation('cognito-idp.amazonaws.com', LambdaArn, { Ref: id }, id, all),
    ),
  'AWS::S3::Bucket': ({ LoggingConfiguration, ReplicationConfiguration }, id, all) => [
    ...(ReplicationConfiguration === undefined
      ? []
      : [roleAct('s3.amazonaws.com', 's3:ReplicateObject', ReplicationConfiguration.Role, id, all)]),
    ...(LoggingConfiguration === undefined
      ? []
      : [
          policyAct('logging.s3.amazonaws.com', 's3:PutObject', id, all, {
            on: LoggingConfiguration.DestinationBucketName,
            type: 'AWS::S3::BucketPolicy',
            holders: ({ Bucket }) => [Bucket],
          }),
        ]),
  ],
  'AWS::CloudWatch::Alarm': ({ AlarmActions = [], OKActions = [] }, id, all) =>
    [...AlarmActions, ...OKActions].map((on: Reference) =>
      policyAct('cloudwatch.amazonaws.com', 'sns:Publish', id, all, {
        on,
        type: 'AWS::SNS::TopicPolicy',
        holders: ({ Topics }) => Topics,
      }),
    ),
  'AWS::EC2::FlowLog': ({ DeliverLogsPermissionArn }, id, all) => [
    roleAct('vpc-flow-logs.amazonaws.com', 'logs:PutLogEvents', DeliverLogsPermissionArn, id, all),
  ],
  'AWS::Lambda::Function': ({ Role }, id, all) => [
    roleAct('lambda.amazonaws.com', 'logs:PutLogEvents', Role, id, all),
    ...(all[id]?.Properties['VpcConfig'] === undefined
      ? []
      : [roleAct('lambda.amazonaws.com', 'ec2:CreateNetworkInterface', Role, id, all)]),
  ],
  'AWS::CodeDeploy::DeploymentGroup': ({ ServiceRoleArn }, id, all) => [
    roleAct('codedeploy.amazonaws.com', 'lambda:UpdateAlias', ServiceRoleArn, id, all),
  ],
};

/** A function, or its alias, that a service may invoke for the source and for nothing else; `null`: for the stack's own. */
function invocation(service: string, on: Reference, source: Reference | null, id: string, all: Resources): Act {
  const permission = Object.values(all).find(
    ({ Type, Properties }) =>
      Type === 'AWS::Lambda::Permission' &&
      Properties['Principal'] === service &&
      targetOf(Properties['FunctionName']) === targetOf(on) &&
      (source === null
        ? Properties['SourceAccount'] !== undefined
        : JSON.stringify(Properties['SourceArn']).includes(`"${targetOf(source)}"`)),
  );
  if (permission === undefined) throw new Error(`${id}: nothing lets ${service} invoke ${targetOf(on)}`);
  const action = permission.Properties['Action'];
  const narrowed = source === null ? 'log groups of this stack only' : 'this source only';
  return act(service, action, id, all, { on, allowedBy: `permission of the function, for ${narrowed}` });
}

/** A resource whose own policy lets the service in, for this account. */
function policyAct(
  service: string,
  action: string,
  id: string,
  all: Resources,
  { on, type, holders }: { on: Reference; type: string; holders: (properties: Resource['Properties']) => Reference[] },
): Act {
  const statements = Object.values(all)
    .filter(
      ({ Type, Properties }) => Type === type && holders(Properties).some((one) => targetOf(one) === targetOf(on)),
    )
    .flatMap(({ Properties }) => Properties['PolicyDocument'].Statement);
  const allowing = statements.find(
    ({ Effect, Action, Principal }) =>
      Effect === 'Allow' && [Action].flat().includes(action) && [Principal.Service].flat().includes(service),
  );
  if (allowing?.Condition?.StringEquals?.['aws:SourceAccount'] === undefined) {
    throw new Error(`${id}: nothing lets ${service} do ${action} on ${targetOf(on)} for this account only`);
  }
  return act(service, action, id, all, { on, allowedBy: `${noun(type)}, for this account only` });
}

/** A role that the service takes on, and that allows the action. */
function roleAct(service: string, action: string, role: Reference, id: string, all: Resources): Act {
  const roleId = targetOf(role);
  const { AssumeRolePolicyDocument, Policies = [] } = all[roleId]?.Properties ?? {};
  const trusted = (AssumeRolePolicyDocument?.Statement ?? []).some(
    ({ Principal }: { Principal: { Service?: string } }) => Principal.Service === service,
  );
  const attached = Object.values(all).filter(
    ({ Type, Properties }) =>
      Type === 'AWS::IAM::Policy' && Properties['Roles'].some((one: Reference) => targetOf(one) === roleId),
  );
  const statements = [...Policies, ...attached.map(({ Properties }) => Properties)].flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );
  const allowing = statements.find(({ Effect, Action }) => Effect === 'Allow' && [Action].flat().includes(action));
  if (!trusted || allowing === undefined) throw new Error(`${id}: its role does not let ${service} do ${action}`);
  return act(service, action, id, all, { on: [allowing.Resource].flat()[0], allowedBy: 'role that it takes on' });
}

function act(
  service: string,
  action: string,
  id: string,
  all: Resources,
  { on, allowedBy }: { on: Reference | string; allowedBy: string },
): Act {
  const target = typeof on === 'string' ? undefined : all[targetOf(on)];
  return {
    service,
    action,
    allowedBy,
    id,
    because: noun(all[id]?.Type ?? ''),
    on: noun(target?.Type ?? on.toString()),
  };
}

/** Logical id that a reference leads to. */
function targetOf(reference: Reference): string {
  return reference.Ref ?? reference['Fn::GetAtt']?.[0] ?? JSON.stringify(reference);
}

/** `AWS::SNS::TopicPolicy` → `SNS TopicPolicy`; what is no type, such as a bucket elsewhere, stays as it is. */
function noun(type: string): string {
  return type.startsWith('AWS::') ? type.slice('AWS::'.length).replace('::', ' ') : type;
}
