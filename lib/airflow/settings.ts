/** What the gateway's functions are told of the configuration, as it is written into their bundles. */

import { withinReach } from '../../config/options/airflow-environments.ts';
import type { AirflowGateway } from '../../config/options/airflow-gateway.ts';
import type { Config } from '../../config/schema.ts';
import { type CallerKind, ownersOfCaller } from '../../config/tenancy.ts';
import type { AuthorizerSettings, GatewayEntry, GatewaySettings } from '../../lambdas/airflow_gateway/settings.ts';
import { airflowOf } from '../functions/environment-settings.ts';

/** Where GitLab publishes its keys (GitLab documentation, "OpenID Connect", `/oauth/discovery/keys`). */
const GITLAB_KEYS = '/oauth/discovery/keys';

/** Issuers and pipelines; no right, which is the proxies' business. */
export function authorizerSettingsOf({ issuers, pipelines }: AirflowGateway): AuthorizerSettings {
  return {
    issuers: mapped(issuers, ({ issuer, audience, jwks_uri }) => ({
      issuer,
      audience,
      jwks_uri: jwks_uri ?? `${issuer.replace(/\/+$/, '')}${GITLAB_KEYS}`,
    })),
    pipelines: mapped(pipelines, ({ issuer, project_path, project_id, ref_protected }) => ({
      issuer,
      project_path,
      project_id: project_id ?? null,
      ref_protected,
    })),
  };
}

/**
 * Callers and Airflows.
 *
 * @param method of the function: the one behind POST comes in as the role of Airflow's that may start runs
 */
export function gatewaySettingsOf(config: Config, airflow: AirflowGateway, method: 'GET' | 'POST'): GatewaySettings {
  const { stage, region, domain, callers, environments, tenants, trust_domain } = config;
  const dagsOf = (kind: 'clients' | 'groups', name: string) =>
    Object.hasOwn(airflow[kind], name) ? (airflow[kind][name]?.dags ?? []) : [];
  const ofApi = (kind: 'clients' | 'groups'): Record<string, GatewayEntry> =>
    Object.fromEntries(
      Object.entries(callers[kind])
        // With tenants the groups without a right here count too: they say whose a person is.
        .filter(([, { scopes }]) => isOfPeople(kind) || scopes.some((scope) => scope.startsWith('mrt/airflow.')))
        .map(([name, entry]) => [name, owned(kind, name, { ...entry, dags: dagsOf(kind, name) })]),
    );
  const isOfPeople = (kind: CallerKind) => kind === 'groups' && tenants !== undefined;
  const owned = (kind: CallerKind, name: string, { scopes, environments: selectors, dags }: GatewayEntry) => {
    if (tenants === undefined) return { scopes, environments: selectors, dags };
    const reach = withinReach(config, kind, name, selectors);
    const [tenant = null] = ownersOfCaller(config, kind, name);
    return { scopes, environments: reach, dags, tenant };
  };
  const own = (kind: CallerKind) => (entry: GatewayEntry, name: string) => owned(kind, name, entry);
  return {
    ...(tenants !== undefined && { tenants: mapped(tenants, ({ provider = null }) => ({ provider })) }),
    ...(trust_domain !== undefined && { trust_domain }),
    stage,
    region,
    base_address: domain === 'off' ? null : `https://maas-api.${domain.dns_domain}`,
    callers: {
      clients: ofApi('clients'),
      groups: ofApi('groups'),
      pipelines: mapped(airflow.pipelines, own('pipelines')),
      roles: mapped(airflow.roles, own('roles')),
    },
    environments: mapped(environments, ({ labels, airflow: of }, name) => ({
      labels,
      airflow:
        of === undefined
          ? null
          : airflowOf(name, method === 'GET' ? of : { ...of, role: airflow.trigger_role }, config),
    })),
  };
}

function mapped<From, To>(
  entries: Readonly<Record<string, From>>,
  change: (from: From, name: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(entries).map(([name, from]) => [name, change(from, name)]));
}
