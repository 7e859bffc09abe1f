/**
 * The networks that reach the Airflow gateway, and on what way: what the owner of the stack's VPC can make of it. What
 * others must do is an output of the stack, in words.
 */
import * as z from 'zod';
import { choice } from '../faults.ts';
import { name } from '../names.ts';

const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `must be an id of the form ${prefix}-…`);
const cidr = z
  .string()
  .regex(/^([0-9]{1,3}\.){3}[0-9]{1,3}\/[0-9]{1,2}$/, 'must be an IPv4 range such as 10.60.0.0/16')
  .describe('Where the callers are: routes lead there, and the endpoint lets it in on port 443.');
const account = z.string().regex(/^[0-9]{12}$/, 'must be the 12 digits of an account');

/** A transit gateway, and how the VPC is on it. */
const transitGateway = {
  transit_gateway_id: id('tgw'),
  attachment: z
    .enum(['create', 'existing'])
    .default('create')
    .describe('A VPC has one at a transit gateway. existing: its network’s owner has made it.'),
  transit_gateway_route_table_id: id('tgw-rtb')
    .optional()
    .describe('Associated and propagated to. Default: the transit gateway does it by its own defaults.'),
};

const base = { name: name.max(24, 'has 24 characters at most'), cidr };

const onPremises = z.strictObject({
  ...base,
  via: z.literal('on_premises'),
  ...transitGateway,
  inbound_resolver: z
    .boolean()
    .default(false)
    .describe('Addresses that your DNS forwards the API’s name to; needs private_zone. About 180 USD a month.'),
});

const peering = z.strictObject({
  ...base,
  via: z.literal('peering'),
  vpc_id: id('vpc'),
  account: account.optional().describe('Where it is another’s.'),
  accepter_role_arn: z
    .string()
    .regex(/^arn:aws:iam::[0-9]{12}:role\/.+$/, 'must be the ARN of a role')
    .optional()
    .describe('With account: a role there that CloudFormation may take to accept the peering.'),
  route_table_ids: z
    .array(id('rtb'))
    .default([])
    .describe('Of the callers’ subnets; the stack adds the way here. Empty: their owner does.'),
});

const throughTransitGateway = z.strictObject({
  ...base,
  via: z.literal('transit_gateway'),
  ...transitGateway,
  vpc_id: id('vpc').optional().describe('With private_zone: the callers’ VPC, which then finds the API by its name.'),
});

const sharedTransitGateway = z.strictObject({
  ...base,
  via: z.literal('shared_transit_gateway'),
  account,
  ...transitGateway,
  owner: z.enum(['this_account', 'other_account']).describe('Whose the transit gateway is.'),
  outside_organization: z
    .boolean()
    .default(false)
    .describe('The other account is in no organisation with this one, and must accept an invitation.'),
  vpc_id: id('vpc').optional().describe('With private_zone: the callers’ VPC, which is authorised to use the zone.'),
});

export const access = z.discriminatedUnion(
  'via',
  [onPremises, peering, throughTransitGateway, sharedTransitGateway],
  choice('an object with via "on_premises", "peering", "transit_gateway" or "shared_transit_gateway"'),
);

export type Access = z.output<typeof access>;
