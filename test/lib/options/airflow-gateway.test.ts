import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../config/read.ts';
import type { ConfigInput } from '../../../config/schema.ts';
import { gatewaySettingsOf } from '../../../lib/airflow/settings.ts';
import { configFile, list, type Properties, type Resource, templateOf } from '../template.ts';

const options = configFile('example-options');
/** The gateway as the example of all options has it, in a stage without the others. */
const withGateway = (airflow = options.airflow): ConfigInput => ({
  ...configFile('example'),
  environments: { ...configFile('example').environments, 'etl-prod': options.environments['etl-prod'] as never },
  callers: {
    clients: {
      ...configFile('example').callers.clients,
      'etl-trigger': options.callers.clients['etl-trigger'] as never,
    },
  },
  people: 'off',
  ...(airflow && { airflow }),
});
const template = templateOf(withGateway());
const functionNamed = (ending: string) =>
  template
    .ofType('AWS::Lambda::Function')
    .find(([, { Properties }]) => String(Properties['Description']).endsWith(ending)) as [string, Resource];
const roleOf = ({ Properties }: Resource) => template.resources[Properties['Role']['Fn::GetAtt'][0]] as Resource;
const [readerId, reader] = functionNamed('reads Airflows for callers of the gateway');
const [starterId, starter] = functionNamed('starts runs for callers of the gateway');
const [, authorizer] = functionNamed('says whose a token is');
const callerRole = (name: string) =>
  template
    .ofType('AWS::IAM::Role')
    .find(([, { Properties }]) => String(Properties['Description']).endsWith(`Airflow gateway, ${name}`)) as [
    string,
    Resource,
  ];
const trustOf = (name: string) => callerRole(name)[1].Properties['AssumeRolePolicyDocument'].Statement;
const output = (name: string) => JSON.stringify(JSON.parse(template.text).Outputs[name].Value);

