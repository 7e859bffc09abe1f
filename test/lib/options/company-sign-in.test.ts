import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../config/config-error.ts';
import { parseConfig } from '../../../config/read.ts';
import type { ConfigInput } from '../../../config/schema.ts';
import { configFile, list, type Properties, templateOf } from '../template.ts';

const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:mrt/oidc-AbCdEf';

/** The worked example with a SAML and an OIDC provider, after a change. */
function withProviders(change: (people: Properties, config: ConfigInput) => void = () => undefined): ConfigInput {
  const config = configFile('example');
  const people = config.people as Properties;
  people['providers'] = {
    Company: {
      type: 'saml',
      metadata_url: 'https://login.example.com/metadata.xml',
      groups_claim: 'groups',
      groups: { 'mrt-operators': 'operators' },
    },
    Partner: {
      type: 'oidc',
      issuer: 'https://partner.example.com',
      client_id: 'mrt',
      client_secret_arn: SECRET,
      groups_claim: 'groups',
      groups: { owners: 'shop-owners' },
    },
  };
  config.identity = {
    ...config.identity,
    mail: { ses_identity_arn: 'arn:aws:ses:eu-west-1:111122223333:identity/example.com', from: 'mrt@example.com' },
  };
  change(people, config);
  return config;
}

function faults(change: (people: Properties, config: ConfigInput) => void): readonly string[] {
  try {
    parseConfig(withProviders(change));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

describe('with providers', () => {
  const template = templateOf(withProviders());
  const [pool, { Properties: poolProperties }] = template.only('AWS::Cognito::UserPool');
  const providers = template.ofType('AWS::Cognito::UserPoolIdentityProvider');
  const client = template.resources['PeopleClient'];

  test('people come by them and by nothing else, and machines by none', () => {
    expect(client?.Properties['SupportedIdentityProviders']).toEqual(['Company', 'Partner']);
    expect(client?.DependsOn).toEqual(expect.arrayContaining(providers.map(([id]) => id)));
    for (const [id, { Properties }] of template.ofType('AWS::Cognito::UserPoolClient')) {
      if (id !== 'PeopleClient') expect(Properties['SupportedIdentityProviders']).toEqual(['COGNITO']);
    }
  });

  test('no client lets a person change a profile, in which the groups are', () => {
    for (const [, { Properties }] of template.ofType('AWS::Cognito::UserPoolClient')) {
      expect(JSON.stringify(Properties['AllowedOAuthScopes'])).not.toContain('aws.cognito.signin.user.admin');
      for (const flow of Properties['ExplicitAuthFlows']) expect(flow).toBe('ALLOW_REFRESH_TOKEN_AUTH');
    }
  });

  test("the pool asks the stack's own function before it writes a profile and before each token, and may", () => {
    const { PreTokenGenerationConfig, InboundFederation } = poolProperties['LambdaConfig'];
    expect(InboundFederation.LambdaArn).toEqual(PreTokenGenerationConfig.LambdaArn);
    expect([InboundFederation.LambdaVersion, PreTokenGenerationConfig.LambdaVersion]).toEqual(['V1_0', 'V2_0']);
    const [lambda] = PreTokenGenerationConfig.LambdaArn['Fn::GetAtt'];
    const permissions = template
      .ofType('AWS::Lambda::Permission')
      .filter(([, { Properties }]) => Properties['Principal'] === 'cognito-idp.amazonaws.com')
      .map(([, { Properties }]) => Properties);
    expect(permissions).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': [lambda, 'Arn'] },
        Principal: 'cognito-idp.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': [pool, 'Arn'] },
      },
    ]);
    const role = template.resources[template.resources[lambda]?.Properties['Role']['Fn::GetAtt'][0]];
    const actions = role && template.statementsOf(role).flatMap(({ Action }) => list(Action));
    expect(actions).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
  });

  test('has an alarm when the function fails, since then nobody comes in', () => {
    const names = template.ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties['AlarmName']);
    expect(names).toContain('mrt-prod: Function errors: sign_in');
  });

  test("the OIDC provider's secret is in no template, and SAML requests are signed", () => {
    const details = providers.map(([, { Properties }]) => Properties['ProviderDetails']);
    expect(details[0]).toMatchObject({ RequestSigningAlgorithm: 'rsa-sha256' });
    expect(details[1]).toMatchObject({ client_secret: `{{resolve:secretsmanager:${SECRET}:SecretString:::}}` });
  });

  test('each provider fills the address and the groups, which the pool has room for and the client may take', () => {
    for (const [, { Properties }] of providers) {
      expect(Properties['AttributeMapping']).toEqual({ email: 'email', 'custom:groups': 'custom:groups' });
    }
    expect(poolProperties['Schema']).toContainEqual(expect.objectContaining({ Name: 'groups', Mutable: true }));
    expect(client?.Properties['WriteAttributes']).toEqual(['custom:groups', 'email']);
  });

  test('Cognito sends its mails by SES', () => {
    expect(poolProperties['EmailConfiguration']).toEqual({
      EmailSendingAccount: 'DEVELOPER',
      SourceArn: 'arn:aws:ses:eu-west-1:111122223333:identity/example.com',
      From: 'mrt@example.com',
    });
  });

  test('people of the pool come in beside them only where that is said', () => {
    const both = templateOf(withProviders((people) => Object.assign(people, { password_sign_in: true })));
    const supported = both.resources['PeopleClient']?.Properties['SupportedIdentityProviders'];
    expect(supported).toEqual(['Company', 'Partner', 'COGNITO']);
  });

  test('an empty list keeps the attribute, which Cognito cannot give up, and lets people in by the pool', () => {
    const off = templateOf(withProviders((people) => Object.assign(people, { providers: {} })));
    expect(off.only('AWS::Cognito::UserPool')[1].Properties['Schema']).toEqual(poolProperties['Schema']);
    expect(off.resources['PeopleClient']?.Properties['SupportedIdentityProviders']).toEqual(['COGNITO']);
    expect(off.text).not.toContain('cognito-idp.amazonaws.com"');
  });
});

