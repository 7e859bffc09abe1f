/** Settings of a gateway with a caller of each kind, for tests. */
import type { GatewaySettings } from '../../../lambdas/airflow_gateway/settings.ts';

const airflow: NonNullable<GatewaySettings['environments'][string]['airflow']> = {
  authentication: 'mwaa',
  base_url: null,
  secret: null,
  certificate_authority: null,
  mwaa: { region: 'eu-west-1', environment: 'etl-prod', role: 'Viewer', session: false },
};
const both = ['mrt/airflow.read', 'mrt/airflow.trigger'] as const;

/** `etl-prod` and `etl-acc` have an Airflow, `shop-prod` has none. */
export const settings: GatewaySettings = {
  stage: 'test',
  region: 'eu-west-1',
  base_address: 'https://maas-api.example.com',
  callers: {
    clients: {
      starter: { scopes: [...both], environments: ['etl-prod'], dags: ['sales_*'] },
      reader: { scopes: ['mrt/airflow.read'], environments: ['stage:prod'], dags: [] },
      shop: { scopes: ['mrt/table_size.read'], environments: ['*'], dags: [] },
    },
    groups: {
      acceptance: { scopes: [...both], environments: ['etl-acc'], dags: ['*'] },
      production: { scopes: ['mrt/airflow.read'], environments: ['etl-prod'], dags: [] },
    },
    pipelines: { etl: { scopes: [...both], environments: ['etl-prod'], dags: ['etl_daily'] } },
    roles: { batch: { scopes: [...both], environments: ['etl-prod'], dags: ['batch_etl'] } },
  },
  environments: {
    'etl-prod': { labels: { stage: 'prod' }, airflow },
    'etl-acc': { labels: { stage: 'acc' }, airflow },
    'shop-prod': { labels: { stage: 'prod' }, airflow: null },
  },
};
