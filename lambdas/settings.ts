/**
 * `settings.json`: a function's slice of the configuration. `lib/functions/settings.ts` writes it into the bundle at
 * synthesis and the function reads it at start, both by this one declaration.
 */
import * as z from 'zod/mini';
import { ALL_SCOPES } from './contract.ts';
import { environment, tenant } from './environment-settings.ts';

const caller = z.strictObject({
  tenant,
  scopes: z.array(z.enum(ALL_SCOPES)),
  /** Environment names, patterns (`shop-*`) or labels (`stage:prod`). */
  environments: z.array(z.string()),
});

const settings = z.strictObject({
  /** Hash of what follows; part of each ETag. */
  configuration_version: z.string(),
  /** The API's release, for `/health`. */
  version: z.string(),
  stage: z.string(),
  region: z.string(),
  /** `https://maas-api.<dns_domain>`; `null` without a domain. Problem types are made from it. */
  base_address: z.nullable(z.string()),
  callers: z.strictObject({
    /** By the caller's name; `VARIABLES.clients` maps app client ids to names. */
    clients: z.record(z.string(), caller),
    /** By Cognito group. */
    groups: z.record(z.string(), caller),
  }),
  /** By name. Only what the route needs of each. */
  environments: z.record(z.string(), environment),
  /** What is recorded, for every function that reads or writes it; `null`: nothing. */
  recording: z.nullable(
    z.strictObject({
      every_minutes: z.int(),
      /** Environments that the recorder asks at one time, each over one connection to its database. */
      side_by_side: z.int(),
    }),
  ),
  /** Under which callers and functions have SPIFFE IDs; left out: they have none. */
  trust_domain: z.optional(z.string()),
  /** Which answers are signed; left out: none. */
  signed_answers: z.optional(z.enum(['asked', 'always'])),
  /** By name; left out in a stage without tenants. */
  tenants: z.optional(
    z.record(
      z.string(),
      z.strictObject({
        /** Of what concerns the tenant and nothing else: another's change must not be seen in its ETags. */
        configuration_version: z.string(),
        /** The identity provider by which alone its people come; `null`: any. */
        provider: z.nullable(z.string()),
      }),
    ),
  ),
  /** How agents in other accounts are reached, by `trust_domain`; left out: there are none. */
  agents: z.optional(
    z.strictObject({
      /** Host of IoT Core's data endpoint of this account. */
      iot_endpoint: z.string(),
    }),
  ),
  limits: z.strictObject({ database_connections_per_instance: z.int(), reason_required: z.boolean() }),
});

export type Settings = z.output<typeof settings>;
export type Callers = Settings['callers'];
export type Caller = z.output<typeof caller>;
/**
 * The settings in the text of `settings.json`.
 *
 * @throws Error that names the first field that is wrong, without its value
 */
export function parseSettings(text: string): Settings {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error('settings.json is not JSON', { cause });
  }
  const parsed = settings.safeParse(json);
  if (parsed.success) return process.env['MRT_WITH_TENANTS'] === 'off' ? parsed.data : withOwners(parsed.data);
  const [issue] = parsed.error.issues;
  throw new Error(`settings.json is malformed at ${issue?.path.join('.') || 'its top'}: ${issue?.message}`);
}

/** Without an owner somebody would be taken for the operator, or something for everybody's. @throws Error that says where */
function withOwners(parsed: Settings): Settings {
  const { tenants, environments, callers } = parsed;
  const owned = [...Object.values(environments), ...Object.values(callers.clients), ...Object.values(callers.groups)];
  if (tenants !== undefined && owned.some((one) => one.tenant === undefined)) {
    throw new Error('settings.json has tenants, and something in it belongs to nobody');
  }
  return parsed;
}