describe('the API', () => {
  const [, api] = template.only('AWS::ApiGateway::RestApi');
  const [endpointId] = template
    .ofType('AWS::EC2::VPCEndpoint')
    .find(([, { Properties }]) => Properties['ServiceName'] === 'com.amazonaws.eu-west-1.execute-api') as [
    string,
    Resource,
  ];
  const policy: Properties[] = api.Properties['Policy'].Statement;

  test('is private, and comes by the endpoints that are named and no other', () => {
    expect(api.Properties['EndpointConfiguration']).toEqual({
      Types: ['PRIVATE'],
      VpcEndpointIds: [{ Ref: endpointId }],
    });
    expect(policy).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Resource: 'execute-api:/*',
        Condition: { StringNotEquals: { 'aws:SourceVpce': [{ Ref: endpointId }, 'vpce-0a1b2c3d4e5f60720'] } },
      }),
    );
  });

  test('allows nothing by itself on the way of signatures, where its word would be enough, and refuses all but its roles', () => {
    const allowed = policy.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.map(({ Resource: resource }) => resource)).toEqual(['execute-api:/*/*/airflow/*']);
    const roles = ['gitlab-runner', 'app-server', 'batch', 'partner'].map((name) => callerRole(name)[0]);
    const refused = policy.filter((statement) => statement['Resource'] === 'execute-api:/*/*/iam/*');
    expect(refused.map(({ Effect, Condition }) => [Effect, Condition])).toEqual([
      ['Deny', { ArnNotEquals: { 'aws:PrincipalArn': roles.map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] })) } }],
      ['Deny', { StringNotEquals: { 'aws:PrincipalAccount': '111122223333' } }],
    ]);
  });

  test('has GET and POST on two ways, closed by the authorizer and by IAM', () => {
    const methods = template.ofType('AWS::ApiGateway::Method').map(([, { Properties }]) => Properties);
    expect(new Set(methods.map(({ HttpMethod, AuthorizationType }) => `${HttpMethod} ${AuthorizationType}`))).toEqual(
      new Set(['GET AWS_IAM', 'GET CUSTOM', 'POST AWS_IAM', 'POST CUSTOM']),
    );
    expect(methods).toHaveLength(4);
    for (const { HttpMethod, Integration } of methods) {
      expect(JSON.stringify(Integration['Uri'])).toContain(HttpMethod === 'GET' ? readerId : starterId);
    }
  });

  test('hands each answer on as it comes, for as long as Lambda takes for its most', () => {
    for (const [, { Properties }] of template.ofType('AWS::ApiGateway::Method')) {
      const { Uri, ResponseTransferMode, TimeoutInMillis } = Properties['Integration'];
      expect(ResponseTransferMode).toBe('STREAM');
      // Another way of invoking: API Gateway guide, "Set up a Lambda proxy integration with payload response streaming".
      expect(JSON.stringify(Uri)).toMatch(/:lambda:path\/2021-11-15\/functions\/.*\/response-streaming-invocations"/);
      const { Timeout } = (Properties['HttpMethod'] === 'GET' ? reader : starter).Properties;
      expect(TimeoutInMillis).toBe((Timeout + 1) * 1000);
    }
    // 6 MB at once, and the rest of 200 MB at 2 MB a second (Lambda developer guide, "Response streaming").
    expect(reader.Properties['Timeout']).toBeGreaterThan(27 + (200 - 6) / 2);
  });

  test('slows each method, reads and starts apart', () => {
    const [, stage] = template.only('AWS::ApiGateway::Stage');
    expect(stage.Properties['MethodSettings']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          HttpMethod: 'POST',
          ResourcePath: '/~1airflow~1{environment}~1{proxy+}',
          ThrottlingRateLimit: 10,
          ThrottlingBurstLimit: 60,
        }),
        expect.objectContaining({
          HttpMethod: 'GET',
          ResourcePath: '/~1iam~1{environment}~1{proxy+}',
          ThrottlingRateLimit: 20,
        }),
      ]),
    );
  });

  test('logs each request and no header or body', () => {
    const [, stage] = template.only('AWS::ApiGateway::Stage');
    expect(stage.Properties['AccessLogSetting'].Format).not.toMatch(/authorizer\.claims|Authorization|token/i);
    expect(JSON.stringify(stage.Properties['MethodSettings'])).not.toMatch(
      /"LoggingLevel":"(INFO|ERROR)"|"DataTraceEnabled":true/,
    );
  });

  test('has no POST where nobody may start a run, and no way of signatures without a role', () => {
    const { access: _, roles: __, pipelines: ___, clients: ____, ...bare } = options.airflow ?? {};
    const readers = templateOf(withGateway({ ...bare, private_zone: false }));
    expect(readers.ofType('AWS::ApiGateway::Method').map(([, { Properties }]) => Properties['HttpMethod'])).toEqual([
      'GET',
    ]);
    expect(readers.text).not.toContain('starts runs for callers');
    expect(readers.text).not.toContain('/iam/');
    expect(readers.text).not.toMatch(/role\/etl-prod\/User/);
  });
});

