import { describe, expect, test } from 'vitest';
import { DOCUMENT_PATHS, PUBLIC_KEYS_PATH } from '../../lambdas/contract.ts';
import { configFile, routesOf, templateOf } from './template.ts';

const existing = templateOf(configFile('example'));
const fresh = templateOf(configFile('example-new'));
const local = templateOf(configFile('local'));
/** Open by the contract. */
const OPEN = ['/health', '/openapi.json', '/problems/{slug}', '/.well-known/jwks.json'];

describe.each([
  ['example', existing],
  ['example-new', fresh],
  ['local', local],
])('the API of %s', (_, template) => {
  const byKey = new Map(
    template.ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => [Properties['RouteKey'], Properties]),
  );

  test('has a GET and a HEAD for each entry of the route table and each open document, and nothing else', () => {
    // Of the three, one stage has a trust domain.
    const ofKeys = template === local ? [PUBLIC_KEYS_PATH] : [];
    const paths = [...routesOf(template).map(({ path }) => path), ...Object.values(DOCUMENT_PATHS), ...ofKeys];
    const expected = paths.flatMap((path) => [`GET ${path}`, `HEAD ${path}`]);
    expect(new Set(byKey.keys())).toEqual(new Set(expected));
  });

  test.each(routesOf(template).filter(({ path }) => !OPEN.includes(path)))(
    '$path wants a token with one of its scopes',
    (route) => {
      for (const method of ['GET', 'HEAD']) {
        const properties = byKey.get(`${method} ${route.path}`);
        expect(properties?.['AuthorizationType']).toBe('JWT');
        expect(properties?.['AuthorizerId']).toBeDefined();
        expect(properties?.['AuthorizationScopes']).toEqual(route.scopes);
        // Fixed by API Gateway.
        expect(properties?.['AuthorizationScopes'].length).toBeLessThanOrEqual(10);
      }
    },
  );

  test('opens only what the contract opens', () => {
    const open = [...byKey.values()].filter((properties) => properties['AuthorizationType'] !== 'JWT');
    const paths = open.map((properties) => properties['RouteKey'].split(' ')[1]);
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) expect(OPEN).toContain(path);
  });

  test("takes tokens of this pool's clients only", () => {
    const [, authorizer] = template.only('AWS::ApiGatewayV2::Authorizer');
    const clients = template.ofType('AWS::Cognito::UserPoolClient').map(([id]) => ({ Ref: id }));
    expect(authorizer.Properties['JwtConfiguration'].Audience).toEqual(expect.arrayContaining(clients));
    expect(authorizer.Properties['JwtConfiguration'].Audience).toHaveLength(clients.length);
    expect(JSON.stringify(authorizer.Properties['JwtConfiguration'].Issuer)).toContain('"UserPool"');
  });

  test('logs in JSON with fields that an HTTP API knows', () => {
    const [, stage] = template.only('AWS::ApiGatewayV2::Stage');
    const format: Record<string, string> = JSON.parse(stage.Properties['AccessLogSettings'].Format);
    expect(format).toMatchObject({ routeKey: '$context.routeKey', authorizerError: '$context.authorizer.error' });
    expect(JSON.stringify(format)).not.toMatch(/resourcePath|identity\.(caller|user)\b/);
    expect(JSON.stringify(format)).not.toMatch(/header|authorization\b/i);
  });

  test('is throttled as a whole', () => {
    const [, stage] = template.only('AWS::ApiGatewayV2::Stage');
    expect(stage.Properties['DefaultRouteSettings'].ThrottlingRateLimit).toBe(50);
    expect(stage.Properties['DefaultRouteSettings'].ThrottlingBurstLimit).toBe(100);
    expect(stage.Properties['StageName']).toBe('$default');
  });
});

