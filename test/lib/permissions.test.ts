import { describe, expect, test } from 'vitest';
import { VARIABLES } from '../../lambdas/contract.ts';
import { CHANGES, historyPrefix, latestKey } from '../../lambdas/record/layout.ts';
import { configFile, list, routesOf, type Statement, type Template, templateOf } from './template.ts';

const examples = [
  ['example', templateOf(configFile('example'))],
  ['example-new', templateOf(configFile('example-new'))],
  ['local', templateOf(configFile('local'))],
] as const;
const existing = examples[0][1];
const fresh = examples[1][1];
const local = examples[2][1];

/** Every `*` as a resource that is allowed, with its reason. */
const WILDCARD_RESOURCES: Record<string, string> = {
  'ec2:AssignPrivateIpAddresses': 'network interfaces of the function, made by Lambda; denied to its code',
  'ec2:CreateNetworkInterface': 'as above',
  'ec2:DeleteNetworkInterface': 'as above',
  'ec2:DescribeNetworkInterfaces': 'as above',
  'ec2:DescribeSubnets': 'as above',
  'ec2:UnassignPrivateIpAddresses': 'as above',
  'cloudwatch:GetMetricData': 'knows no resources',
  'cloudwatch:ListMetrics': 'knows no resources',
};

const ASKING_REPORTS = [
  'athena:StartQueryExecution',
  'athena:GetQueryExecution',
  'athena:StopQueryExecution',
  'glue:GetDatabase',
  'glue:GetTable',
  's3:GetObject',
  's3:ListBucket',
  's3:GetBucketLocation',
  's3:PutObject',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
  's3:ListBucketMultipartUploads',
];

/** Which actions come with which source of the route table. */
const ACTIONS: Record<string, string[]> = {
  bucket_metrics: ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics'],
  database_metrics: ['cloudwatch:GetMetricData'],
  bucket_listing: [
    's3:ListBucket',
    's3:ListBucketVersions',
    's3:ListBucketMultipartUploads',
    's3:ListMultipartUploadParts',
  ],
  bucket_inventory: [...ASKING_REPORTS, 'athena:GetQueryResults'],
  file_inventory: ASKING_REPORTS,
  file_listing: ['s3:ListBucket'],
  database: ['rds-db:connect'],
  constants: ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket', 'kms:Decrypt'],
  airflow: ['airflow:InvokeRestApi', 'airflow:CreateWebLoginToken', 'airflow:GetEnvironment'],
  airflow_metrics: ['cloudwatch:GetMetricData'],
};
const EVERY_FUNCTION = [
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  's3:GetObject',
  ...Object.keys(WILDCARD_RESOURCES).filter((action) => action.startsWith('ec2:')),
];

/** Whether a statement is about what Athena does in the session that a function forwards to it. */
const isByAthena = (condition: Statement['Condition']) =>
  JSON.stringify(condition) === '{"ForAnyValue:StringEquals":{"aws:CalledVia":["athena.amazonaws.com"]}}';
const allowed = (statements: Statement[]) => statements.filter(({ Effect }) => Effect === 'Allow');
const actionsOf = (statements: Statement[]) => new Set(allowed(statements).flatMap(({ Action }) => list(Action)));
const resourcesFor = (statements: Statement[], action: string) =>
  allowed(statements)
    .filter(({ Action }) => list(Action).includes(action))
    .flatMap(({ Resource }) => list(Resource));

