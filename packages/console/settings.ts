/** `settings.json` beside the pages: which API, and as which client people sign in. Written where the pages are served. */

export interface Settings {
  /** `https://maas-api.<dns_domain>`. */
  api: string;
  /** `https://<domain>/oauth2/token`. */
  token_endpoint: string;
  /** The public client of people. */
  client_id: string;
  /** Name of the stage, for the title. */
  stage: string;
}

/** @throws Error in words when it is not there, or lacks something */
export async function readSettings(base: string, fetch = globalThis.fetch): Promise<Settings> {
  const response = await fetch(new URL('settings.json', base), { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`settings.json is not there (status ${response.status})`);
  const settings = (await response.json()) as Partial<Settings>;
  for (const name of ['api', 'token_endpoint', 'client_id', 'stage'] as const) {
    if (typeof settings[name] !== 'string') throw new Error(`settings.json has no ${name}`);
  }
  return settings as Settings;
}
