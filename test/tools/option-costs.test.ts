import { expect, test } from 'vitest';
import { optionCosts } from '../../tools/option-costs.ts';

const table = optionCosts({
  users: { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 512 } },
  live: {
    Type: 'AWS::Lambda::Alias',
    Properties: {
      FunctionName: { Ref: 'users' },
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 },
    },
  },
  other: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'users' } } },
  gateway: {
    Type: 'AWS::EC2::VPCEndpoint',
    Properties: { ServiceName: 'com.amazonaws.eu-west-1.execute-api', SubnetIds: ['a', 'b'] },
  },
  attachment: { Type: 'AWS::EC2::TransitGatewayVpcAttachment', Properties: {} },
  resolver: { Type: 'AWS::Route53Resolver::ResolverEndpoint', Properties: { IpAddresses: [{}, {}] } },
  acl: { Type: 'AWS::WAFv2::WebACL', Properties: { Rules: [{}, {}, {}] } },
});

test('what is kept ready is paid by its memory and by the hour', () => {
  // 1 GB × 730 h × 3,600 s × 0.0000033334.
  expect(table).toContain('8.76 for the 1024 MB that the example keeps ready');
});

test('a web ACL is paid by its rules, and a million requests by each of the three services', () => {
  expect(table).toContain('a web ACL with 3 rules');
  // 5 + 3, and 0.60 + 1.20 + 0.75.
  expect(table).toContain('| 8.00; a million requests 2.55 ');
});

test('the Airflow gateway is paid by its endpoint’s zones and by requests, its ways by what they are made of', () => {
  // 2 × 730 h × 0.011; 3.50 for the REST API and 0.20 for the functions.
  expect(table).toContain('| 16.06; a million requests 3.70 and the functions’ time |');
  // 730 h × 0.05, twice 730 h × 0.125, and the zone.
  expect(table).toContain('36.50 an attachment, 91.25 an address, 0.50 the zone: 219.50 for the example');
});
