/** What the record itself does not tell: of all environments at once, and so said once and not of each of them. */
import type { FleetAnswers } from './fleet-row.ts';

/** What a part of the fleet's answers is about. */
const NAMES: Readonly<Record<keyof FleetAnswers, string>> = {
  buckets: 'files',
  tables: 'databases',
  users: 'users',
  constants: 'constants',
  airflows: 'Airflow',
};

export interface RecordFault {
  /** `files, databases and users`. */
  what: string;
  /** The API's own words: what happened and what to do. */
  detail: string;
}

/** Whether an environment has no figures as the record has none, and not as something of it could not be read. */
export function isOfRecord(error: object): boolean {
  return 'source' in error && error.source === 'record';
}

/** In a stage that has just been deployed everything; a record that cannot be read with the API's reason. */
export function recordFaults(answers: FleetAnswers): RecordFault[] {
  const byDetail = new Map<string, string[]>();
  for (const part of Object.keys(NAMES) as (keyof FleetAnswers)[]) {
    const error = answers[part]?.environments.map((row) => row.error).find((own) => own !== null && isOfRecord(own));
    if (error) byDetail.set(error.detail, [...(byDetail.get(error.detail) ?? []), NAMES[part]]);
  }
  const list = new Intl.ListFormat('en-GB');
  return [...byDetail].map(([detail, parts]) => ({ what: list.format(parts), detail }));
}
