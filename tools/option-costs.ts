/**
 * What the options cost, in docs/options.md: how many of each thing there are comes from the template of the example that has
 * every option on, what one of them costs from `prices.ts`. `npm run generate` writes it.
 */
import { costTable, dollars, HOURS, PRICES } from './prices.ts';

const MEGABYTES = 1024;
/** The least that a configuration takes. */
const ZONES = 2;
/** Bytes of a line in the web ACL's log, about. */
const LOG_LINE = 1500;

/**
 * Request, acceptance, answer and end: each is paid as it comes to the broker, as it goes on from there, and as its receiver
 * acknowledges it ("AWS IoT Core additional metering details").
 */
const MESSAGES_PER_REQUEST = 12;
/** Published and kept, each of which is paid (the same page). */
const MESSAGES_PER_HEARTBEAT = 2;

/** A resource of a template, as far as the costs of options depend on it. */
export interface OptionResource {
  Type: string;
  Properties: {
    FunctionName?: { Ref?: string };
    MemorySize?: number;
    ProvisionedConcurrencyConfig?: { ProvisionedConcurrentExecutions: number };
    Rules?: unknown[];
    IpAddresses?: unknown[];
    ServiceName?: string;
    SubnetIds?: unknown[];
  };
}

/** A table in Markdown with a row for each option that costs anything. */
export function optionCosts(resources: Record<string, OptionResource>): string {
  const rules = Object.values(resources).flatMap(({ Type, Properties }) =>
    Type === 'AWS::WAFv2::WebACL' ? (Properties.Rules ?? []) : [],
  ).length;
  const ready = readyGigabytes(resources);
  const airflow = Object.values(resources).filter(({ Properties: { ServiceName = '' } }) =>
    /\.(airflow\.\w+|secretsmanager)$/.test(ServiceName),
  ).length;
  const rows = [
    [
      '`delivery`',
      'CodeDeploy moves functions for nothing',
      `0; ${dollars(ready * HOURS * 3600 * PRICES.readySecond)} for the ${megabytes(ready)} that the example keeps ready (${PRICES.readySecond.toFixed(10)} a GB-second)`,
    ],
    [
      '`people.providers`',
      'by the people who sign in in a month',
      `0 for the first 50, then ${PRICES.federatedPerson} each`,
    ],
    ['`identity.mail`', 'by the mails', `${dollars(PRICES.mails)} for 1,000`],
    [
      '`encryption`, `observability.log_kms_key_arn`',
      'by the keys, which may serve other things too',
      `${dollars(PRICES.key)} a key, ${PRICES.keyUses} for 10,000 uses`,
    ],
    ['`code_signing`', 'AWS Signer signs for Lambda for nothing', '0'],
    ['`recovery`', 'some copies of 1 kB a year', '0.01 at most'],
    [
      '`edge`',
      `a web ACL with ${rules} rules, and by the requests`,
      `${dollars(PRICES.webAcl + rules * PRICES.webAclRule)}; a million requests ${dollars(millionAtTheEdge())} (${PRICES.wafRequests} for WAF, ${dollars(100 * PRICES.edgeRequests)} for CloudFront after 10 million, ${dollars((LOG_LINE / 1000) * PRICES.deliveredLogs)} for the log)`,
    ],
    [
      '`agents`',
      'an endpoint in each zone, a private zone, and IoT Core by messages of 5 kB and minutes of connection',
      `${dollars(zonesOf(resources, '.iot.data') * HOURS * PRICES.endpointHour + PRICES.hostedZone)}; an agent ${dollars(agentMonth())}; a million requests ${dollars(MESSAGES_PER_REQUEST * PRICES.iotMessages)}`,
    ],
    [
      '`environments.<name>.airflow`',
      'by the interface endpoints that the VPC does not have: MWAA two, secrets one',
      `${dollars(ZONES * HOURS * PRICES.endpointHour)} each in two zones, ${dollars(airflow * ZONES * HOURS * PRICES.endpointHour)} for the ${airflow} of the example; a secret ${dollars(PRICES.secret)}`,
    ],
    [
      '`inventory`',
      'an interface endpoint for Athena (0 where one exists), what questions read, and S3’s reports',
      `${dollars(ZONES * HOURS * PRICES.endpointHour)} in two zones; ${dollars(PRICES.scanned)} a terabyte read; ${PRICES.reported} a million objects in a report`,
    ],
    [
      '`airflow`',
      'an interface endpoint for API Gateway (0 where one exists), and by the requests',
      `${dollars(zonesOf(resources, '.execute-api') * HOURS * PRICES.endpointHour)}; a million requests ${dollars(PRICES.restApi + PRICES.lambdaRequests)} and the functions’ time`,
    ],
    [
      '`airflow.access`, `airflow.private_zone`',
      'by the VPC’s attachments to transit gateways, the resolver’s addresses, and the zone; peerings and shares ask nothing',
      `${dollars(HOURS * PRICES.attachmentHour)} an attachment, ${dollars(HOURS * PRICES.resolverAddressHour)} an address, ${dollars(PRICES.hostedZone)} the zone: ${dollars(accessMonth(resources))} for the example`,
    ],
    ['`budget`', 'the first two of an account', '0'],
    [
      '`console`',
      'some MB of files, and by the requests of people',
      '0.01; CloudFront’s first 10 million requests are free',
    ],
    [
      '`tenants` with roles',
      'an interface endpoint for STS (0 where one exists); STS itself asks nothing',
      `${dollars(HOURS * PRICES.endpointHour)} a zone`,
    ],
    [
      '`trust_domain`, `signed_answers`',
      'by who reads the public keys, which is a request each; functions read their key pairs once an hour',
      `0.01 at most; a million readings ${dollars(publicKeysMillion())}`,
    ],
    [
      '`audit_forwarding`',
      'by the lines: a function’s run for each delivery, and what takes them',
      `a million lines at most ${dollars(forwardedMillion())} for Lambda and its log; ${dollars(PRICES.customEvents)} more for events, ${dollars(1_000_000 * PRICES.finding)} for findings after the first 10,000 of a month`,
    ],
    [
      '`tracing`',
      'by the traces that X-Ray records: one request a second of those that come, and one in twenty of the rest',
      `0 for the first 100,000; a million ${dollars(PRICES.traces)}`,
    ],
  ];
  return costTable(['option', 'what is paid', 'US dollars a month'], rows);
}

