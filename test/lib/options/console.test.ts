import { contentSecurityPolicy, securityHeaders } from '@mrt/console/security-headers.ts';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../config/config-error.ts';
import { parseConfig } from '../../../config/read.ts';
import type { ConfigInput } from '../../../config/schema.ts';
import { configFile, type Properties, templateOf } from '../template.ts';

const certificate_arn = 'arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000001';
const plain = configFile('example');
const config: ConfigInput = { ...plain, console: { certificate_arn } };
const stage = templateOf(config);
const [distributionId, distribution] = stage.only('AWS::CloudFront::Distribution');
const settings = distribution.Properties['DistributionConfig'];
const places = {
  apiOrigin: 'https://maas-api.apps.example.com',
  tokenOrigin: 'https://mrt-prod-111122223333.auth.eu-west-1.amazoncognito.com',
};

describe('the files', () => {
  const bucketId = settings.Origins[0].DomainName['Fn::GetAtt'][0];
  const bucket = stage.resources[bucketId]?.Properties;

  test('are in a bucket that is private, and that nobody but this distribution reads', () => {
    expect(bucket?.['PublicAccessBlockConfiguration']).toEqual({
      ...{ BlockPublicAcls: true, BlockPublicPolicy: true },
      ...{ IgnorePublicAcls: true, RestrictPublicBuckets: true },
    });
    const policy = stage
      .ofType('AWS::S3::BucketPolicy')
      .find(([, { Properties }]) => Properties['Bucket'].Ref === bucketId);
    const statements: Properties[] = policy?.[1].Properties['PolicyDocument'].Statement;
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed).toHaveLength(1);
    expect(allowed[0]).toMatchObject({ Action: 's3:GetObject', Principal: { Service: 'cloudfront.amazonaws.com' } });
    expect(JSON.stringify(allowed[0]?.['Condition'])).toContain(`"Ref":"${distributionId}"`);
    expect(Object.keys(allowed[0]?.['Condition'].StringEquals)).toEqual(['AWS:SourceArn']);
    expect(
      statements.some(
        ({ Effect, Condition }) => Effect === 'Deny' && Condition?.Bool?.['aws:SecureTransport'] === 'false',
      ),
    ).toBe(true);
  });

  test('are signed for by origin access control, not by a user of CloudFront', () => {
    const [, control] = stage.only('AWS::CloudFront::OriginAccessControl');
    expect(control.Properties['OriginAccessControlConfig']).toMatchObject({
      ...{ OriginAccessControlOriginType: 's3', SigningBehavior: 'always', SigningProtocol: 'sigv4' },
    });
    expect(settings.Origins[0].S3OriginConfig.OriginAccessIdentity).toBe('');
  });

  test('can be written by no role of the stack', () => {
    for (const [, role] of stage.ofType('AWS::IAM::Role')) {
      expect(JSON.stringify(stage.statementsOf(role))).not.toContain(bucketId);
    }
  });
});

describe('the distribution', () => {
  test('is under console.<dns_domain>, over TLS 1.2 at least, and reads only', () => {
    expect(settings.Aliases).toEqual(['console.apps.example.com']);
    expect(settings.ViewerCertificate).toMatchObject({
      AcmCertificateArn: certificate_arn,
      MinimumProtocolVersion: 'TLSv1.2_2021',
    });
    expect(settings.DefaultCacheBehavior).toMatchObject({
      AllowedMethods: ['GET', 'HEAD'],
      ViewerProtocolPolicy: 'redirect-to-https',
    });
    const records = stage.ofType('AWS::Route53::RecordSet').map(([, { Properties }]) => Properties['Name']);
    expect(records).toContain('console.apps.example.com.');
  });

  test('gives index.html for the address of a view, which is no object', () => {
    expect(settings.DefaultRootObject).toBe('index.html');
    expect(settings.CustomErrorResponses).toEqual(
      [403, 404].map((ErrorCode) => ({
        ErrorCachingMinTTL: 0,
        ErrorCode,
        ResponseCode: 200,
        ResponsePagePath: '/index.html',
      })),
    );
  });

  test('sends every header that the pages are tested with', () => {
    const [, policy] = stage.only('AWS::CloudFront::ResponseHeadersPolicy');
    const { SecurityHeadersConfig: own, CustomHeadersConfig: custom } =
      policy.Properties['ResponseHeadersPolicyConfig'];
    // The domain of Cognito is a reference in the template; the words around it are the console's own.
    const policyText = JSON.stringify(own.ContentSecurityPolicy);
    const directives = contentSecurityPolicy(places).split('; ');
    for (const directive of directives.filter((text) => !text.startsWith('connect-src'))) {
      expect(policyText).toContain(directive);
    }
    expect(policyText).toContain(`connect-src 'self' ${places.apiOrigin} https://`);
    expect(policyText).toContain('.auth.eu-west-1.amazoncognito.com; base-uri');
    expect(own).toMatchObject({
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'DENY' },
      ReferrerPolicy: { ReferrerPolicy: 'no-referrer' },
      StrictTransportSecurity: { AccessControlMaxAgeSec: 63_072_000, IncludeSubdomains: true },
    });
    const names = custom.Items.map(({ Header }: Properties) => Header);
    const fields = [
      'content-security-policy',
      'strict-transport-security',
      'x-content-type-options',
      'x-frame-options',
      'referrer-policy',
    ];
    expect(new Set([...names, ...fields])).toEqual(new Set(Object.keys(securityHeaders(places))));
  });

  test("takes the company's web ACL where one is given", () => {
    const web_acl_arn = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/company/0123';
    const given = templateOf({ ...config, console: { certificate_arn, web_acl_arn } });
    expect(given.only('AWS::CloudFront::Distribution')[1].Properties['DistributionConfig'].WebACLId).toBe(web_acl_arn);
    expect(settings.WebACLId).toBeUndefined();
  });
});

describe('the API', () => {
  test('lets the console’s pages read answers, beside the origins that the configuration names', () => {
    const [, api] = stage.only('AWS::ApiGatewayV2::Api');
    expect(api.Properties['CorsConfiguration'].AllowOrigins).toContain('https://console.apps.example.com');
    const named = templateOf({ ...config, cors: { origins: ['https://reports.example.com'] } });
    expect(named.only('AWS::ApiGatewayV2::Api')[1].Properties['CorsConfiguration'].AllowOrigins).toEqual([
      'https://reports.example.com',
      'https://console.apps.example.com',
    ]);
  });

  test('has its sign-in come back to it, and to no other new address', () => {
    const people = (template: typeof stage) =>
      template
        .ofType('AWS::Cognito::UserPoolClient')
        .find(([, { Properties }]) => Properties['GenerateSecret'] === false)?.[1].Properties ?? {};
    const before = people(templateOf(plain));
    for (const name of ['CallbackURLs', 'LogoutURLs']) {
      expect(people(stage)[name]).toEqual([...before[name], 'https://console.apps.example.com/']);
    }
  });
});

test.each<[string, Partial<ConfigInput>, string]>([
  ['without a domain', { domain: 'off' }, 'console: needs a domain, below which it has its address'],
  [
    'with a certificate of another Region',
    { console: { certificate_arn: certificate_arn.replace('us-east-1', 'eu-west-1') } },
    'console.certificate_arn: is in eu-west-1, not in us-east-1',
  ],
])('%s it is refused by its field', (_, change, fault) => {
  let faults: readonly string[] = [];
  try {
    parseConfig({ ...config, ...change });
  } catch (error) {
    faults = (error as ConfigError).faults;
    expect(error).toBeInstanceOf(ConfigError);
  }
  expect(faults).toContain(fault);
});
