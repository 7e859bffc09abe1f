/** What a schema cannot see in the Airflow gateway: names that lead nowhere, and networks that no route could tell apart. */
import { type AddressRange, overlap, parseRange } from '../address-range.ts';
import type { Config } from '../schema.ts';
import { airflowEnvironments, withinReach } from './airflow-environments.ts';
import type { AirflowGateway } from './airflow-gateway.ts';

/** Faults in words, each starting with the path of its field. */
export function* gatewayFaults(config: Config): Generator<string> {
  if (config.airflow === undefined) return;
  yield* environmentFaults(config);
  yield* callerFaults(config, config.airflow);
  yield* issuerFaults(config.airflow);
  yield* rangeFaults(config, config.airflow);
  yield* wayFaults(config, config.airflow);
}

function* environmentFaults({ environments }: Config): Generator<string> {
  if (!Object.values(environments).some(({ airflow }) => airflow !== undefined)) {
    yield 'airflow: no environment has an Airflow, so there is nothing behind the gateway';
  }
}

function* callerFaults(config: Config, airflow: AirflowGateway): Generator<string> {
  const { callers, account } = config;
  for (const kind of ['clients', 'groups'] as const) {
    for (const [name, { dags }] of Object.entries(airflow[kind])) {
      const caller = Object.hasOwn(callers[kind], name) ? callers[kind][name] : undefined;
      if (caller === undefined) yield `airflow.${kind}.${name}: callers.${kind} has no ${name}`;
      else if (dags.length > 0 && !caller.scopes.includes('mrt/airflow.trigger')) {
        yield `airflow.${kind}.${name}.dags: callers.${kind}.${name} lacks the scope mrt/airflow.trigger`;
      }
    }
  }
  for (const kind of ['pipelines', 'roles'] as const) {
    for (const [name, { scopes, dags, environments: selectors }] of Object.entries(airflow[kind])) {
      const path = `airflow.${kind}.${name}`;
      const triggers = scopes.includes('mrt/airflow.trigger');
      if (triggers && dags.length === 0) yield `${path}.dags: must name the DAGs that it may start`;
      if (!triggers && dags.length > 0) yield `${path}.dags: needs the scope mrt/airflow.trigger`;
      for (const [index, selector] of selectors.entries()) {
        if (airflowEnvironments(withinReach(config, kind, name, [selector]), config).length === 0) {
          yield `${path}.environments.${index}: ${selector} selects no environment with an Airflow`;
        }
      }
    }
  }
  for (const [name, role] of Object.entries(airflow.roles)) {
    if (role.trust === 'account' && role.account === account) {
      yield `airflow.roles.${name}.account: is the stack's own; take trust "service", or name the role of another account`;
    }
  }
}

function* issuerFaults({ issuers, pipelines, roles }: AirflowGateway): Generator<string> {
  const seen = new Map<string, string>();
  for (const [name, { issuer }] of Object.entries(issuers)) {
    const other = seen.get(issuer);
    if (other !== undefined) yield `airflow.issuers.${name}.issuer: is ${other}'s too, and a token says no more`;
    seen.set(issuer, name);
  }
  for (const [name, { issuer }] of Object.entries(pipelines)) {
    if (!Object.hasOwn(issuers, issuer)) yield `airflow.pipelines.${name}.issuer: airflow.issuers has no ${issuer}`;
  }
  for (const [name, role] of Object.entries(roles)) {
    if (role.trust === 'gitlab' && !Object.hasOwn(issuers, role.issuer)) {
      yield `airflow.roles.${name}.issuer: airflow.issuers has no ${role.issuer}`;
    }
  }
}

