import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../config/config-error.ts';
import { parseConfig } from '../../../config/read.ts';
import type { ConfigInput } from '../../../config/schema.ts';
import { configFile, type Properties, templateOf } from '../template.ts';

const certificate = (id: number, region = 'us-east-1') =>
  `arn:aws:acm:${region}:111122223333:certificate/00000000-0000-0000-0000-00000000000${id}`;
const edge = {
  origin_certificate_arn: certificate(1),
  truststore: { bucket: 'company-truststores', key: 'mrt/edge.pem', version_id: '3HL4kqtJlcpXroDTDmJ' },
};
const config: ConfigInput = { ...configFile('example'), edge };
const stage = templateOf(config);
const front = templateOf(config, 'mrt-prod-edge');
const [, { Properties: cloudFront }] = front.only('AWS::CloudFront::Distribution');
const { Origins, DefaultCacheBehavior, ViewerCertificate, ...distribution } = cloudFront['DistributionConfig'];

describe('nobody gets past the edge', () => {
  const [, name] = stage.only('AWS::ApiGatewayV2::DomainName');

  test("the gateway's domain takes only who has a certificate of the given authority, in that very version", () => {
    expect(name.Properties).toMatchObject({
      DomainName: 'maas-api-origin.apps.example.com',
      MutualTlsAuthentication: {
        TruststoreUri: 's3://company-truststores/mrt/edge.pem',
        TruststoreVersion: '3HL4kqtJlcpXroDTDmJ',
      },
    });
  });

  test('and there is no other way in: the execute-api address is off, the only mapping is of that domain', () => {
    expect(stage.only('AWS::ApiGatewayV2::Api')[1].Properties['DisableExecuteApiEndpoint']).toBe(true);
    const [id] = stage.only('AWS::ApiGatewayV2::DomainName');
    expect(stage.only('AWS::ApiGatewayV2::ApiMapping')[1].Properties['DomainName']).toEqual({ Ref: id });
  });

  test('CloudFront calls that domain, over TLS, and shows the certificate', () => {
    expect(Origins).toHaveLength(1);
    expect(Origins[0]).toMatchObject({
      DomainName: 'maas-api-origin.apps.example.com',
      CustomOriginConfig: {
        OriginProtocolPolicy: 'https-only',
        OriginSSLProtocols: ['TLSv1.2'],
        OriginMtlsConfig: { ClientCertificateArn: certificate(1) },
      },
    });
  });
});

describe('the distribution', () => {
  test('is in us-east-1, under the address of the API, which leads to it', () => {
    expect(distribution['Aliases']).toEqual(['maas-api.apps.example.com']);
    expect(ViewerCertificate['MinimumProtocolVersion']).toBe('TLSv1.2_2021');
    const records = [...stage.ofType('AWS::Route53::RecordSet'), ...front.ofType('AWS::Route53::RecordSet')];
    expect(records.map(([, record]) => record.Properties['Name'])).toEqual([
      'maas-api-origin.apps.example.com.',
      'maas-api.apps.example.com.',
    ]);
  });

  test('keeps nothing and repeats nothing, since whose an answer is depends on the token', () => {
    // AWS's managed policies: CachingDisabled, and AllViewerExceptHostHeader.
    expect(DefaultCacheBehavior).toMatchObject({
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      AllowedMethods: ['GET', 'HEAD', 'OPTIONS'],
    });
    expect(distribution['CacheBehaviors']).toBeUndefined();
    for (const { ErrorCachingMinTTL } of distribution['CustomErrorResponses']) expect(ErrorCachingMinTTL).toBe(0);
    const statuses = distribution['CustomErrorResponses'].map(({ ErrorCode }: Properties) => ErrorCode);
    expect(statuses).toEqual(expect.arrayContaining([400, 403, 404, 500, 502, 503, 504]));
  });

  test('stands behind a web ACL, whose log has no token', () => {
    const [id, acl] = front.only('AWS::WAFv2::WebACL');
    expect(distribution['WebACLId']).toEqual({ 'Fn::GetAtt': [id, 'Arn'] });
    expect(acl.Properties['Scope']).toBe('CLOUDFRONT');
    expect(acl.Properties['Rules'][0].Statement.RateBasedStatement).toEqual({ AggregateKeyType: 'IP', Limit: 3000 });
    const [, logging] = front.only('AWS::WAFv2::LoggingConfiguration');
    expect(logging.Properties['RedactedFields']).toEqual([{ SingleHeader: { Name: 'authorization' } }]);
    for (const { VisibilityConfig } of acl.Properties['Rules']) {
      expect(VisibilityConfig['SampledRequestsEnabled']).toBe(false);
    }
  });

  test('lets long cursors through: the rule on query strings only counts', () => {
    const [, acl] = front.only('AWS::WAFv2::WebACL');
    const common = acl.Properties['Rules']
      .map(({ Statement }: Properties) => Statement['ManagedRuleGroupStatement'])
      .find((group: Properties | undefined) => group?.['Name'] === 'AWSManagedRulesCommonRuleSet');
    expect(common.RuleActionOverrides).toEqual([{ Name: 'SizeRestrictions_QUERYSTRING', ActionToUse: { Count: {} } }]);
  });

  test('the log delivery may write that log, and its name is one that WAF takes', () => {
    const [id, group] = front.only('AWS::Logs::LogGroup');
    expect(group.Properties['LogGroupName']).toBe('aws-waf-logs-mrt-prod');
    const [policyId, policy] = front.only('AWS::Logs::ResourcePolicy');
    expect(JSON.stringify(policy.Properties['PolicyDocument'])).toContain('delivery.logs.amazonaws.com');
    expect(JSON.stringify(policy.Properties['PolicyDocument'])).toContain(id);
    expect(front.only('AWS::WAFv2::LoggingConfiguration')[1].DependsOn).toContain(policyId);
  });

  test("takes the company's web ACL where one is given, and makes none", () => {
    const web_acl_arn = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/company/0123';
    const given = templateOf({ ...config, edge: { ...edge, web_acl_arn } }, 'mrt-prod-edge');
    const [, { Properties: own }] = given.only('AWS::CloudFront::Distribution');
    expect(own['DistributionConfig'].WebACLId).toBe(web_acl_arn);
    expect(given.text).not.toContain('AWS::WAFv2');
  });
});

test.each<[string, Partial<ConfigInput>, string]>([
  ['no domain', { domain: 'off' }, 'edge: needs a domain: API Gateway closes no execute-api address to others'],
  [
    "a certificate of the stack's Region",
    { edge: { ...edge, certificate_arn: certificate(2, 'eu-west-1') } },
    'edge.certificate_arn: is in eu-west-1, not in us-east-1',
  ],
  [
    'a client certificate of another Region',
    { edge: { ...edge, origin_certificate_arn: certificate(1, 'eu-west-1') } },
    'edge.origin_certificate_arn: is in eu-west-1, not in us-east-1',
  ],
  [
    'no zone and no certificate',
    {
      domain: { dns_domain: 'apps.example.com', certificate_arn: certificate(3, 'eu-west-1') },
    },
    'edge.certificate_arn: is required without domain.hosted_zone_id, as nothing could validate a new certificate',
  ],
])('%s is refused by its field', (_, change, fault) => {
  let faults: readonly string[] = [];
  try {
    parseConfig({ ...config, ...change });
  } catch (error) {
    faults = (error as ConfigError).faults;
    expect(error).toBeInstanceOf(ConfigError);
  }
  expect(faults).toEqual([fault]);
});
