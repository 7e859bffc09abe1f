import { describe, expect, test } from 'vitest';
import { configFile, type Properties, routesOf, type Template, templateOf } from './template.ts';

const existing = templateOf(configFile('example'));
const fresh = templateOf(configFile('example-new'));

/** Rules in a group's own resource and in resources of their own. */
function rules(template: Template, direction: 'Ingress' | 'Egress'): Properties[] {
  const inline = template
    .ofType('AWS::EC2::SecurityGroup')
    .flatMap(([, { Properties }]) => Properties[`SecurityGroup${direction}`] ?? []);
  const own = template.ofType(`AWS::EC2::SecurityGroup${direction}`).map(([, { Properties }]) => Properties);
  return [...inline, ...own].filter(({ Description }) => Description !== 'Disallow all traffic');
}

/** Security groups of a function, by their description. */
function groupsOf(template: Template, route: string): Set<string> {
  const ids = template.functionOf(route)[1].Properties['VpcConfig'].SecurityGroupIds;
  return new Set(ids.map((id: Properties) => template.resources[id['Fn::GetAtt'][0]]?.Properties['GroupDescription']));
}

describe.each([
  ['an existing VPC', existing],
  ['a new VPC', fresh],
])('security groups in %s', (_, template) => {
  test('open single ports to S3, to the endpoint and to databases, never an address range', () => {
    for (const rule of [...rules(template, 'Egress'), ...rules(template, 'Ingress')]) {
      expect(rule['CidrIp']).toBeUndefined();
      expect(rule['IpProtocol']).toBe('tcp');
      expect(rule['FromPort']).toBe(rule['ToPort']);
      expect([443, 5432]).toContain(rule['ToPort']);
    }
    expect(rules(template, 'Egress').length).toBeGreaterThanOrEqual(3);
  });

  // CloudFormation, "AWS::EC2::SecurityGroup": a group that is made without egress rules lets everything out.
  test('have their ways out in their own resource, so that EC2 adds none', () => {
    for (const [, { Properties }] of template.ofType('AWS::EC2::SecurityGroup')) {
      expect(Properties['SecurityGroupEgress']?.length).toBeGreaterThan(0);
    }
    expect(template.ofType('AWS::EC2::SecurityGroupEgress')).toEqual([]);
  });

  test.each(routesOf(template))('give /$name only the ways that its needs need', ({ name, needs }) => {
    const expected = new Set(['MRT functions to S3']);
    if (needs.includes('database')) expected.add('MRT functions to the databases');
    if (needs.some((source) => source.endsWith('_metrics'))) expected.add('MRT functions to CloudWatch');
    expect(groupsOf(template, name)).toEqual(expected);
  });
});

describe('an existing VPC', () => {
  test('gets no VPC, subnet, route or gateway from the stack', () => {
    expect(Object.values(existing.resources).map(({ Type }) => Type)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^AWS::EC2::(VPC|Subnet|Route|NatGateway|InternetGateway)/)]),
    );
  });

  test('lets the functions into the existing endpoint', () => {
    expect(rules(existing, 'Ingress')).toContainEqual(
      expect.objectContaining({ GroupId: 'sg-0a1b2c3d4e5f60715', ToPort: 443 }),
    );
  });

  test('leaves the group of an endpoint that is somebody else’s to its owner, as in a shared VPC', () => {
    const config = configFile('example');
    if (config.network.vpc === 'existing' && config.network.monitoring_endpoint !== 'create') {
      config.network.monitoring_endpoint.security_group_ingress = 'owner';
    }
    const template = templateOf(config);
    expect(rules(template, 'Ingress').map(({ GroupId }) => GroupId)).not.toContain('sg-0a1b2c3d4e5f60715');
    expect(rules(template, 'Egress')).toContainEqual(
      expect.objectContaining({ DestinationSecurityGroupId: 'sg-0a1b2c3d4e5f60715', ToPort: 443 }),
    );
  });

  test("changes a database's security group unless its owner does that", () => {
    const into = rules(existing, 'Ingress').map(({ GroupId }) => GroupId);
    expect(into).toContain('sg-0a1b2c3d4e5f60717');
    expect(into).not.toContain('sg-0a1b2c3d4e5f60716');
  });

  test('can get endpoints of its own', () => {
    const config = configFile('example');
    if (config.network.vpc === 'existing') {
      config.network.s3_endpoint = 'create';
      config.network.monitoring_endpoint = 'create';
    }
    const endpoints = templateOf(config)
      .ofType('AWS::EC2::VPCEndpoint')
      .map(([, { Properties }]) => Properties);
    expect(endpoints).toMatchObject([
      { VpcEndpointType: 'Gateway', RouteTableIds: ['rtb-0a1b2c3d4e5f60711', 'rtb-0a1b2c3d4e5f60712'] },
      {
        VpcEndpointType: 'Interface',
        PrivateDnsEnabled: true,
        SubnetIds: ['subnet-0a1b2c3d4e5f60711', 'subnet-0a1b2c3d4e5f60712'],
        // Without a group of its own it would get the VPC's default one.
        SecurityGroupIds: [{ 'Fn::GetAtt': [expect.stringContaining('EndpointSecurityGroup'), 'GroupId'] }],
      },
    ]);
  });
});

describe('a new VPC', () => {
  test('has no way to the internet, and a flow log', () => {
    expect(fresh.ofType('AWS::EC2::NatGateway')).toEqual([]);
    expect(fresh.ofType('AWS::EC2::InternetGateway')).toEqual([]);
    expect(fresh.ofType('AWS::EC2::FlowLog')).toHaveLength(1);
    for (const [, subnet] of fresh.ofType('AWS::EC2::Subnet')) {
      expect(subnet.Properties['MapPublicIpOnLaunch']).toBe(false);
    }
  });

  test('has the zones of the configuration, and no guessed one', () => {
    const zones = fresh.ofType('AWS::EC2::Subnet').map(([, { Properties }]) => Properties['AvailabilityZone']);
    expect(zones).toEqual(['eu-central-1a', 'eu-central-1b']);
    expect(fresh.text).not.toContain('dummy');
    expect(existing.text).not.toContain('dummy');
  });

  test('is peered with the databases, with routes there and back', () => {
    const [peering] = fresh.only('AWS::EC2::VPCPeeringConnection');
    const routed = fresh
      .ofType('AWS::EC2::Route')
      .filter(([, { Properties }]) => Properties['VpcPeeringConnectionId'].Ref === peering)
      .map(([, { Properties }]) => Properties['DestinationCidrBlock']);
    expect(routed).toEqual(['10.50.0.0/16', '10.50.0.0/16', '10.40.0.0/24', '10.40.0.0/24']);
  });
});