describe('the functions', () => {
  const mwaa = (resource: Resource) =>
    template.statementsOf(roleOf(resource)).filter(({ Action }) => list(Action).includes('airflow:InvokeRestApi'));

  test('that reads comes in as Viewer, and that starts runs as User: neither may be the other', () => {
    const roleArn = (name: string) => `arn:aws:airflow:eu-west-1:111122223333:role/etl-prod/${name}`;
    expect(mwaa(reader).map(({ Resource: resource }) => resource)).toEqual([roleArn('Viewer')]);
    expect(mwaa(starter).map(({ Resource: resource }) => resource)).toEqual([roleArn('User')]);
  });

  test('that says whose a token is stands outside the VPC, and may write its log and nothing else', () => {
    expect(authorizer.Properties['VpcConfig']).toBeUndefined();
    const actions = template.statementsOf(roleOf(authorizer)).flatMap(({ Action }) => list(Action));
    expect(new Set(actions)).toEqual(new Set(['logs:CreateLogStream', 'logs:PutLogEvents']));
  });

  test('are told of callers and Airflows, and of no database, bucket or address that they do not need', () => {
    const config = parseConfig(withGateway());
    const airflow = config.airflow as NonNullable<typeof config.airflow>;
    const settings = gatewaySettingsOf(config, airflow, 'GET');
    expect(Object.keys(settings.callers.pipelines)).toEqual(['data-etl']);
    expect(settings.callers.clients).toEqual({
      'etl-trigger': {
        scopes: ['mrt/airflow.read', 'mrt/airflow.trigger'],
        environments: ['etl-prod'],
        dags: ['sales_*'],
      },
    });
    expect(settings.environments['shop-prod']).toEqual({ labels: expect.anything(), airflow: null });
    expect(settings.environments['etl-prod']?.airflow?.mwaa?.role).toBe('Viewer');
    const starting = gatewaySettingsOf(config, airflow, 'POST');
    expect(starting.environments['etl-prod']?.airflow?.mwaa?.role).toBe('User');
  });
});

describe('with tenants', () => {
  const both = ['mrt/airflow.read', 'mrt/airflow.trigger'];
  /** A second Airflow, and two banks with an Airflow each, whose callers' entries say `*`. */
  const banks = () => {
    // biome-ignore lint/suspicious/noExplicitAny: a configuration to be changed anywhere
    const config = configFile('example-options') as any;
    const own = (config.environments['etl-own'] ?? {}) as object;
    config.environments['etl-acc'] = { ...own, labels: { stage: 'acc' } };
    const entry = { issuer: 'gitlab', project_path: 'bank/etl', scopes: both, environments: ['etl-*'], dags: ['*'] };
    config.airflow.pipelines['bank-etl'] = entry;
    config.airflow.roles['bank-batch'] = {
      ...{ trust: 'service', service: 'ecs-tasks', scopes: both, environments: ['etl-*'], dags: ['*'] },
      mwaa_role: 'Viewer',
    };
    config.callers.clients['bank-client'] = { scopes: both, environments: ['*'] };
    config.tenants.bank = {
      environments: ['etl-acc'],
      callers: { clients: ['bank-client'], pipelines: ['bank-etl'], roles: ['bank-batch'] },
      isolation: 'rights',
    };
    config.operator.environments = ['etl-prod', 'etl-own', 'yard-prod'];
    return config;
  };

  test('callers, pipelines and roles of a tenant mean its own environments, whatever their patterns say', () => {
    const config = parseConfig(banks());
    const { callers } = gatewaySettingsOf(config, config.airflow as NonNullable<typeof config.airflow>, 'POST');
    expect(callers.clients['bank-client']?.environments).toEqual(['etl-acc']);
    expect(callers.pipelines['bank-etl']?.environments).toEqual(['etl-acc']);
    expect(callers.roles['bank-batch']?.environments).toEqual(['etl-acc']);
    expect(callers.groups['operators']?.tenant).toBeNull();
  });

  test('a tenant’s role may call the paths of its own environments, and take no role of another’s Airflow', () => {
    const text = JSON.stringify(
      templateOf(banks())
        .ofType('AWS::IAM::Policy')
        .filter(([id]) => /bankbatch/.test(id)),
    );
    expect(text).toContain('/GET/iam/etl-acc/*');
    expect(text).not.toMatch(/etl-prod|etl-own/);
  });

  // biome-ignore lint/suspicious/noExplicitAny: a configuration to be made wrong anywhere
  test.each<[string, (config: any) => void, string]>([
    [
      'a pipeline of nobody',
      (c) => delete c.tenants.bank.callers.pipelines,
      'airflow.pipelines.bank-etl: belongs to nobody',
    ],
    [
      'a role of two',
      (c) => c.operator.callers.roles.push('bank-batch'),
      'airflow.roles.bank-batch: belongs to bank and operator',
    ],
    [
      'a pipeline that is not there',
      (c) => c.tenants.bank.callers.pipelines.push('x'),
      'tenants.bank.callers.pipelines.1: airflow.pipelines has no x',
    ],
    [
      'a role that names another’s Airflow',
      (c) => {
        c.airflow.roles['bank-batch'].environments = ['etl-prod'];
      },
      'airflow.roles.bank-batch.environments.0: etl-prod is no environment of bank, whose caller this is',
    ],
  ])('%s stops synthesis', (_, change, fault) => {
    const config = banks();
    change(config);
    expect(() => parseConfig(config)).toThrow(
      expect.objectContaining({ faults: expect.arrayContaining([expect.stringContaining(fault)]) }),
    );
  });
});

