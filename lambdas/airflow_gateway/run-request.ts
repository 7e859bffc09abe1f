/** The body of a POST that starts a run, so that one text serves both versions of Airflow. */
import { InvalidParameterError } from '../request-errors.ts';
import { isExactNumber, parsedExactly } from './exact-json.ts';

/** Of a body; Airflow keeps `conf` with every run. API Gateway takes 10 MB, MWAA's InvokeRestApi documents no limit. */
const MAX_BODY_CHARACTERS = 100_000;

/** Levels of objects and lists in it: more is no configuration of a run, and costs Airflow its stack. */
const MAX_DEPTH = 32;

/** A run as the client wants it. */
export type RunRequest = Record<string, unknown>;

/**
 * Reads the body. An empty one starts a run as it is.
 *
 * @throws InvalidParameterError for what is no JSON object, too long or too deep
 */
export function runRequestOf(text: string): RunRequest {
  const refused = (message: string) => new InvalidParameterError([{ parameter: 'body', message }]);
  if (text.length > MAX_BODY_CHARACTERS) throw refused(`must have ${MAX_BODY_CHARACTERS} characters at most`);
  let value: unknown;
  try {
    value = parsedExactly(text.trim() || '{}');
  } catch {
    throw refused('must be JSON');
  }
  if (!isNested(value) || Array.isArray(value)) throw refused('must be a JSON object');
  if (depthOf(value) > MAX_DEPTH) throw refused(`must have ${MAX_DEPTH} levels at most`);
  return value as RunRequest;
}

/**
 * The same wish in the words of a version. Airflow 3 requires `logical_date`, where `null` is "by no schedule"
 * (`TriggerDAGRunPostBody`); Airflow 2 takes no `null` there and sets the time itself (`DAGRunSchema`).
 *
 * @example inWordsOf('v2', { conf: {} }) // { logical_date: null, conf: {} }
 * @example inWordsOf('v1', { logical_date: null, conf: {} }) // { conf: {} }
 */
export function inWordsOf(version: 'v1' | 'v2', request: RunRequest): RunRequest {
  if (version === 'v2') return { logical_date: null, ...request };
  const { logical_date, ...others } = request;
  return logical_date === null || logical_date === undefined ? others : request;
}

/** 0 for what is no object or list. */
function depthOf(value: unknown): number {
  let depth = 0;
  let level: unknown[] = [value];
  for (;;) {
    const inner = level.filter(isNested);
    if (inner.length === 0) return depth;
    depth += 1;
    if (depth > MAX_DEPTH) return depth;
    level = inner.flatMap((item) => Object.values(item));
  }
}

function isNested(value: unknown): value is object {
  return value !== null && typeof value === 'object' && !isExactNumber(value);
}
