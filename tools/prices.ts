/** What AWS asks for each thing, and the tables in which docs/deploy.md and docs/options.md show what that comes to. */

/**
 * US dollars, from the services' own price pages (https://aws.amazon.com/<service>/pricing/), November 2026. What has a
 * price for each Region is that of eu-west-1, but where it says us-east-1.
 */
export const PRICES = {
  /** An hour of an interface endpoint in a zone (privatelink). */
  endpointHour: 0.011,
  /** A month of an app client for machines, and 1,000 of its tokens (cognito). */
  machineClient: 6,
  machineTokens: 2.25,
  /** A month of somebody who comes by SAML or OpenID Connect, after the first 50 (cognito, us-east-1). */
  federatedPerson: 0.015,
  /** A month of a metric that an alarm looks at, of a custom or detailed metric; 1,000 metrics asked for (cloudwatch). */
  alarmMetric: 0.1,
  metric: 0.3,
  metricsAsked: 0.01,
  /** A gigabyte of logs taken in, and of logs that a service delivers (cloudwatch; the latter us-east-1). */
  logs: 0.57,
  deliveredLogs: 0.5,
  /** A million requests of a REST API, the first 333 of a month (api-gateway). */
  restApi: 3.5,
  /** An hour of a VPC at a transit gateway (transit-gateway); of an address of a resolver endpoint (route53). */
  attachmentHour: 0.05,
  resolverAddressHour: 0.125,
  /** A million requests (api-gateway, lambda), a gigabyte-second on ARM64 (lambda). */
  httpApi: 1.11,
  lambdaRequests: 0.2,
  lambdaSecond: 0.0000133,
  /** A gigabyte-second of an instance that is kept ready, on ARM64 (lambda, us-east-1). */
  readySecond: 0.0000033334,
  /** 1,000 listings of 1,000 keys or writes, 1,000 reads, a month of a gigabyte (s3); a gigabyte to the internet (ec2). */
  listings: 0.005,
  reads: 0.0004,
  storage: 0.023,
  traffic: 0.09,
  /** A month of a web ACL, of each of its rules, and a million requests (waf, us-east-1 as all of CloudFront's). */
  webAcl: 5,
  webAclRule: 1,
  wafRequests: 0.6,
  /** 10,000 HTTPS requests after the first 10 million of a month, in Europe (cloudfront). */
  edgeRequests: 0.012,
  /** 1,000 mails (ses, us-east-1). */
  mails: 0.1,
  /** A month of a key, 10,000 uses (kms, us-east-1). */
  key: 1,
  keyUses: 0.03,
  /** A million messages of up to 5 kB, and a million minutes of connection (iot-core, us-east-1). */
  iotMessages: 1,
  iotMinutes: 0.08,
  /** A million events of up to 64 kB (eventbridge); a finding after the first 10,000 of a month (security-hub, us-east-1). */
  customEvents: 1,
  finding: 0.00003,
  /** A million traces recorded, after the first 100,000 of a month (xray). */
  traces: 5,
  /** A terabyte that a query reads (athena), a million objects of a report (s3, "S3 Inventory"). */
  scanned: 5,
  reported: 0.0025,
  /** A month of a private zone (route53). */
  hostedZone: 0.5,
  /** A month of a secret (secrets-manager). */
  secret: 0.4,
} as const;

/** Hours of a month, as AWS's own calculator counts them. */
export const HOURS = 730;

/** To the cent, as each row is shown: a sum must be that of the figures above it. Half a cent goes up, as 0.855 does. */
export function toTheCent(usd: number): number {
  return Math.round((usd + Number.EPSILON) * 100) / 100;
}

/** @example dollars(0.855) // '0.86' */
export function dollars(usd: number): string {
  return toTheCent(usd).toFixed(2);
}

/** A table in Markdown. @param heading as many cells as each row has */
export function costTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heading, heading.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