describe('a role', () => {
  test('of a GitLab runner is federated: audience, project and branch, and no external id', () => {
    expect(trustOf('gitlab-runner')).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: expect.anything() },
        Condition: {
          StringEquals: {
            'gitlab.example.com:aud': 'https://airflow.full.example.com',
            'gitlab.example.com:sub': ['project_path:data/etl:ref_type:branch:ref:main'],
          },
        },
      },
    ]);
  });

  test('of an instance has its profile; that of batch is taken for this account alone', () => {
    expect(trustOf('app-server')[0].Principal).toEqual({ Service: 'ec2.amazonaws.com' });
    expect(template.only('AWS::IAM::InstanceProfile')[1].Properties['Roles']).toEqual([
      { Ref: callerRole('app-server')[0] },
    ]);
    expect(trustOf('batch')[0]).toMatchObject({
      Principal: { Service: 'ecs-tasks.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
    });
  });

  test('for another account is for one role there, with the external id, and with session tags where asked', () => {
    expect(trustOf('partner')).toEqual([
      {
        Effect: 'Allow',
        Action: ['sts:AssumeRole', 'sts:TagSession'],
        Principal: { AWS: 'arn:aws:iam::987654321098:root' },
        Condition: {
          ArnEquals: { 'aws:PrincipalArn': ['arn:aws:iam::987654321098:role/EC2-CrossAccount-Role'] },
          StringEquals: { 'sts:ExternalId': 'external-app-12345' },
        },
      },
    ]);
  });

  test('may call its environments’ paths and no others, and MWAA itself only where that is configured', () => {
    for (const name of ['gitlab-runner', 'app-server', 'batch', 'partner']) {
      const [id] = callerRole(name);
      const policies = template
        .ofType('AWS::IAM::Policy')
        .filter(([, { Properties }]) => JSON.stringify(Properties['Roles']).includes(id));
      const resources = policies.flatMap(([, { Properties }]) =>
        Properties['PolicyDocument'].Statement.flatMap((statement: Properties) => {
          expect(statement['Action']).toBe('execute-api:Invoke');
          return list(statement['Resource']).map((resource) => JSON.stringify(resource));
        }),
      );
      expect(resources).toHaveLength(2);
      for (const resource of resources) expect(resource).toMatch(/\/prod\/(GET|POST)\/iam\/etl-prod\/\*/);
    }
    const direct = (name: string) => JSON.stringify(callerRole(name)[1].Properties['Policies'] ?? []);
    expect(direct('batch')).toContain('role/etl-prod/Viewer');
    expect(direct('batch')).toContain('airflow:InvokeRestApi');
    expect(direct('gitlab-runner') + direct('app-server') + direct('partner')).not.toContain('airflow:');
  });
});

