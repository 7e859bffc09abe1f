/** What the gateway's functions are told of the configuration, as it is written into their bundles. */
import type { AirflowGateway } from '../../config/options/airflow-gateway.ts';
import type { Config } from '../../config/schema.ts';
import type { AuthorizerSettings, GatewayEntry, GatewaySettings } from '../../lambdas/airflow-gateway-settings.ts';
import { airflowOf } from '../functions/settings.ts';

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
  const { stage, region, domain, callers, environments } = config;
  const dagsOf = (kind: 'clients' | 'groups', name: string) =>
    Object.hasOwn(airflow[kind], name) ? (airflow[kind][name]?.dags ?? []) : [];
  const ofApi = (kind: 'clients' | 'groups'): Record<string, GatewayEntry> =>
    Object.fromEntries(
      Object.entries(callers[kind])
        .filter(([, { scopes }]) => scopes.some((scope) => scope.startsWith('mrt/airflow.')))
        .map(([name, { scopes, environments: selectors }]) => [
          name,
          { scopes, environments: selectors, dags: dagsOf(kind, name) },
        ]),
    );
  const own = ({ scopes, environments: selectors, dags }: GatewayEntry) => ({ scopes, environments: selectors, dags });
  return {
    stage,
    region,
    base_address: domain === 'off' ? null : `https://maas-api.${domain.dns_domain}`,
    callers: {
      clients: ofApi('clients'),
      groups: ofApi('groups'),
      pipelines: mapped(airflow.pipelines, own),
      roles: mapped(airflow.roles, own),
    },
    environments: mapped(environments, ({ labels, airflow: of }) => ({
      labels,
      airflow: of === undefined ? null : airflowOf(method === 'GET' ? of : { ...of, role: airflow.trigger_role }),
    })),
  };
}

function mapped<From, To>(entries: Readonly<Record<string, From>>, change: (from: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(entries).map(([name, from]) => [name, change(from)]));
}
