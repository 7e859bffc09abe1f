// Made from the route table by `npm run generate`.

/** By path: the operation’s name, the list of the answer that pages, and whether a token is needed. */
export const ROUTES = {
  '/health': { operation: 'health', rows: null, token: false },
  '/environments': { operation: 'environments', rows: 'environments', token: true },
  '/bucket_size': { operation: 'bucket_size', rows: 'buckets', token: true },
  '/table_size': { operation: 'table_size', rows: 'tables', token: true },
  '/users': { operation: 'users', rows: 'users', token: true },
  '/micro_flow_constants': { operation: 'micro_flow_constants', rows: 'constants', token: true },
  '/storage_audit': { operation: 'storage_audit', rows: 'keys', token: true },
  '/airflow_health': { operation: 'airflow_health', rows: 'dags', token: true },
  '/grants': { operation: 'grants', rows: 'grants', token: true },
  '/metrics': { operation: 'metrics', rows: null, token: true },
} as const;
