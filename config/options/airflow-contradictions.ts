/** What the schema cannot see in an Airflow: parts of it that contradict each other, or what nothing could reach. */
import { elsewhere } from '../place-contradictions.ts';
import { type AirflowConfig, authenticationOf } from './airflow.ts';

/**
 * What the schema cannot see in one environment's Airflow.
 *
 * @param path of the field: `environments.etl-prod.airflow`
 */
export function* airflowFaults(
  path: string,
  airflow: AirflowConfig,
  { region: own }: { region: string },
): Generator<string> {
  const authentication = authenticationOf(airflow);
  const { base_url, token, basic, region, environment, web_server, certificate_authority } = airflow;
  if (authentication === null) {
    yield `${path}: must have token, basic, or region and environment of MWAA: nothing says how to come in`;
    return;
  }
  if (authentication === 'mwaa') {
    if (base_url !== undefined) yield `${path}.base_url: must be left out with MWAA, whose address AWS gives`;
    if (certificate_authority !== undefined) {
      yield `${path}.certificate_authority: must be left out with MWAA, whose certificates are public`;
    }
  } else {
    if (base_url === undefined) yield `${path}.base_url: is required with ${authentication}`;
    if (web_server === undefined) {
      yield `${path}.web_server: is required with ${authentication}: the functions have no way out but to what is named`;
    }
  }
  if ((region === undefined) !== (environment === undefined)) {
    yield `${path}.${region === undefined ? 'region' : 'environment'}: is required, MWAA needs both`;
  }
  if (region !== undefined && region !== own) {
    yield `${path}.region: is ${region}; the functions reach MWAA of ${own} only, by its interface endpoint`;
  }
  if (web_server !== undefined && (web_server.security_group === undefined) === (web_server.cidr === undefined)) {
    yield `${path}.web_server: must have either security_group or cidr`;
  }
  for (const [field, secret] of Object.entries({ token, basic })) {
    if (secret === undefined) continue;
    yield* elsewhere(`${path}.${field}.secret_arn`, secret.secret_arn, { region: own });
    if (secret.kms_key_arn !== undefined)
      yield* elsewhere(`${path}.${field}.kms_key_arn`, secret.kms_key_arn, { region: own });
  }
}
