import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../config/config-error.ts';
import { parseConfig } from '../../../config/read.ts';
import type { ConfigInput } from '../../../config/schema.ts';
import { agentStatements } from '../../../lib/agents/agents.ts';
import { configFile, templateOf } from '../template.ts';

const config = configFile('example-options');
const template = templateOf(config);

describe('agents', () => {
  test('each is a thing with its certificates, by their requests, and one policy', () => {
    const [, thing] = template.only('AWS::IoT::Thing');
    const [, certificate] = template.only('AWS::IoT::Certificate');
    expect(thing.Properties['ThingName']).toBe('mrt-agent-yard');
    expect(certificate.Properties['CertificateSigningRequest']).toContain('BEGIN CERTIFICATE REQUEST');
    expect(template.ofType('AWS::IoT::ThingPrincipalAttachment')).toHaveLength(1);
    expect(template.ofType('AWS::IoT::PolicyPrincipalAttachment')).toHaveLength(1);
  });

  test('the Regional side has no secret, no certificate and no database for its own part', () => {
    const asking = template
      .ofType('AWS::IAM::Role')
      .map(([id, { Properties }]) => ({ id, policies: JSON.stringify(Properties['Policies'] ?? []) }))
      .filter(({ policies }) => policies.includes('iot:Publish'));
    expect(asking.length).toBeGreaterThan(3);
    const byOwnPolicies = asking.filter(({ policies }) => policies.includes('secretsmanager:'));
    expect(byOwnPolicies).toEqual([]);
    for (const type of ['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster']) expect(template.ofType(type)).toEqual([]);
    const secrets = template.ofType('AWS::SecretsManager::Secret').map(([id]) => id);
    expect(secrets.filter((id) => /agent|broker|iot/i.test(id))).toEqual([]);
    const [thing] = template.only('AWS::IoT::Thing');
    const [, attachment] = template.only('AWS::IoT::ThingPrincipalAttachment');
    expect(attachment.Properties['ThingName']).toEqual({ Ref: thing });
    expect(template.text).not.toContain('PRIVATE KEY');
  });

  test('the policy fits into IoT Core’s 2,048 characters with names as long as they can be', () => {
    const place = { region: 'ap-southeast-3', account: '111122223333' };
    const statements = agentStatements('a'.repeat(40), 's'.repeat(20), place);
    expect(JSON.stringify({ Version: '2012-10-17', Statement: statements }).length).toBeLessThanOrEqual(2048);
  });

  test('the way there is an endpoint without a private name of its own, and a private zone that has the name', () => {
    const endpoint = template
      .ofType('AWS::EC2::VPCEndpoint')
      .find(([, { Properties }]) => Properties['ServiceName'].endsWith('.iot.data'));
    expect(endpoint?.[1].Properties).toMatchObject({ VpcEndpointType: 'Interface', PrivateDnsEnabled: false });
    const zone = template
      .ofType('AWS::Route53::HostedZone')
      .find(([, { Properties }]) => Properties['Name'].startsWith('a1b2c3d4e5f6g7-ats.iot.eu-west-1.amazonaws.com'));
    expect(zone?.[1].Properties['VPCs']).toHaveLength(1);
  });

  test('only functions about environments speak to the broker, and /environments hears how agents are', () => {
    const speaking = template
      .ofType('AWS::IAM::Role')
      .filter(([, { Properties }]) => JSON.stringify(Properties['Policies'] ?? []).includes('iot:Publish'))
      .map(([, { Properties }]) => String(Properties['Description']));
    expect(speaking.some((description) => description.endsWith('GET /users'))).toBe(true);
    expect(speaking.some((description) => /\/(health|grants|metrics|environments)$/.test(description))).toBe(false);
    const hearing = template
      .ofType('AWS::IAM::Role')
      .filter(([, { Properties }]) => JSON.stringify(Properties['Policies'] ?? []).includes('iot:GetRetainedMessage'));
    expect(hearing).toHaveLength(1);
  });

  test('an alarm goes off when an agent’s heartbeats cease', () => {
    const alarm = template
      .ofType('AWS::CloudWatch::Alarm')
      .find(([, { Properties }]) => Properties['AlarmName'].endsWith('Agent is away: yard'));
    expect(alarm?.[1].Properties).toMatchObject({
      TreatMissingData: 'breaching',
      MetricName: 'agent_heartbeats/full/yard',
    });
    const [, rule] = template.only('AWS::IoT::TopicRule');
    expect(rule.Properties['TopicRulePayload'].Sql).toContain("'sources/mrt/consumers/yard/agentevents'");
  });
});

function expectRefused(change: (config: ConfigInput) => void, message: string): void {
  const changed = structuredClone(config);
  change(changed);
  expect(() => parseConfig(changed)).toThrow(ConfigError);
  expect(() => parseConfig(changed)).toThrow(message);
}

describe('a mistake', () => {
  test.each<[string, (config: ConfigInput) => void, string]>([
    [
      'an environment that is here and there',
      (c) => Object.assign(c.environments['yard-prod'] ?? {}, { buckets: [{ bucket: 'yard-files' }] }),
      'environments.yard-prod.buckets: ',
    ],
    [
      'offers of an environment that is here',
      (c) => Object.assign(c.environments['shop-prod'] ?? {}, { offers: ['users'] }),
      'environments.shop-prod.offers: ',
    ],
    [
      'an Airflow of an environment that is there',
      (c) => Object.assign(c.environments['yard-prod'] ?? {}, { airflow: { region: 'eu-west-1', environment: 'etl' } }),
      'environments.yard-prod.airflow: ',
    ],
    [
      'an endpoint of another Region',
      (c) => Object.assign(c.agents ?? {}, { iot_endpoint: 'abc-ats.iot.us-east-1.amazonaws.com' }),
      'agents.iot_endpoint: ',
    ],
  ])('%s is refused, with the path of its field', (_, change, message) => expectRefused(change, message));

  test('an agent that is not registered is refused, with the path of its field', () => {
    expectRefused(
      (c) => Object.assign(c.environments['yard-prod'] ?? {}, { agent: 'nobody' }),
      'environments.yard-prod.agent: ',
    );
  });

  test('a key in place of a request is refused, with the path of its field', () => {
    const certificates = { x: { request: '-----BEGIN PRIVATE KEY-----' } };
    expectRefused(
      (c) => Object.assign(c.agents?.names['yard'] ?? {}, { certificates }),
      'agents.names.yard.certificates.x.request: ',
    );
  });
});