describe.each(examples)('the roles of %s', (_, template) => {
  const roles = template.ofType('AWS::IAM::Role');

  test('allow no action by a wildcard', () => {
    for (const [, role] of roles) {
      for (const action of actionsOf(template.statementsOf(role))) expect(action).not.toContain('*');
    }
  });

  test('allow every resource only for actions on the list of reasons', () => {
    for (const [, role] of roles) {
      for (const { Action, Resource } of allowed(template.statementsOf(role))) {
        if (!list(Resource).includes('*')) continue;
        for (const action of list(Action)) expect(WILDCARD_RESOURCES).toHaveProperty([action]);
      }
    }
  });

  const ofTheStage = routesOf(template);

  test.each(ofTheStage)('let /$name do what its needs need and nothing else', (route) => {
    const statements = template.statementsOf(template.roleOf(route.name));
    // What of its own part is recorded.
    const ofItsRecord = template !== fresh && route.record !== undefined ? ['s3:ListBucket'] : [];
    const ofNeeds = route.needs.flatMap((source) => ACTIONS[source] ?? []);
    const possible = new Set([...EVERY_FUNCTION, ...ofItsRecord, ...ofNeeds]);
    for (const action of actionsOf(statements)) expect(possible).toContain(action);
    const isThere = (source: string) => !source.endsWith('_inventory') || template === local;
    const missing = route.needs.filter(isThere).flatMap((source) => (ACTIONS[source] ?? [])[0] ?? []);
    for (const action of missing) expect(actionsOf(statements)).toContain(action);
  });

  test('are assumed by Lambda alone, or by the flow log', () => {
    for (const [, role] of roles) {
      const [trust] = role.Properties['AssumeRolePolicyDocument'].Statement;
      expect(['lambda.amazonaws.com', 'vpc-flow-logs.amazonaws.com']).toContain(trust.Principal.Service);
    }
  });

  test("deny the network-interface rights to the functions' own code", () => {
    for (const { name } of ofTheStage) {
      const denied = template.statementsOf(template.roleOf(name)).filter(({ Effect }) => Effect === 'Deny');
      expect(denied).toMatchObject([{ Condition: { Null: { 'lambda:SourceFunctionArn': 'false' } } }]);
      expect(list(denied[0]?.Action ?? [])).toContain('ec2:CreateNetworkInterface');
    }
  });

  test('use no policy of AWS, which would be wider', () => {
    expect(template.text).not.toContain(':policy/service-role/');
  });
});