describe('what a configuration changes in the API', () => {
  test('throttles single routes, once they exist', () => {
    const [, stage] = existing.only('AWS::ApiGatewayV2::Stage');
    expect(stage.Properties['RouteSettings']).toMatchObject({
      'GET /users': { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 },
      'HEAD /users': { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 },
    });
    const users = existing
      .ofType('AWS::ApiGatewayV2::Route')
      .filter(([, { Properties }]) => Properties['RouteKey'].endsWith(' /users'))
      .map(([id]) => id);
    expect(stage.DependsOn).toEqual(expect.arrayContaining(users));
  });

  test('refuses a throttle of a route that does not exist', () => {
    const config = configFile('example');
    config.limits = { routes: { user: { requests_per_second: 1, burst: 1 } } };
    expect(() => templateOf(config)).toThrow('limits.routes.user');
  });

  test('answers other origins only where the configuration names them, with the headers of the contract', () => {
    const [, api] = existing.only('AWS::ApiGatewayV2::Api');
    expect(api.Properties['CorsConfiguration']).toMatchObject({
      AllowOrigins: ['https://console.apps.example.com'],
      AllowMethods: ['GET', 'HEAD'],
      ExposeHeaders: ['ETag', 'Link', 'Retry-After', 'Server-Timing', 'x-as-of', 'x-complete', 'x-request-id'],
    });
    const [, closed] = fresh.only('AWS::ApiGatewayV2::Api');
    expect(closed.Properties['CorsConfiguration']).toBeUndefined();
  });

  test('closes the execute-api address when there is a domain, and only then', () => {
    expect(existing.only('AWS::ApiGatewayV2::Api')[1].Properties['DisableExecuteApiEndpoint']).toBe(true);
    expect(local.only('AWS::ApiGatewayV2::Api')[1].Properties['DisableExecuteApiEndpoint']).toBe(false);
  });

  test("points the CNAME at the domain's regional name", () => {
    const [, record] = fresh.only('AWS::Route53::RecordSet');
    expect(record.Properties).toMatchObject({
      Type: 'CNAME',
      Name: 'maas-api.dev.example.com.',
      HostedZoneId: 'Z9876543210ZYXWVUTSRQ',
      ResourceRecords: [{ 'Fn::GetAtt': ['DomainName', 'RegionalDomainName'] }],
    });
    const [, domain] = fresh.only('AWS::ApiGatewayV2::DomainName');
    expect(domain.Properties['DomainNameConfigurations']).toMatchObject([
      { SecurityPolicy: 'TLS_1_2', EndpointType: 'REGIONAL' },
    ]);
  });

  test('without a zone makes domain and mapping, and tells what its owner must point the CNAME to', () => {
    const config = configFile('example');
    if (config.domain !== 'off') Reflect.deleteProperty(config.domain, 'hosted_zone_id');
    const template = templateOf(config);
    expect(template.ofType('AWS::Route53::RecordSet')).toEqual([]);
    expect(template.only('AWS::ApiGatewayV2::ApiMapping')[1].Properties['DomainName']).toEqual({ Ref: 'DomainName' });
    const { Outputs } = JSON.parse(template.text);
    expect(Outputs.DomainTarget.Value).toEqual({ 'Fn::GetAtt': ['DomainName', 'RegionalDomainName'] });
    expect(Outputs.ApiAddress.Value).toBe('https://maas-api.apps.example.com');
    expect(JSON.parse(existing.text).Outputs.DomainTarget).toBeUndefined();
  });

  test('has its certificate validated by DNS in the given zone, or takes the one that it is given', () => {
    const [, certificate] = fresh.only('AWS::CertificateManager::Certificate');
    expect(certificate.Properties).toMatchObject({
      DomainName: 'maas-api.dev.example.com',
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ HostedZoneId: 'Z9876543210ZYXWVUTSRQ' }],
    });
    expect(existing.ofType('AWS::CertificateManager::Certificate')).toEqual([]);
    expect(existing.text).toContain('certificate/0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0');
  });
});
