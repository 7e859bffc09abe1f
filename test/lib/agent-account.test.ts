import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseAgentSettings } from '../../agent/settings.ts';
import { parseAgentConfig } from '../../config/agent/read.ts';
import type { AgentConfigInput } from '../../config/agent/schema.ts';
import { ConfigError } from '../../config/config-error.ts';
import { AGENT_FOLDER, agentApp } from '../../lib/agent-account/agent-app.ts';
import { Template } from './template.ts';

const example = (): AgentConfigInput =>
  JSON.parse(readFileSync(new URL('../../config/agent/example.json', import.meta.url), 'utf8'));
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function synthesised(config: AgentConfigInput) {
  const outdir = mkdtempSync(join(tmpdir(), 'mrt-agent-'));
  folders.push(outdir);
  agentApp(parseAgentConfig(config), { outdir }).synth();
  return { outdir, template: new Template(readFileSync(join(outdir, 'mrt-agent-depot.template.json'), 'utf8')) };
}

const fargate = synthesised(example());
const elsewhere = synthesised({
  ...example(),
  run: 'elsewhere',
  cluster: { name: 'apps', namespace: 'mrt', service_account: 'mrt-agent' },
});
const roleOf = ({ template }: typeof fargate) =>
  template.ofType('AWS::IAM::Role').find(([, { Properties }]) => Properties['Description'].includes('reads'))?.[1]
    .Properties;

describe('the account of an agent', () => {
  test('trusts its own task or pod, and no other account', () => {
    expect(JSON.stringify(roleOf(fargate)?.['AssumeRolePolicyDocument'])).toContain('ecs-tasks.amazonaws.com');
    expect(JSON.stringify(roleOf(elsewhere)?.['AssumeRolePolicyDocument'])).toContain('pods.eks.amazonaws.com');
    expect(JSON.stringify(roleOf(elsewhere)?.['AssumeRolePolicyDocument'])).toContain('sts:TagSession');
    for (const { template } of [fargate, elsewhere])
      expect(template.text).not.toMatch(/"AWS":\s*"arn:aws:iam::(?!444455556666)/);
  });

  test('gives the agent what its environments need, and nothing that writes', () => {
    const policies = fargate.template
      .ofType('AWS::IAM::ManagedPolicy')
      .map(([, { Properties }]) => Properties['PolicyDocument']);
    const actions = JSON.stringify(policies);
    expect(actions).toContain('rds-db:connect');
    expect(actions).toContain('arn:aws:s3:::depot-prod-files');
    expect(actions).not.toMatch(/Put(?!.*MetricData)|Delete|Create/);
  });

  test('reads its own secret, and no other', () => {
    const [id] = fargate.template.only('AWS::SecretsManager::Secret');
    const statements = fargate.template
      .ofType('AWS::IAM::Role')
      .flatMap(([, { Properties }]) => Properties['Policies'] ?? [])
      .concat(fargate.template.ofType('AWS::IAM::ManagedPolicy').map(([, { Properties }]) => Properties))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter((statement) => JSON.stringify(statement.Action).includes('secretsmanager:'));
    expect(statements).toEqual([
      {
        Effect: 'Allow',
        Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
        Resource: { Ref: id },
      },
    ]);
  });

  test('has key and certificate in an empty secret that stays, and in no template', () => {
    const [, secret] = fargate.template.only('AWS::SecretsManager::Secret');
    expect(secret.DeletionPolicy).toBe('Retain');
    // With neither there is no value at all (CloudFormation user guide, "AWS::SecretsManager::Secret").
    expect(Object.keys(secret.Properties)).not.toContain('GenerateSecretString');
    expect(Object.keys(secret.Properties)).not.toContain('SecretString');
    expect(fargate.template.text).not.toContain('PRIVATE KEY');
  });

  test('lets nobody into the task, and runs one of it on ARM64 without a public address', () => {
    const [, service] = fargate.template.only('AWS::ECS::Service');
    expect(service.Properties['NetworkConfiguration'].AwsvpcConfiguration.AssignPublicIp).toBe('DISABLED');
    expect([service.Properties['DesiredCount'], service.Properties['DeploymentConfiguration'].MaximumPercent]).toEqual([
      1, 100,
    ]);
    const [, task] = fargate.template.only('AWS::ECS::TaskDefinition');
    expect(task.Properties['RuntimePlatform'].CpuArchitecture).toBe('ARM64');
    expect(task.Properties['ContainerDefinitions'][0].ReadonlyRootFilesystem).toBe(true);
    const [, group] = fargate.template.only('AWS::EC2::SecurityGroup');
    expect(group.Properties['SecurityGroupIngress']).toBeUndefined();
    expect(group.Properties['SecurityGroupEgress'].map((rule: { ToPort: number }) => rule.ToPort)).toEqual([
      443, 8883, 5432,
    ]);
  });

  test('has no service where it runs elsewhere, and gives the role to the pods of one service account', () => {
    expect(elsewhere.template.ofType('AWS::ECS::Service')).toEqual([]);
    const [, association] = elsewhere.template.only('AWS::EKS::PodIdentityAssociation');
    expect(association.Properties).toMatchObject({
      ClusterName: 'apps',
      Namespace: 'mrt',
      ServiceAccount: 'mrt-agent',
    });
  });

  test('has the settings of its agent beside the bundle, without any right of a caller', () => {
    const text = readFileSync(join(fargate.outdir, AGENT_FOLDER, 'settings.json'), 'utf8');
    const settings = parseAgentSettings(text);
    expect(settings.regional.keys_url).toBe('https://maas-api.apps.example.com/.well-known/jwks.json');
    expect(Object.values(settings.routes).map(({ callers }) => callers)).not.toContainEqual(
      expect.objectContaining({ clients: expect.objectContaining({ regional: expect.anything() }) }),
    );
  });
});

describe('a mistake in an agent’s configuration is named with its path', () => {
  test.each<[string, (config: AgentConfigInput) => void, string]>([
    [
      'an entry for no environment',
      (c) => Object.assign(c.allow[0] ?? {}, { environments: ['shop-*'] }),
      'allow.0.environments.0: ',
    ],
    ['an unknown scope', (c) => Object.assign(c.allow[0] ?? {}, { scopes: ['mrt/users.write'] }), 'allow.0.scopes.0: '],
    [
      'a database that is not there',
      (c) => Object.assign(c, { databases: {} }),
      'environments.depot-prod.database.server: ',
    ],
    ['a plain address', (c) => Object.assign(c.regional, { api: 'http://example.com' }), 'regional.api: '],
    ['a name that cannot stand in a topic', (c) => Object.assign(c, { name: 'a/b' }), 'name: '],
    ['where it runs', (c) => Reflect.deleteProperty(c, 'run'), 'run: is required'],
  ])('%s', (_, change, message) => {
    const config = example();
    change(config);
    expect(() => parseAgentConfig(config)).toThrow(ConfigError);
    expect(() => parseAgentConfig(config)).toThrow(message);
  });
});