describe('the networks', () => {
  const routes = template.ofType('AWS::EC2::Route').map(([, { Properties }]) => Properties);

  test('come in at the endpoint on port 443, each by its range', () => {
    const [, group] = template
      .ofType('AWS::EC2::SecurityGroup')
      .find(([, { Properties }]) => String(Properties['GroupDescription']).startsWith('Airflow gateway: the net')) as [
      string,
      Resource,
    ];
    expect(
      group.Properties['SecurityGroupIngress'].map((rule: Properties) => [
        rule['CidrIp'],
        rule['FromPort'],
        rule['ToPort'],
      ]),
    ).toEqual(['192.168.100.0/24', '10.2.0.0/16', '10.3.0.0/16', '10.4.0.0/16'].map((cidr) => [cidr, 443, 443]));
  });

  test('at one transit gateway share the VPC’s one attachment, and routes wait for it', () => {
    const [attachment, { Properties }] = template.only('AWS::EC2::TransitGatewayVpcAttachment');
    expect(Properties['SubnetIds']).toHaveLength(2);
    const through = template
      .ofType('AWS::EC2::Route')
      .filter(([, route]) => route.Properties['TransitGatewayId'] === 'tgw-0a1b2c3d4e5f60701');
    expect(through.map(([, route]) => route.Properties['DestinationCidrBlock'])).toEqual(
      ['192.168.100.0/24', '10.3.0.0/16', '10.4.0.0/16'].flatMap((cidr) => [cidr, cidr]),
    );
    for (const [, { DependsOn }] of through) expect(DependsOn).toEqual([attachment]);
  });

  test('by peering have routes on both sides, since both are ours', () => {
    const [peering] = template.only('AWS::EC2::VPCPeeringConnection');
    const peered = routes.filter((route) => route['VpcPeeringConnectionId']?.Ref === peering);
    expect(peered.map((route) => [route['RouteTableId'], route['DestinationCidrBlock']])).toEqual([
      ['rtb-0a1b2c3d4e5f60711', '10.2.0.0/16'],
      ['rtb-0a1b2c3d4e5f60712', '10.2.0.0/16'],
      ['rtb-0a1b2c3d4e5f60702', '10.1.0.0/16'],
    ]);
  });

  test('of another account get the transit gateway shared, within the organisation', () => {
    expect(template.only('AWS::RAM::ResourceShare')[1].Properties).toMatchObject({
      Principals: ['987654321098'],
      ResourceArns: ['arn:aws:ec2:eu-west-1:111122223333:transit-gateway/tgw-0a1b2c3d4e5f60701'],
      AllowExternalPrincipals: false,
    });
  });

  test('find the API by its own name in a private zone, and other REST APIs as ever', () => {
    const [, zone] = template.only('AWS::Route53::HostedZone');
    expect(JSON.stringify(zone.Properties['Name'])).toContain('.execute-api.eu-west-1.amazonaws.com');
    // Of another account’s VPC the authorisation is an output: no resource makes it.
    expect(zone.Properties['VPCs'].map((vpc: Properties) => vpc['VPCId'])).toEqual([
      'vpc-0a1b2c3d4e5f60718',
      'vpc-0a1b2c3d4e5f60702',
      'vpc-0a1b2c3d4e5f60703',
    ]);
    const [, resolver] = template.only('AWS::Route53Resolver::ResolverEndpoint');
    expect(resolver.Properties).toMatchObject({ Direction: 'INBOUND' });
    const endpoints = template.ofType('AWS::EC2::VPCEndpoint').map(([, { Properties }]) => Properties);
    expect(endpoints.find(({ ServiceName }) => ServiceName.endsWith('execute-api'))?.['PrivateDnsEnabled']).toBe(false);
  });

  test('are told what the others must do, in words', () => {
    expect(output('AirflowAccessheadquarters')).toMatch(
      /Firewall: .*443.*192\.168\.100\.0\/24 to 10\.1\.0\.0\/16.*DNS: forward/,
    );
    expect(output('AirflowAccessvpca')).toMatch(/Security groups of the callers: TCP 443 out to 10\.1\.0\.0\/16/);
    expect(output('AirflowAccessvpcb')).toContain("Attach the callers' VPC to tgw-0a1b2c3d4e5f60701");
    expect(output('AirflowAccessvpcc')).toMatch(/create-vpc-association-authorization.*associate-vpc-with-hosted-zone/);
  });
});
