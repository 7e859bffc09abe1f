/** Where the functions run: an existing VPC, or a new one that is peered with the databases' VPCs. */
import * as z from 'zod';
import { choice } from './faults.ts';
import { ingress } from './names.ts';

/** AWS's ids have 8 hexadecimal digits, or 17 since 2016. */
const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `must be an id of the form ${prefix}-…`);
/** IPv4 only, as the stack makes no routes and rules for IPv6. */
const cidr = z
  .string()
  .regex(/^([0-9]{1,3}\.){3}[0-9]{1,3}\/[0-9]{1,2}$/, 'must be an IPv4 range such as 10.40.0.0/22');
/** Two at least, so that the loss of one zone does not end the API. */
const availabilityZones = z
  .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$/, 'must be a zone such as eu-west-1a'))
  .min(2)
  .max(3);
const s3PrefixList = id('pl').describe(
  "The Region's prefix list for S3: aws ec2 describe-managed-prefix-lists. CloudFormation does not return it.",
);

/** Interface endpoints that only options need, by the end of their service names. */
export const OPTIONAL_ENDPOINTS = ['secretsmanager', 'airflow.env', 'airflow.api', 'sts', 'athena'] as const;

/** A VPC that the network's owner looks after; the stack adds security groups, and endpoints where asked. */
const existing = z.strictObject({
  vpc: z.literal('existing'),
  vpc_id: id('vpc'),
  // The functions' interfaces take addresses there: one for each set of security groups and subnet.
  subnet_ids: z.array(id('subnet')).min(2).max(6).describe('Private subnets, one a zone.'),
  availability_zones: availabilityZones,
  route_table_ids: z.array(id('rtb')).min(1).max(6).describe('Of these subnets; the S3 gateway endpoint needs them.'),
  s3_prefix_list_id: s3PrefixList,
  s3_endpoint: z
    .union(
      [z.literal('create'), z.strictObject({ existing: id('vpce') })],
      choice('"create" or { "existing": "vpce-…" }'),
    )
    .describe('create: its policy then holds for everything that uses these route tables.'),
  monitoring_endpoint: z
    .union(
      [
        z.literal('create'),
        z.strictObject({ existing: id('vpce'), security_group: id('sg'), security_group_ingress: ingress }),
      ],
      choice('"create" or { "existing": "vpce-…", "security_group": "sg-…" }'),
    )
    .describe('A VPC takes only one with private DNS.'),
  interface_endpoints: z
    .partialRecord(
      z.enum(OPTIONAL_ENDPOINTS),
      z.strictObject({ existing: id('vpce'), security_group: id('sg'), security_group_ingress: ingress }),
    )
    .optional()
    .describe('Those that the VPC has already, of the ones that only options need; the stack makes the others.'),
});

/** A VPC of the stack's own, which reaches the databases by peering and nothing else. */
const created = z.strictObject({
  vpc: z.literal('new'),
  cidr,
  availability_zones: availabilityZones,
  s3_prefix_list_id: s3PrefixList,
  peerings: z
    .array(
      z.strictObject({
        vpc_id: id('vpc'),
        cidr,
        route_table_ids: z
          .array(id('rtb'))
          .describe("Route tables of the database's subnets; the stack adds the way back. Empty: their owner does."),
      }),
    )
    .max(20)
    .describe('VPCs of the databases, in the same account and Region.'),
});

/** One of the two, told apart by `vpc`. */
export const network = z.discriminatedUnion(
  'vpc',
  [existing, created],
  choice('an object with vpc "existing" or "new"'),
);
