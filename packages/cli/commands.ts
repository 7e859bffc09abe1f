/**
 * The commands that ask one route, as data. A command is there when the API has its route; its options are the route's
 * parameters. What stands here is only what a document cannot know: which columns people want first.
 */
import { type Route, routeAt } from './routes.ts';

/** An answer that was cut off and is carried on by its cursor, so that the last one is the whole. */
export interface Continued {
  /** The field that tells the rows of two answers to be the same; `null`: there are no rows. */
  key: string | null;
  /** The parameter with which each page has rows of its own, as elsewhere. */
  unless?: string;
}

/** One command over one route. */
export interface RouteCommand {
  name: string;
  path: string;
  /** Fields of a row in the order of their worth: a narrow terminal shows the first ones. */
  columns: readonly string[];
  continues?: Continued;
  /** With a line of explanation each. */
  examples: readonly (readonly [command: string, meaning: string])[];
}

const TABLE: readonly RouteCommand[] = [
  {
    name: 'environments',
    path: '/environments',
    columns: ['environment', 'labels', 'offers', 'scopes'],
    examples: [['mrt environments', 'what you may read']],
  },
  {
    name: 'buckets',
    path: '/bucket_size',
    columns: ['bucket', 'size_bytes', 'object_count', 'source', 'as_of', 'prefix', 'region', 'growth.bytes_per_day'],
    continues: { key: 'bucket' },
    examples: [
      ['mrt buckets -e shop-prod', 'the daily figures of CloudWatch'],
      ['mrt buckets -e shop-prod --source listing', 'S3 now'],
      ['mrt buckets -e shop-prod --source both --json', 'both, with what the difference is made of'],
    ],
  },
  {
    name: 'tables',
    path: '/table_size',
    columns: [
      'table',
      'total_bytes',
      'estimated_rows',
      'entity',
      'kind',
      'table_bytes',
      'index_bytes',
      'toast_bytes',
      'dead_rows',
      'exact',
      'last_autovacuum',
    ],
    examples: [
      ['mrt tables -e shop-prod --limit 10', 'the ten largest'],
      ['mrt tables -e shop-prod --module Sales --bytes', 'of one module, to the byte'],
      ['mrt tables -e shop-prod --summary', 'by module and by kind'],
    ],
  },
  {
    name: 'users',
    path: '/users',
    columns: [
      'name',
      'kind',
      'active',
      'blocked',
      'roles',
      'last_login',
      'created',
      'user_type',
      'full_name',
      'email',
      'id',
    ],
    examples: [
      ['mrt users -e shop-prod --summary', 'how many, by kind, role and last login'],
      ['mrt users -e shop-prod --inactive-since 2026-06-01 --kind named', 'who could go'],
      ['mrt users -e shop-prod --csv --output users.csv', 'all of them; goes on where it broke off'],
    ],
  },
  {
    name: 'constants',
    path: '/micro_flow_constants',
    columns: ['name', 'value', 'state', 'type', 'won_by', 'secret', 'default_value', 'note'],
    examples: [
      ['mrt constants -e shop-prod --state overridden', 'what the environment sets'],
      ['mrt constants -e shop-prod --check', 'ends with 1 when there are findings: for a pipeline'],
      ['mrt constants diff shop-prod shop-acc', 'what differs; ends with 1 when something does'],
    ],
  },
  {
    name: 'audit',
    path: '/storage_audit',
    columns: [
      'key',
      'size_bytes',
      'age_hours',
      'entity',
      'state',
      'document_size_bytes',
      'storage_class',
      'last_modified',
    ],
    continues: { key: null, unless: 'list' },
    examples: [
      ['mrt audit -e shop-prod', 'the bucket against the database, in numbers'],
      ['mrt audit -e shop-prod --list orphaned', 'the keys that nothing refers to'],
      ['mrt audit -e shop-prod --source inventory', 'by S3’s own report, of a bucket too large to list'],
      ['mrt audit -e shop-prod --list orphaned --csv --output orphaned.csv', 'all of them'],
    ],
  },
  {
    name: 'airflow',
    path: '/airflow_health',
    columns: [
      'dag',
      'state',
      'reason',
      'success_rate',
      'duration_p95_s',
      'failed_tasks',
      'next_run',
      'schedule',
      'tags',
    ],
    examples: [
      ['mrt airflow -e etl-prod', 'every DAG with its state and the reason'],
      ['mrt airflow -e etl-prod --state failing', 'what failed last'],
      ['mrt airflow -e etl-prod --summary', 'all DAGs together, pools and queue'],
    ],
  },
  {
    name: 'grants',
    path: '/grants',
    columns: ['caller', 'kind', 'environments', 'scopes', 'selectors'],
    examples: [
      ['mrt grants', 'every caller, with what it may read and where'],
      ['mrt grants --csv --output grants.csv', 'the same for an auditor'],
    ],
  },
];

/** The commands whose routes the API has. */
export const COMMANDS: readonly (RouteCommand & { route: Route })[] = TABLE.flatMap((command) => {
  const route = routeAt(command.path);
  return route === undefined ? [] : [{ ...command, route }];
});
