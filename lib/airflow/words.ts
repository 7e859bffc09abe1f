/** What the owners of other networks and accounts must do, in words: an output for each way, to be sent to them. */
import type { Access } from '../../config/options/airflow-access.ts';
import type { MadeWay } from './access-ways.ts';

/** What the words name. Ids are known at deployment only. */
export interface Place {
  /** Where callers send requests: `https://…/prod`. */
  address: string;
  /** The same by the name in the private zone. */
  addressOfZone: string;
  /** Of the VPC, as callers' networks route to it. */
  range: string;
  region: string;
  host: string;
  /** `null`: there is no private zone. */
  zoneId: string | null;
  resolverEndpointId: string | null;
}

/** Sentences, each for somebody to do; in the order in which they are done. */
export function wordsFor(entry: Access, way: MadeWay, place: Place): string {
  const address = usesZone(entry, place) ? place.addressOfZone : place.address;
  return [...waysOf(entry, way, place), ...namesOf(entry, place), `Then call ${address}.`].join(' ');
}

function* waysOf(
  entry: Access,
  { attachmentId, peeringId, shareArn }: MadeWay,
  { range, region }: Place,
): Generator<string> {
  const from = `from ${entry.cidr} to ${range}`;
  switch (entry.via) {
    case 'on_premises':
      yield `Firewall: let TCP 443 out ${from}.`;
      yield `VPN or Direct Connect: advertise ${entry.cidr}, and take ${range} by BGP or as a static route.`;
      yield* acceptanceOf(attachmentId, region);
      break;
    case 'peering':
      if (peeringId !== null && (entry.account !== undefined || entry.route_table_ids.length === 0)) {
        yield `Route tables of the callers' subnets: ${range} to ${peeringId}.`;
      }
      yield `Security groups of the callers: TCP 443 out to ${range}.`;
      break;
    case 'transit_gateway':
      yield* acceptanceOf(attachmentId, region);
      yield `Attach the callers' VPC to ${entry.transit_gateway_id}; route tables of their subnets: ${range} to it.`;
      yield `Security groups of the callers: TCP 443 out to ${range}.`;
      break;
    case 'shared_transit_gateway':
      if (shareArn !== null && entry.outside_organization) {
        yield `Account ${entry.account}: accept the share ${shareArn} within seven days (aws ram get-resource-share-invitations, aws ram accept-resource-share-invitation).`;
      }
      if (entry.owner === 'other_account') {
        yield `Account ${entry.account}: share ${entry.transit_gateway_id} with this account; it is accepted here before the deployment.`;
        yield* acceptanceOf(attachmentId, region);
      }
      yield `Account ${entry.account}: attach the callers' VPC to ${entry.transit_gateway_id}; route tables of their subnets: ${range} to it.`;
      yield `Security groups of the callers: TCP 443 out to ${range}.`;
  }
}

function* acceptanceOf(attachmentId: string | null, region: string): Generator<string> {
  if (attachmentId === null) return;
  yield `Owner of the transit gateway, unless it accepts by itself: aws ec2 accept-transit-gateway-vpc-attachment --region ${region} --transit-gateway-attachment-id ${attachmentId}.`;
}

/** Whether the callers find the API in the private zone. */
function usesZone(entry: Access, { zoneId }: Place): boolean {
  if (zoneId === null) return false;
  return entry.via === 'on_premises' ? entry.inbound_resolver : entry.vpc_id !== undefined;
}

function* namesOf(entry: Access, place: Place): Generator<string> {
  const { zoneId, resolverEndpointId, region, host } = place;
  if (!usesZone(entry, place)) {
    yield 'DNS: nothing, the name is public and leads to private addresses; a resolver that drops such answers must let it through.';
    return;
  }
  if (entry.via === 'on_premises') {
    yield `DNS: forward ${host} to the addresses of aws route53resolver list-resolver-endpoint-ip-addresses --region ${region} --resolver-endpoint-id ${resolverEndpointId}.`;
    return;
  }
  const foreign = 'account' in entry ? (entry.account ?? null) : null;
  // A VPC of this account is associated by the stack.
  if (foreign === null) return;
  const named = `--hosted-zone-id ${zoneId} --vpc VPCRegion=${region},VPCId=${entry.vpc_id}`;
  yield `This account: aws route53 create-vpc-association-authorization ${named}.`;
  yield `Account ${foreign}: aws route53 associate-vpc-with-hosted-zone ${named}.`;
}
