/** Contradictions of the network: what AWS would refuse in the middle of a deployment, or what nothing could reach. */
import { type AddressRange, overlap, parseRange } from './address-range.ts';
import type { Config } from './schema.ts';

/** Of a VPC (Amazon VPC User Guide, "VPC CIDR blocks"): /16 is the largest. */
const MIN_VPC_PREFIX_LENGTH = 16;
/** The smallest subnet (same guide, "Subnet CIDR blocks"); the stack makes one a zone, of equal size. */
const MAX_SUBNET_PREFIX_LENGTH = 28;

type Network = Config['network'];
type NewNetwork = Extract<Network, { vpc: 'new' }>;

/** Faults in words, each starting with the path of its field. */
export function* networkFaults(config: Config): Generator<string> {
  const { network, region } = config;
  for (const [index, zone] of network.availability_zones.entries()) {
    if (zone.slice(0, -1) !== region) yield `network.availability_zones.${index}: ${zone} is not in ${region}`;
  }
  yield* repeated('network.availability_zones', network.availability_zones);
  if (network.vpc === 'existing') {
    yield* repeated('network.subnet_ids', network.subnet_ids);
    yield* repeated('network.route_table_ids', network.route_table_ids);
    if (network.subnet_ids.length < network.availability_zones.length) {
      yield 'network.subnet_ids: must have one subnet a zone at least';
    }
  } else {
    yield* rangeFaults(network);
    yield* reachFaults(config, network);
  }
}

function* repeated(path: string, values: readonly string[]): Generator<string> {
  for (const [index, value] of values.entries()) {
    if (values.indexOf(value) < index) yield `${path}.${index}: ${value} is there twice`;
  }
}

/**
 * A VPC that is divided into a subnet for each zone, and peerings: VPCs that overlap cannot be peered, and a route table
 * takes one way to an address range (Amazon VPC Peering Guide, "Limitations").
 */
function* rangeFaults({ cidr, availability_zones, peerings }: NewNetwork): Generator<string> {
  const own = parseRange(cidr);
  if (typeof own === 'string') {
    yield `network.cidr: ${own}`;
  } else {
    // Two zones halve the range, three take three of its quarters.
    const smallest = MAX_SUBNET_PREFIX_LENGTH - Math.ceil(Math.log2(availability_zones.length));
    if (own.prefixLength < MIN_VPC_PREFIX_LENGTH || own.prefixLength > smallest) {
      yield `network.cidr: with ${availability_zones.length} zones it must be from /${MIN_VPC_PREFIX_LENGTH} to /${smallest}`;
    }
  }
  const others: { name: string; range: AddressRange }[] = [];
  if (typeof own !== 'string') others.push({ name: 'network.cidr', range: own });
  for (const [index, peering] of peerings.entries()) {
    const path = `network.peerings.${index}.cidr`;
    const range = parseRange(peering.cidr);
    if (typeof range === 'string') {
      yield `${path}: ${range}`;
      continue;
    }
    const other = others.find((candidate) => overlap(candidate.range, range));
    if (other) yield `${path}: ${peering.cidr} overlaps ${other.name}, so that no route could tell them apart`;
    others.push({ name: path, range });
  }
  yield* repeated(
    'network.peerings',
    peerings.map(({ vpc_id }) => vpc_id),
  );
}

/** A database that the new VPC could not reach. */
function* reachFaults({ databases }: Config, { peerings }: NewNetwork): Generator<string> {
  const peered = new Set(peerings.map((peering) => peering.vpc_id));
  for (const [name, database] of Object.entries(databases)) {
    if (database.vpc_id === undefined) {
      yield `databases.${name}.vpc_id: is required with a new VPC, which reaches databases only by peering`;
    } else if (!peered.has(database.vpc_id)) {
      yield `databases.${name}.vpc_id: no entry of network.peerings reaches ${database.vpc_id}, so the functions could not`;
    }
  }
}
