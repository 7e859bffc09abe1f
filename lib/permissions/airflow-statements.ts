/** What a route may do that asks Airflows, as IAM statements of literals. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type AirflowConfig, authenticationOf } from '../../config/options/airflow.ts';
import type { Config } from '../../config/schema.ts';

/**
 * Coming in to Airflows: the secrets of self-hosted ones; of MWAA one role of Airflow's in each environment, and what MWAA
 * says of it. The resource of both ways in is the role, and not the environment (MWAA user guide, "Accessing an Amazon
 * MWAA environment", "Apache Airflow Rest API access policy"). No right to a CLI token: no role of Airflow's limits that.
 */
export function airflowStatements({ environments, account }: Config, as?: string): PolicyStatement[] {
  const airflows = Object.values(environments).flatMap(({ airflow }) => airflow ?? []);
  const secrets = airflows.flatMap(({ token, basic }) => token ?? basic ?? []);
  const managed = airflows.filter((airflow) => authenticationOf(airflow) === 'mwaa');
  const role = ({ region, environment, role }: AirflowConfig) =>
    `arn:aws:airflow:${region}:${account}:role/${environment}/${as ?? role}`;
  return [
    ...allowed(
      ['secretsmanager:GetSecretValue'],
      secrets.map(({ secret_arn }) => secret_arn),
    ),
    ...allowed(
      ['kms:Decrypt'],
      secrets.flatMap(({ kms_key_arn }) => kms_key_arn ?? []),
    ),
    ...allowed(['airflow:InvokeRestApi'], managed.map(role)),
    ...allowed(['airflow:CreateWebLoginToken'], managed.filter(({ web_server }) => web_server).map(role)),
    ...allowed(
      ['airflow:GetEnvironment'],
      airflows.flatMap(({ region, environment }) =>
        environment === undefined ? [] : `arn:aws:airflow:${region}:${account}:environment/${environment}`,
      ),
    ),
  ];
}

/** None without resources. */
function allowed(actions: string[], resources: string[]): PolicyStatement[] {
  return resources.length === 0 ? [] : [new PolicyStatement({ actions, resources: [...new Set(resources)] })];
}
