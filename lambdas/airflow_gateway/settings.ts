/** What the private Airflow gateway's two functions are told: `lib/airflow` writes it into their bundles. */
import * as z from 'zod/mini';
import { ALL_SCOPES } from '../contract.ts';
import { airflow as airflowSettings } from '../environment-settings.ts';

/** What a caller may do with which Airflow, and which DAGs it may start there. */
const entry = z.strictObject({
  scopes: z.array(z.enum(ALL_SCOPES)),
  /** Environment names, patterns (`etl-*`) or labels (`stage:prod`). */
  environments: z.array(z.string()),
  /** Names of DAGs, or patterns (`sales_*`); empty: it starts none. */
  dags: z.array(z.string()),
  /** In a stage with tenants: whose it is; `null`: the operator's. */
  tenant: z.optional(z.nullable(z.string())),
});

/** A pipeline of a foreign issuer, told by the claims of its id token. */
const pipeline = z.strictObject({
  /** A name out of `issuers`. */
  issuer: z.string(),
  project_path: z.string(),
  /** GitLab's number of the project, which stays when the path is given to another. `null`: not asked for. */
  project_id: z.nullable(z.string()),
  /** Only jobs on a protected branch or tag. */
  ref_protected: z.boolean(),
});

const issuer = z.strictObject({
  /** As in the claim `iss`. */
  issuer: z.string(),
  /** As in the claim `aud`. */
  audience: z.string(),
  /** Where its public keys are. */
  jwks_uri: z.string(),
});

/** Of the authorizer: who may be let in at all. */
export const authorizerSettings = z.strictObject({
  issuers: z.record(z.string(), issuer),
  pipelines: z.record(z.string(), pipeline),
});

/** Of the proxy: what each of them may do. */
export const gatewaySettings = z.strictObject({
  /** By name, with the provider that its people must have come by. Left out: the stage has none. */
  tenants: z.optional(z.record(z.string(), z.strictObject({ provider: z.nullable(z.string()) }))),
  /** First part of the SPIFFE IDs; left out: nobody has one. */
  trust_domain: z.optional(z.string()),
  stage: z.string(),
  region: z.string(),
  /** `https://maas-api.<dns_domain>`; `null` without a domain. Problem types are made from it. */
  base_address: z.nullable(z.string()),
  callers: z.strictObject({
    /** App clients of the API, by name. */
    clients: z.record(z.string(), entry),
    /** Cognito groups. */
    groups: z.record(z.string(), entry),
    pipelines: z.record(z.string(), entry),
    /** Roles that the stack makes. */
    roles: z.record(z.string(), entry),
  }),
  /** By name; those without Airflow are here too, so that whoever may read one is told that it has none. */
  environments: z.record(
    z.string(),
    z.strictObject({ labels: z.record(z.string(), z.string()), airflow: z.nullable(airflowSettings) }),
  ),
});

export type AuthorizerSettings = z.output<typeof authorizerSettings>;
export type GatewaySettings = z.output<typeof gatewaySettings>;
export type GatewayEntry = z.output<typeof entry>;

/** Variables of the two functions; deploy-time tokens only. */
export const GATEWAY_VARIABLES = {
  /** JSON object: name of a role as AWS has it, to its name in the configuration. */
  roles: 'MRT_AIRFLOW_ROLES',
  /** Set by the local run only, JSON object: address of an issuer's keys, by the issuer's name. */
  issuerKeys: 'MRT_AIRFLOW_ISSUER_KEYS',
} as const;