/** Memory of the instances that are kept ready, in gigabytes: 2 of a function with 512 MB are 1. */
function readyGigabytes(resources: Record<string, OptionResource>): number {
  return Object.values(resources).reduce((total, { Properties }) => {
    const instances = Properties.ProvisionedConcurrencyConfig?.ProvisionedConcurrentExecutions ?? 0;
    const memory = resources[Properties.FunctionName?.Ref ?? '']?.Properties.MemorySize ?? 0;
    return total + (instances * memory) / MEGABYTES;
  }, 0);
}

/** Zones that the endpoint of a service stands in: its network interfaces are paid by the hour. */
function zonesOf(resources: Record<string, OptionResource>, service: string): number {
  const endpoint = Object.values(resources).find(
    ({ Type, Properties }) => Type === 'AWS::EC2::VPCEndpoint' && Properties.ServiceName?.endsWith(service) === true,
  );
  return endpoint?.Properties.SubnetIds?.length ?? 0;
}

/** The ways to the Airflow gateway, and the zone of its name. */
function accessMonth(resources: Record<string, OptionResource>): number {
  const ofType = (type: string) => Object.values(resources).filter(({ Type }) => Type === type);
  const addresses = ofType('AWS::Route53Resolver::ResolverEndpoint').flatMap(
    ({ Properties: { IpAddresses = [] } }) => IpAddresses,
  );
  return (
    ofType('AWS::EC2::TransitGatewayVpcAttachment').length * HOURS * PRICES.attachmentHour +
    addresses.length * HOURS * PRICES.resolverAddressHour +
    PRICES.hostedZone
  );
}

/** Minutes of connection, and a heartbeat a minute. */
const agentMonth = () => (HOURS * 60 * (PRICES.iotMinutes + MESSAGES_PER_HEARTBEAT * PRICES.iotMessages)) / 1_000_000;
const millionAtTheEdge = () =>
  PRICES.wafRequests + 100 * PRICES.edgeRequests + (LOG_LINE / 1000) * PRICES.deliveredLogs;
/** At 256 MB for 20 ms. */
const publicKeysMillion = () => PRICES.httpApi + PRICES.lambdaRequests + 1_000_000 * 0.25 * 0.02 * PRICES.lambdaSecond;
/** If each came by itself: a run of 256 MB and 100 ms, and a line of 200 bytes. */
const forwardedMillion = () => PRICES.lambdaRequests + 1_000_000 * 0.25 * 0.1 * PRICES.lambdaSecond + 0.2 * PRICES.logs;
const megabytes = (gigabytes: number) => `${gigabytes * MEGABYTES} MB`;
