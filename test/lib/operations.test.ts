import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, Stack } from 'aws-cdk-lib';
import { CfnVolume } from 'aws-cdk-lib/aws-ec2';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../config/read.ts';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS, RECORD_METRICS } from '../../lambdas/contract.ts';
import { mrtApp } from '../../lib/mrt-app.ts';
import { declareActions } from '../../lib/permissions/declared-actions.ts';
import { configFile, type Properties, routesOf, templateOf } from './template.ts';

const existing = templateOf(configFile('example'));
const fresh = templateOf(configFile('example-new'));
const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');

describe('alarms', () => {
  const routes = routesOf(existing);
  const alarms = existing.ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);

  test('watch errors, latency of each route but listings, throttling, functions, databases, keys and upstreams', () => {
    const named = (heading: string, parts: string[]) => parts.map((part) => `mrt-prod: ${heading}: ${part}`);
    const reading = (searched: string) =>
      routes.filter(({ needs }) => needs.some((need) => need === searched)).map(({ name }) => name);
    const functions = [...routes.map(({ name }) => name), 'publisher', 'documents', 'recorder'];
    const quick = routes.map(({ name }) => name).filter((name) => !['bucket_size', 'storage_audit'].includes(name));
    expect(new Set(alarms.map(({ AlarmName }) => AlarmName))).toEqual(
      new Set([
        'mrt-prod: Server errors',
        'mrt-prod: Server errors: quiet hours',
        'mrt-prod: Keys are old',
        'mrt-prod: Record is old',
        'mrt-prod: Record is not whole',
        ...named('Slow answers', [...quick, ...quick.map((name) => `${name} in quiet hours`)]),
        ...named('Throttling', ['api', ...functions]),
        ...named('Function errors', functions),
        ...named('Database unavailable', reading('database')),
        ...['Upstream throttled', 'Parts of answers fail'].flatMap((heading) =>
          named(
            heading,
            routes.filter(({ needs }) => needs.length > 0).map(({ name }) => name),
          ),
        ),
      ]),
    );
  });

  test('each say what happened and link to a heading of their name in the runbook', () => {
    const anchors = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
      heading.toLowerCase().replaceAll(' ', '-'),
    );
    for (const { AlarmDescription } of alarms) {
      const [, anchor] =
        /^.{20,} https:\/\/wiki\.example\.com\/mrt-api\/runbook#([a-z-]+)$/.exec(AlarmDescription) ?? [];
      expect(anchors).toContain(anchor);
    }
  });

  test('tell the topic, when they go off and when it is over', () => {
    const [topic] = existing.only('AWS::SNS::Topic');
    for (const { AlarmActions, OKActions } of alarms) {
      expect([AlarmActions, OKActions]).toEqual([[{ Ref: topic }], [{ Ref: topic }]]);
    }
    const [, subscription] = existing.only('AWS::SNS::Subscription');
    expect(subscription.Properties).toMatchObject({ Protocol: 'email', Endpoint: 'mendix-platform@example.com' });
  });

  test('take silence of publisher and recorder as a fault, and silence of callers as none', () => {
    for (const { AlarmName, TreatMissingData } of alarms) {
      expect(TreatMissingData).toBe(/(Keys are|Record is) old$/.test(AlarmName) ? 'breaching' : 'notBreaching');
    }
  });

  test("read the functions' own metrics by the dimensions that the functions write", () => {
    const read: Properties[] = alarms
      .flatMap(({ Metrics = [], ...alarm }) => [
        alarm,
        ...Metrics.map((part: Properties) => part['MetricStat']?.Metric),
      ])
      .filter((metric) => metric?.['Namespace'] === METRIC_NAMESPACE && metric?.['Dimensions'] !== undefined);
    expect(read.length).toBeGreaterThan(2);
    for (const metric of read) {
      const dimensions = metric['Dimensions'].map(({ Name }: { Name: string }) => Name);
      const ownOfTheStage: string[] = [METRICS.keysAge, ...Object.values(RECORD_METRICS)];
      const writer = ownOfTheStage.includes(metric['MetricName']) ? 'publisher' : 'function';
      expect(new Set(dimensions)).toEqual(new Set(METRIC_DIMENSIONS[writer]));
    }
  });
});

describe('the dashboard', () => {
  test('shows requests, errors, latency, upstreams, connections, keys and throttles', () => {
    const [, dashboard] = existing.only('AWS::CloudWatch::Dashboard');
    const body = JSON.stringify(dashboard.Properties['DashboardBody']);
    for (const title of [
      'Requests',
      'Errors',
      'Latency p99, ms',
      'waiting for upstreams',
      'Database connections',
      'Age of the keys, s',
      'Throttles',
    ]) {
      expect(body).toContain(title);
    }
  });
});