describe('what single needs may do', () => {
  test('connects to the configured databases as the configured user', () => {
    const arns = resourcesFor(existing.statementsOf(existing.roleOf('users')), 'rds-db:connect');
    expect(arns).toEqual([
      'arn:aws:rds-db:eu-west-1:111122223333:dbuser:db-ABCDEFGHIJKLMNOPQRSTUVWXYZ/mrt_reader',
      'arn:aws:rds-db:eu-west-1:111122223333:dbuser:prx-0123456789abcdef0/mrt_reader',
    ]);
  });

  test('lists whole buckets freely and shared buckets only below the prefix', () => {
    // The record's bucket is the stack's own.
    const listing = allowed(local.statementsOf(local.roleOf('bucket_size'))).filter(
      ({ Action, Resource }) =>
        list(Action).includes('s3:ListBucket') && !/RecordBucket|inventor/.test(JSON.stringify(Resource)),
    );
    const whole = listing.find(({ Condition, Resource }) => Condition === undefined && Array.isArray(Resource));
    const parts = listing.filter(({ Condition }) => Condition !== undefined);
    expect(whole?.Resource).toEqual([
      'arn:aws:s3:::shop-prod-files',
      'arn:aws:s3:::pet-shop-prod-files',
      'arn:aws:s3:::depot-prod-files',
    ]);
    expect(parts).toMatchObject([
      { Resource: 'arn:aws:s3:::shop-shared-files', Condition: { StringLike: { 's3:prefix': ['acc-*'] } } },
    ]);
  });

  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
  test('sets conditions only on actions that have their keys, without which nothing would be allowed', () => {
    const withPrefix = ['s3:ListBucket', 's3:ListBucketVersions'];
    for (const [, template] of examples) {
      for (const { name } of routesOf(template)) {
        for (const { Action, Condition } of allowed(template.statementsOf(template.roleOf(name)))) {
          if (Condition === undefined) continue;
          if (isByAthena(Condition)) continue;
          expect(Condition).toEqual({ StringLike: { 's3:prefix': expect.any(Array) } });
          for (const action of list(Action)) expect(withPrefix).toContain(action);
        }
      }
    }
    const uploads = resourcesFor(local.statementsOf(local.roleOf('bucket_size')), 's3:ListBucketMultipartUploads');
    expect(uploads).toContain('arn:aws:s3:::shop-shared-files');
  });

  test('lists for a comparison with the database only what lies beside one, and reads no object', () => {
    const statements = allowed(local.statementsOf(local.roleOf('storage_audit')));
    const listing = statements.filter(({ Action }) => list(Action).includes('s3:ListBucket'));
    expect(listing.flatMap(({ Resource }) => list(Resource))).not.toContain('arn:aws:s3:::depot-prod-files');
    expect(listing).toContainEqual(
      expect.objectContaining({
        Resource: 'arn:aws:s3:::shop-shared-files',
        Condition: { StringLike: { 's3:prefix': ['acc-*'] } },
      }),
    );
    expect(JSON.stringify(resourcesFor(statements, 's3:GetObject'))).not.toMatch(/:::[a-z-]+-files\//);
  });

  test('reads archives below their prefix or by key, overrides by key, and no other object', () => {
    const objects = resourcesFor(existing.statementsOf(existing.roleOf('micro_flow_constants')), 's3:GetObject').filter(
      (resource) => typeof resource === 'string',
    );
    expect(new Set(objects)).toEqual(
      new Set(
        [
          'shop/prod/*',
          'shop/acc/metadata.json',
          'shop/prod/mendix-app.yaml',
          'shop/prod/m2ee.yaml',
          'shop/acc/app.env',
          'depot/prod/constants.json',
        ].map((key) => `arn:aws:s3:::example-deployments/${key}`),
      ),
    );
  });

  test('reads an old version only of an archive that names one', () => {
    const versions = (template: Template) =>
      resourcesFor(template.statementsOf(template.roleOf('micro_flow_constants')), 's3:GetObjectVersion');
    expect(versions(existing)).toEqual(['arn:aws:s3:::example-deployments/shop/acc/metadata.json']);
    expect(versions(local)).toEqual([]);
  });

  test('decrypts only with the keys of the source buckets', () => {
    const keys = (template: Template) =>
      resourcesFor(template.statementsOf(template.roleOf('micro_flow_constants')), 'kms:Decrypt');
    expect(keys(existing)).toEqual(['arn:aws:kms:eu-west-1:111122223333:key/1a2b3c4d-5e6f-4071-8293-a4b5c6d7e8f9']);
    expect(keys(local)).toEqual([]);
  });

  test('reads of the record the view, history and changes that a route declares, and nothing where it declares none', () => {
    for (const { name, record } of routesOf(existing)) {
      const read = JSON.stringify(resourcesFor(existing.statementsOf(existing.roleOf(name)), 's3:GetObject'));
      const views = [...read.matchAll(/"RecordBucket[^"]*","Arn"\]\},"\/([^"]*)"/g)].map(([, key]) => key);
      const declared = record === undefined ? [] : [latestKey(record.view)];
      if (record?.history === true) declared.push(`${historyPrefix(name)}*`);
      if (record?.changes === true) declared.push(`${CHANGES}*`);
      expect([name, new Set(views)]).toEqual([name, new Set(declared)]);
    }
  });

  test('verifies tokens of the pool’s own clients, by the keys of the bucket, on every route but an open one', () => {
    for (const { name, scopes } of routesOf(existing)) {
      const variables = existing.functionOf(name)[1].Properties['Environment']?.['Variables'] ?? {};
      const told = [VARIABLES.userPoolId, VARIABLES.clients, VARIABLES.keyBucket].filter((each) => each in variables);
      expect([name, told.length]).toEqual([name, scopes === null ? 0 : 3]);
      if (scopes === null) continue;
      expect(variables[VARIABLES.keyBucket]).toEqual({ Ref: 'KeyBucket' });
      const clients = JSON.stringify(variables[VARIABLES.clients]);
      for (const client of ['monitoring', 'sales-reporting', 'people']) expect(clients).toContain(client);
    }
  });

  test('lets the publisher write the two key objects and nothing else', () => {
    const [, publisher] =
      existing
        .ofType('AWS::IAM::Role')
        .find(([, { Properties }]) => Properties['Description']?.endsWith('publishes the keys')) ?? [];
    const statements = publisher ? existing.statementsOf(publisher) : [];
    expect(actionsOf(statements)).toEqual(
      new Set(['logs:CreateLogStream', 'logs:PutLogEvents', 's3:GetObject', 's3:PutObject', 's3:ListBucket']),
    );
    expect(JSON.stringify(resourcesFor(statements, 's3:PutObject'))).toMatch(
      /KeyBucket.*jwks\.json.*KeyBucket.*keys\.json/,
    );
  });
});

describe('the record bucket', () => {
  const listing = (name: string) =>
    allowed(local.statementsOf(local.roleOf(name))).filter(
      ({ Action, Resource }) =>
        list(Action).includes('s3:ListBucket') && JSON.stringify(Resource).includes('RecordBucket'),
    );

  test.each(routesOf(local))(
    'lets /$name list its own part only, and nothing where it has none',
    ({ name, record }) => {
      const parts = record === undefined ? [] : [`latest/${record.view}.json.gz`];
      if (record?.history === true) parts.push(`history/route=${name}/*`);
      if (record?.changes === true) parts.push('changes/*');
      const conditions = listing(name).map(({ Condition }) => Condition);
      expect(conditions).toEqual(record === undefined ? [] : [{ StringLike: { 's3:prefix': parts } }]);
    },
  );
});

describe('the key bucket', () => {
  const [, policy] =
    local.ofType('AWS::S3::BucketPolicy').find(([, { Properties }]) => Properties['Bucket'].Ref === 'KeyBucket') ?? [];
  const statements: Statement[] = policy?.Properties['PolicyDocument'].Statement ?? [];

  test('gives its objects to the functions and the publisher only, administrators not excepted', () => {
    const [denial] = statements.filter(({ Condition }) => Condition?.['ArnNotEquals'] !== undefined);
    expect(denial).toMatchObject({ Effect: 'Deny', Principal: { AWS: '*' } });
    expect(denial?.Action).toEqual(expect.arrayContaining(['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject']));
    const excepted = denial?.Condition?.['ArnNotEquals']?.['aws:PrincipalArn'];
    // The publisher writes them, and the recorder makes fingerprints.
    expect(excepted).toHaveLength(routesOf(local).length + 2);
  });

  test('refuses plain HTTP, public access and is encrypted', () => {
    expect(statements).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
    const bucket = local.resources['KeyBucket']?.Properties;
    expect(Object.values(bucket?.['PublicAccessBlockConfiguration'])).toEqual([true, true, true, true]);
    expect(bucket?.['BucketEncryption']).toBeDefined();
  });
});

describe("the endpoints' policies", () => {
  const policyOf = (template: Template, service: string): Statement[] => {
    const [, endpoint] =
      template
        .ofType('AWS::EC2::VPCEndpoint')
        .find(([, { Properties }]) => Properties['ServiceName'].endsWith(service)) ?? [];
    return endpoint?.Properties['PolicyDocument'].Statement ?? [];
  };

  test.each(['s3', 'monitoring', 'athena'])('%s refuses every principal but the functions', (service) => {
    const denial = policyOf(local, service).find(({ Effect }) => Effect === 'Deny');
    expect(denial).toMatchObject({ Action: '*', Resource: '*' });
    expect(Object.keys(denial?.Condition ?? {})).toEqual(['ArnNotEquals']);
  });

  // AWS PrivateLink guide, "Endpoint policies for gateway endpoints": { "AWS": … } is the root user of an account there.
  test.each(['s3', 'monitoring', 'athena'])('%s names every principal by "*" alone', (service) => {
    const principals = policyOf(local, service).map(({ Principal }) => Principal);
    expect(principals.length).toBeGreaterThan(1);
    expect(new Set(principals)).toEqual(new Set(['*']));
  });

  test('let through exactly what the roles allow', () => {
    const byAction = (statements: Statement[]) => {
      const resourcesByAction = new Map<string, Set<string>>();
      for (const { Action, Resource } of allowed(statements)) {
        for (const action of list(Action)) {
          const resources = resourcesByAction.get(action) ?? new Set();
          for (const resource of list(Resource)) resources.add(JSON.stringify(resource));
          resourcesByAction.set(action, resources);
        }
      }
      return resourcesByAction;
    };
    const recorder = local.resources[local.recorder()[1].Properties['Role']['Fn::GetAtt'][0]];
    const publicKeys = local
      .ofType('AWS::IAM::Role')
      .flatMap(([, role]) => (/: public keys$/.test(role.Properties['Description']) ? [role] : []));
    const roles = [
      ...routesOf(local).map(({ name }) => local.roleOf(name)),
      ...(recorder === undefined ? [] : [recorder]),
      ...publicKeys,
    ];
    // What Athena does on a function's behalf comes from Athena's own network.
    const ofRoles = byAction(
      roles.flatMap((role) => local.statementsOf(role)).filter(({ Condition }) => !isByAthena(Condition)),
    );
    const through = byAction(['s3', 'monitoring', 'athena'].flatMap((service) => policyOf(local, service)));
    const expected = [...ofRoles].filter(([action]) => /^(s3|cloudwatch|athena):/.test(action));
    // The way is the recorder's too, so what single functions may read of the record is within what it may.
    const withoutParts = ([action, resources]: [string, Set<string>]): [string, Set<string>] => [
      action,
      new Set([...resources].filter((one) => !/RecordBucket.*(latest\/\w|route=|changes\/\w)/.test(one))),
    ];
    expect(through).toEqual(new Map(expected.map(withoutParts)));
  });

  test('are not made where the configuration has the endpoints already', () => {
    expect(existing.ofType('AWS::EC2::VPCEndpoint')).toEqual([]);
    // S3, CloudWatch, Athena, and MWAA's two.
    expect(local.ofType('AWS::EC2::VPCEndpoint')).toHaveLength(5);
  });
});
