/** The origin of the console, where the stage has one: its pages read answers, and the sign-in comes back to it. */
import type { Config } from './schema.ts';

/** One `https://console.<dns_domain>`, or none. */
export function consoleOrigins({ console: site, domain }: Pick<Config, 'console' | 'domain'>): string[] {
  return site === undefined || domain === 'off' ? [] : [`https://console.${domain.dns_domain}`];
}