/** A route table takes one way to a range; and a VPC is not reached by its own addresses. */
function* rangeFaults({ network }: Config, { access, vpc_cidr }: AirflowGateway): Generator<string> {
  if (network.vpc === 'new' && vpc_cidr !== undefined) yield 'airflow.vpc_cidr: must be left out, network.cidr says it';
  if (network.vpc === 'existing' && vpc_cidr === undefined && access.length > 0) {
    yield 'airflow.vpc_cidr: is required with an existing VPC and access: others route to it';
  }
  const taken: { name: string; range: AddressRange }[] = [];
  const own =
    network.vpc === 'new'
      ? [{ name: 'network.cidr', cidr: network.cidr }]
      : vpc_cidr === undefined
        ? []
        : [{ name: 'airflow.vpc_cidr', cidr: vpc_cidr }];
  const ownRange = vpc_cidr === undefined ? null : parseRange(vpc_cidr);
  if (typeof ownRange === 'string') yield `airflow.vpc_cidr: ${ownRange}`;
  const peered =
    network.vpc === 'new'
      ? network.peerings.map(({ cidr, vpc_id }, index) => ({ name: `network.peerings.${index}.cidr`, cidr, vpc_id }))
      : [];
  for (const { name, cidr } of [...own, ...peered]) {
    const range = parseRange(cidr);
    if (typeof range !== 'string') taken.push({ name, range });
  }
  for (const [index, entry] of access.entries()) {
    const path = `airflow.access.${index}.cidr`;
    const range = parseRange(entry.cidr);
    if (typeof range === 'string') {
      yield `${path}: ${range}`;
      continue;
    }
    // Callers may be in a VPC that a database's peering leads to already; its range stands there then.
    const known = entry.via === 'peering' ? peered.find(({ vpc_id }) => vpc_id === entry.vpc_id) : undefined;
    const other = taken.find((candidate) => overlap(candidate.range, range) && candidate.name !== known?.name);
    if (other) yield `${path}: ${entry.cidr} overlaps ${other.name}, so that no route could tell them apart`;
    taken.push({ name: path, range });
  }
}

/** What the ways of several entries say of the same thing, and what needs something else. */
function* wayFaults({ account }: Config, { access, private_zone }: AirflowGateway): Generator<string> {
  const names = access.map(({ name }) => name);
  const gateways = new Map<string, string>();
  for (const [index, entry] of access.entries()) {
    const path = `airflow.access.${index}`;
    if (names.indexOf(entry.name) < index) yield `${path}.name: ${entry.name} is there twice`;
    if ('account' in entry && entry.account === account) yield `${path}.account: is the stack's own; leave it out`;
    if (entry.via === 'peering') {
      yield* peeringFaults(path, entry);
      continue;
    }
    const said = JSON.stringify([entry.attachment, entry.transit_gateway_route_table_id ?? null]);
    const before = gateways.get(entry.transit_gateway_id) ?? said;
    gateways.set(entry.transit_gateway_id, before);
    if (before !== said) {
      yield `${path}.attachment: another entry says something else of ${entry.transit_gateway_id}, and the VPC has one attachment there`;
    }
    if (entry.via === 'on_premises' && entry.inbound_resolver && !private_zone) {
      yield `${path}.inbound_resolver: needs airflow.private_zone, or it would have nothing to answer`;
    }
    if ('vpc_id' in entry && entry.vpc_id !== undefined && !private_zone) {
      yield `${path}.vpc_id: is for airflow.private_zone only`;
    }
  }
}

type Peering = Extract<AirflowGateway['access'][number], { via: 'peering' }>;

/** CloudFormation waits for the other account only where it may accept itself ("AWS::EC2::VPCPeeringConnection"). */
function* peeringFaults(path: string, { account, accepter_role_arn, route_table_ids }: Peering): Generator<string> {
  if (account === undefined) {
    if (accepter_role_arn !== undefined) yield `${path}.accepter_role_arn: goes with account only`;
    return;
  }
  if (accepter_role_arn === undefined) {
    yield `${path}.accepter_role_arn: is required with account: CloudFormation makes no peering that nobody accepts`;
  } else if (accepter_role_arn.split(':')[4] !== account) {
    yield `${path}.accepter_role_arn: is not in account ${account}`;
  }
  if (route_table_ids.length > 0) yield `${path}.route_table_ids: are another account's; its owner adds the way here`;
}