describe('state', () => {
  test('has logical ids that never change, since a new id would replace it', () => {
    for (const id of [
      'UserPool',
      'ResourceServer',
      'KeyBucket',
      'KeyBucketAccessLog',
      'Clientteam',
      'DomainName',
      'Certificate',
    ]) {
      expect(fresh.resources).toHaveProperty([id]);
    }
  });

  test('is kept when the stack is deleted: users, keys and logs', () => {
    for (const template of [existing, fresh]) {
      for (const type of ['AWS::Cognito::UserPool', 'AWS::S3::Bucket']) {
        for (const [, resource] of template.ofType(type)) expect(resource.DeletionPolicy).toBe('Retain');
      }
      // Those of a creation that was rolled back are empty.
      for (const [, group] of template.ofType('AWS::Logs::LogGroup')) {
        expect(group).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
      }
    }
    expect(existing.resources['UserPool']?.Properties['DeletionProtection']).toBe('ACTIVE');
  });

  test('does not hold the client of a caller that has left', () => {
    for (const [, client] of existing.ofType('AWS::Cognito::UserPoolClient')) {
      expect(client.DeletionPolicy).toBe('Delete');
    }
  });

  test('leaves naming to CloudFormation, so that stages stand side by side', () => {
    const named: [string, string][] = [
      ['AWS::S3::Bucket', 'BucketName'],
      ['AWS::Lambda::Function', 'FunctionName'],
      ['AWS::IAM::Role', 'RoleName'],
      ['AWS::Logs::LogGroup', 'LogGroupName'],
      ['AWS::Cognito::UserPool', 'UserPoolName'],
      ['AWS::IAM::ManagedPolicy', 'ManagedPolicyName'],
    ];
    for (const [type, property] of named) {
      for (const [, { Properties }] of existing.ofType(type)) expect(Properties[property]).toBeUndefined();
    }
  });
});

describe('identity', () => {
  test('asks people for a strong password and a second factor, and lets nobody sign up', () => {
    expect(existing.resources['UserPool']?.Properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      Policies: { PasswordPolicy: { MinimumLength: 14, RequireSymbols: true, RequireNumbers: true } },
      UserPoolTier: 'PLUS',
      UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' },
    });
    expect(fresh.resources['UserPool']?.Properties['UserPoolTier']).toBe('ESSENTIALS');
  });

  test('gives a machine client its own scopes and client credentials only', () => {
    const properties = existing.resources['Clientsalesreporting']?.Properties;
    expect(properties).toMatchObject({
      AllowedOAuthFlows: ['client_credentials'],
      GenerateSecret: true,
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
    });
    expect(JSON.stringify(properties?.['AllowedOAuthScopes'])).toMatch(/users\.read.*micro_flow_constants\.read/);
    expect(properties?.['AllowedOAuthScopes']).toHaveLength(2);
  });

  test('gives people a public client with the authorization code only, where there are people', () => {
    expect(existing.resources['PeopleClient']?.Properties).toMatchObject({
      AllowedOAuthFlows: ['code'],
      GenerateSecret: false,
      CallbackURLs: ['https://console.apps.example.com/callback'],
    });
    expect(fresh.resources['PeopleClient']).toBeUndefined();
    expect(existing.ofType('AWS::Cognito::ManagedLoginBranding')).toHaveLength(1);
    expect(existing.ofType('AWS::Cognito::UserPoolGroup')).toHaveLength(2);
  });
});

describe('a deployment', () => {
  const assemblyOf = (name: 'example' | 'example-new', change: (app: App) => void = () => {}) => {
    const outdir = mkdtempSync(join(tmpdir(), 'mrt-assembly-'));
    try {
      const app = mrtApp(parseConfig(configFile(name)), { outdir, context: { 'aws:cdk:bundling-stacks': [] } });
      change(app);
      app.synth();
      return JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8')).artifacts[
        name === 'example' ? 'mrt-prod' : 'mrt-dev'
      ];
    } finally {
      rmSync(outdir, { recursive: true, force: true });
    }
  };
  const stackOf = (app: App) => app.node.findChild('mrt-dev') as Stack;

  test('goes to the configured account and Region by the configured bootstrap, protected against deletion', () => {
    const { environment, properties } = assemblyOf('example');
    expect(environment).toBe('aws://111122223333/eu-west-1');
    expect(properties.terminationProtection).toBe(true);
    expect(JSON.stringify(properties)).toContain('cdk-platform-deploy-role');
    expect(assemblyOf('example-new').properties.terminationProtection ?? false).toBe(false);
  });

  test('is tagged with its stage and with the tags of the configuration', () => {
    expect(existing.resources['UserPool']?.Properties['UserPoolTags']).toEqual({
      'cost-center': '4711',
      'mrt:stage': 'prod',
      owner: 'mendix-platform',
    });
  });

  test('is refused by the checks with a wildcard that has no reason', () => {
    const widen = (app: App) => {
      const role = new Role(stackOf(app), 'Wide', {
        assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
        inlinePolicies: {
          wide: new PolicyDocument({ statements: [new PolicyStatement({ actions: ['s3:*'], resources: ['*'] })] }),
        },
      });
      declareActions(role, { named: [], everything: ['s3:*'] });
    };
    expect(() => assemblyOf('example-new', widen)).toThrow('AwsSolutions-IAM5[Action::s3:*]');
  });

  test("is refused by CloudFormation's own rules", () => {
    // A volume without its size.
    const wrong = (app: App) =>
      new CfnVolume(stackOf(app), 'Wrong', { availabilityZone: 'eu-central-1a', encrypted: true });
    expect(() => assemblyOf('example-new', wrong)).toThrow(/ERROR[\s\S]*CloudFormation-Validate::F3017/);
  });

  test('needs no look-up: there is no context file', () => {
    expect(existsSync(new URL('../../cdk.context.json', import.meta.url))).toBe(false);
  });
});
