/** The API's names below the company's domain. */
import type { Config } from '../../config/schema.ts';

type Domain = Exclude<Config['domain'], 'off'>;

/** What clients call. */
export function addressOf({ dns_domain }: Domain): string {
  return `maas-api.${dns_domain}`;
}

/** What people open, where the option `console` is on. */
export function consoleAddressOf({ dns_domain }: Domain): string {
  return `console.${dns_domain}`;
}

/** What CloudFront calls, where it stands in front: the gateway's own domain, which takes nobody else. */
export function originOf({ dns_domain }: Domain): string {
  return `maas-api-origin.${dns_domain}`;
}
