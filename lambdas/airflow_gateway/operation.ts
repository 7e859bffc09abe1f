/**
 * What of Airflow's REST API goes through the gateway: DAGs, their runs, task instances and logs to read, a run to start.
 * Whatever is not in the list goes nowhere: connections, variables, configuration, XComs, pools, users.
 * Sources: Airflow 2 "Stable REST API" and Airflow 3 "Airflow REST API"; the two spell these paths alike.
 */
import type { Scope } from '../contract.ts';

/** A call that is allowed to somebody, with the path that goes to Airflow. */
export interface Operation {
  method: 'GET' | 'POST';
  /** As the list has it, for the audit line: `/dags/{dag}/dagRuns`. */
  template: string;
  /** Written anew from its decoded segments, without `/api/v1` or `/api/v2`: what was judged is what is sent. */
  path: string;
  /** What the caller must have. */
  scope: Scope;
  /** The DAG that it is about; `null` for the list of all. */
  dag: string | null;
}

const READ: Scope = 'mrt/airflow.read';
const TRIGGER: Scope = 'mrt/airflow.trigger';

const RUN = '/dags/{dag}/dagRuns/{run}';
const TASK = `${RUN}/taskInstances/{task}`;

/** Every call that can be allowed. */
const OPERATIONS: readonly { method: 'GET' | 'POST'; template: string; scope: Scope }[] = [
  { method: 'GET', template: '/dags', scope: READ },
  { method: 'GET', template: '/dags/{dag}', scope: READ },
  { method: 'GET', template: '/dags/{dag}/dagRuns', scope: READ },
  { method: 'GET', template: RUN, scope: READ },
  { method: 'GET', template: `${RUN}/taskInstances`, scope: READ },
  { method: 'GET', template: TASK, scope: READ },
  { method: 'GET', template: `${TASK}/listMapped`, scope: READ },
  { method: 'GET', template: `${TASK}/{number}`, scope: READ },
  { method: 'GET', template: `${TASK}/logs/{number}`, scope: READ },
  { method: 'POST', template: '/dags/{dag}/dagRuns', scope: TRIGGER },
];

/** Airflow's own key length (`airflow.models.base.ID_LEN`). */
const MAX_ID_LENGTH = 250;

/**
 * What each placeholder may stand for, after percent-decoding. A percent sign is in none of them, so that a text which
 * was encoded twice is refused and not decoded a second time by somebody behind us.
 */
const SHAPES: Readonly<Record<string, RegExp>> = {
  // Airflow, "validate_key": alphanumeric characters of any script, dashes, dots and underscores.
  '{dag}': /^[\p{L}\p{N}_.-]+$/u,
  '{task}': /^[\p{L}\p{N}_.-]+$/u,
  // Airflow, `[scheduler] allowed_run_id_pattern`, by default.
  '{run}': /^[A-Za-z0-9_.~:+-]+$/,
  '{number}': /^[0-9]{1,6}$/,
};

/** `.` and `..` are taken out of a path by who reads it next, and `~` is Airflow's word for "of all DAGs". */
const SPECIAL = /^(\.+|~)$/;

/**
 * Reads what follows the environment in the gateway's path.
 *
 * `/dags/etl%5Fdaily/dagRuns` with GET: the segments are `dags`, `etl_daily`, `dagRuns`; the third entry of the list
 * fits them, and `/dags/etl_daily/dagRuns` is what Airflow is asked. `/dags/..%2Fvariables` has a segment
 * `../variables`, which is no name of a DAG.
 *
 * @param path with its slash, percent-encoded or not; API Gateway does not say which of the two it hands on
 * @returns `null` when nobody may do this
 */
export function operationOf(method: string, path: string): Operation | null {
  const segments = decodedSegments(path);
  if (segments === null) return null;
  const fitting = OPERATIONS.find(
    (operation) => operation.method === method && fits(operation.template.slice(1).split('/'), segments),
  );
  if (fitting === undefined) return null;
  return { ...fitting, path: `/${segments.map(encoded).join('/')}`, dag: segments[1] ?? null };
}

/**
 * As a path holds it (RFC 3986, 3.3). Colons and plus signs may stand there as they are, and run ids have several: encoded
 * they would often pass the 64 characters that MWAA's InvokeRestApi takes.
 */
function encoded(segment: string): string {
  return encodeURIComponent(segment).replaceAll('%3A', ':').replaceAll('%2B', '+');
}

/** `null` for a path that does not begin with a slash, has an empty segment, or is not valid percent-encoding. */
function decodedSegments(path: string): string[] | null {
  if (!path.startsWith('/')) return null;
  try {
    const segments = path.slice(1).split('/').map(decodeURIComponent);
    return segments.includes('') ? null : segments;
  } catch {
    return null;
  }
}

function fits(template: readonly string[], segments: readonly string[]): boolean {
  return (
    template.length === segments.length &&
    template.every((part, index) => {
      const segment = segments[index] ?? '';
      const shape = SHAPES[part];
      if (shape === undefined) return part === segment;
      return segment.length <= MAX_ID_LENGTH && shape.test(segment) && !SPECIAL.test(segment);
    })
  );
}