describe('a mistake is named', () => {
  const company = (people: Properties) => people['providers'].Company;

  test.each<[string, (people: Properties, config: ConfigInput) => void, string]>([
    [
      'a group that is not there',
      (people) => Object.assign(company(people), { groups: { theirs: 'nobody' } }),
      'people.providers.Company.groups.theirs: callers.groups has no nobody',
    ],
    [
      'no mapping at all',
      (people) => Object.assign(company(people), { groups: {} }),
      'people.providers.Company.groups: must have one at least',
    ],
    [
      'an address that is not https',
      (people) => Object.assign(company(people), { metadata_url: 'http://login.example.com' }),
      'people.providers.Company.metadata_url: must be an https address',
    ],
    [
      "a name that is Cognito's own",
      (people) => Object.assign(people['providers'], { Google: company(people) }),
      'people.providers.Google: must not be a name of Cognito itself',
    ],
    [
      'another kind of provider',
      (people) => Object.assign(company(people), { type: 'ldap' }),
      'people.providers.Company.type: must be an object with type "saml" or "oidc"',
    ],
    [
      'nobody who could come in',
      (people) => Object.assign(people, { providers: {}, password_sign_in: false }),
      'people.password_sign_in: is false, and no entry of people.providers lets anybody in',
    ],
    [
      'a Region from which Cognito does not send',
      (_, { identity }) =>
        Object.assign(identity?.mail ?? {}, { ses_identity_arn: 'arn:aws:ses:eu-north-1:111122223333:identity/x' }),
      'identity.mail.ses_identity_arn: is in eu-north-1; Cognito of eu-west-1 sends by SES of eu-west-1, us-east-1, us-west-2',
    ],
  ])('%s', (_, change, fault) => {
    expect(faults(change)).toEqual([fault]);
  });
});
