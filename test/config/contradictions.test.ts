/** What AWS would refuse in the middle of a deployment, and what nothing could ever reach, stops before it. */
import { describe, expect, test } from 'vitest';
import type { ConfigInput } from '../../config/schema.ts';
import { faults } from './faults.ts';

describe('a contradiction is named too', () => {
  test.each<[string, 'example' | 'example-new', (config: ConfigInput) => void, string]>([
    [
      'an environment on a server that is not there',
      'example',
      (config) => Object.assign(config.environments['crm-prod']?.database ?? {}, { server: 'gone' }),
      'environments.crm-prod.database.server: databases has no gone',
    ],
    [
      'a caller of an environment that is not there',
      'example',
      (config) =>
        Object.assign(config.callers.clients['monitoring'] ?? {}, { environments: ['shop-prod', 'team:nobody'] }),
      'callers.clients.monitoring.environments.1: team:nobody is no environment, pattern or label of one',
    ],
    [
      'a zone of another Region',
      'example',
      (config) => Object.assign(config.network, { availability_zones: ['eu-west-1a', 'us-east-1a'] }),
      'network.availability_zones.1: us-east-1a is not in eu-west-1',
    ],
    [
      'groups without people',
      'example',
      (config) => Object.assign(config, { people: 'off' }),
      'callers.groups: groups are for people, who are off',
    ],
    [
      'a database in a VPC that the new one is not peered with',
      'example-new',
      (config) => Object.assign(config.network, { peerings: [] }),
      'databases.shop-dev.vpc_id: no entry of network.peerings reaches vpc-0b1c2d3e4f5a60718',
    ],
    [
      'a database that does not say where it is, with a new VPC',
      'example-new',
      (config) => Reflect.deleteProperty(config.databases['shop-dev'] ?? {}, 'vpc_id'),
      'databases.shop-dev.vpc_id: is required with a new VPC',
    ],
    [
      'an alias as the host of a database',
      'example',
      (config) => Object.assign(config.databases['sales'] ?? {}, { host: 'sales-db.example.com' }),
      'databases.sales.host: sales-db.example.com is no RDS endpoint in eu-west-1',
    ],
    [
      'an endpoint of another Region',
      'example',
      (config) =>
        Object.assign(config.databases['sales'] ?? {}, { host: 'sales.c0ffee123456.us-east-1.rds.amazonaws.com' }),
      'databases.sales.host: sales.c0ffee123456.us-east-1.rds.amazonaws.com is no RDS endpoint in eu-west-1',
    ],
    [
      'an instance beside a cluster',
      'example-new',
      (config) => Object.assign(config.databases['shop-dev'] ?? {}, { instance_identifier: 'shop-dev-1' }),
      'databases.shop-dev.instance_identifier: must be left out with a cluster-… resource id',
    ],
    [
      'two sources of constants with one name',
      'example',
      (config) =>
        Object.assign(config.environments['shop-acc']?.constants?.overrides?.[0] ?? {}, { name: 'shop-acc-archive' }),
      'environments.shop-acc.constants: archive and overrides must have different names',
    ],
    [
      'a key for a bucket that nothing is read from',
      'example',
      (config) =>
        Object.assign(config, { bucket_keys: { 'other-bucket': 'arn:aws:kms:eu-west-1:111122223333:key/x' } }),
      'bucket_keys.other-bucket: no archive and no override is in this bucket',
    ],
    [
      'zones that are one',
      'example',
      (config) => Object.assign(config.network, { availability_zones: ['eu-west-1a', 'eu-west-1a'] }),
      'network.availability_zones.1: eu-west-1a is there twice',
    ],
    [
      'a VPC that cannot be divided',
      'example-new',
      (config) => Object.assign(config.network, { cidr: '10.40.0.0/28' }),
      'network.cidr: with 2 zones it must be from /16 to /27',
    ],
    [
      'a range that is none',
      'example-new',
      (config) => Object.assign(config.network, { cidr: '10.300.0.0/24' }),
      'network.cidr: 10.300.0.0/24 is no IPv4 range',
    ],
    [
      'an address within a range in place of the range',
      'example-new',
      (config) => Object.assign(config.network, { cidr: '10.40.1.7/22' }),
      'network.cidr: 10.40.1.7/22 is in the middle of its range: write 10.40.0.0/22',
    ],
    [
      'a VPC that overlaps the one that it is peered with',
      'example-new',
      (config) => Object.assign(config.network, { cidr: '10.50.7.0/24' }),
      'network.peerings.0.cidr: 10.50.0.0/16 overlaps network.cidr',
    ],
    [
      'two peered VPCs that overlap each other',
      'example-new',
      (config) => {
        const peering = { vpc_id: 'vpc-0b1c2d3e4f5a60719', cidr: '10.50.128.0/20', route_table_ids: [] };
        if (config.network.vpc === 'new') config.network.peerings.push(peering);
      },
      'network.peerings.1.cidr: 10.50.128.0/20 overlaps network.peerings.0.cidr',
    ],
    [
      'a certificate of another Region',
      'example',
      (config) =>
        Object.assign(config.domain, { certificate_arn: 'arn:aws:acm:us-east-1:111122223333:certificate/0f1e2d3c' }),
      'domain.certificate_arn: is in us-east-1, not in eu-west-1',
    ],
    [
      'a new certificate that nobody could validate',
      'example-new',
      (config) => Reflect.deleteProperty(config.domain as object, 'hosted_zone_id'),
      'domain.certificate_arn: is required without hosted_zone_id',
    ],
    [
      "a bucket's key of another Region",
      'example',
      (config) =>
        Object.assign(config, { bucket_keys: { 'example-deployments': 'arn:aws:kms:us-east-1:111122223333:key/x' } }),
      'bucket_keys.example-deployments: is in us-east-1, not in eu-west-1',
    ],
    [
      "the logs' key of another Region",
      'example',
      (config) =>
        Object.assign(config.observability ?? {}, { log_kms_key_arn: 'arn:aws:kms:us-east-1:111122223333:key/x' }),
      'observability.log_kms_key_arn: is in us-east-1, not in eu-west-1',
    ],
    [
      'a permissions boundary of another account',
      'example',
      (config) => Object.assign(config, { permissions_boundary_arn: 'arn:aws:iam::444455556666:policy/boundary' }),
      'permissions_boundary_arn: is in account 444455556666, not in 111122223333',
    ],
    [
      "a tag of AWS's own",
      'example',
      (config) => Object.assign(config, { tags: { 'aws:owner': 'mendix' } }),
      'tags.aws:owner: AWS keeps aws: for its own tags',
    ],
    [
      "the stack's own tag",
      'example',
      (config) => Object.assign(config, { tags: { 'mrt:stage': 'test' } }),
      'tags.mrt:stage: the stack sets it',
    ],
    [
      'a tag with a sign that services refuse',
      'example',
      (config) => Object.assign(config, { tags: { owner: 'a & b' } }),
      'tags.owner: must be letters, digits, spaces and',
    ],
    [
      "a stage that makes one of Cognito's reserved words part of the domain prefix",
      'example-new',
      (config) => Object.assign(config, { stage: 'aws-dev' }),
      'identity.domain_prefix: is required, as the default mrt-aws-dev-444455556666 holds aws',
    ],
    [
      'a Region of another partition',
      'example-new',
      (config) => {
        const text = JSON.stringify(config).replaceAll('eu-central-1', 'us-gov-west-1');
        Object.assign(config, JSON.parse(text));
      },
      'region: us-gov-west-1 is in another partition than aws',
    ],
    [
      'a cluster’s endpoint with the id of an instance',
      'example-new',
      (config) => Object.assign(config.databases['shop-dev'] ?? {}, { resource_id: 'db-ABCDEFGHIJKLMNOPQRSTUVWXYZ' }),
      'databases.shop-dev.resource_id: shop-dev.cluster-c0ffee654321.eu-central-1.rds.amazonaws.com is a cluster',
    ],
    [
      'a proxy’s id with another endpoint',
      'example',
      (config) =>
        Object.assign(config.databases['logistics'] ?? {}, { host: 'logistics.c0ffee.eu-west-1.rds.amazonaws.com' }),
      'databases.logistics.host: prx-0123456789abcdef0 is an RDS Proxy',
    ],
    [
      'two databases of one group and port that are let in by two',
      'example',
      (config) => Object.assign(config.databases['logistics'] ?? {}, { security_group: 'sg-0a1b2c3d4e5f60716' }),
      'databases.logistics.security_group_ingress: another database has the same group and port with "owner"',
    ],
  ])('%s', (_, name, change, expected) => {
    expect(faults(change, name)).toEqual([expect.stringContaining(expected)]);
  });
});
