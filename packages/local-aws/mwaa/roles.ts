/** As which of Airflow's roles somebody comes in: IAM's resource is the role (MWAA user guide, "Accessing an environment"). */
import type { Iam, Principal } from '../iam/iam.ts';

/** What may do the most goes first. */
const ROLES = ['Admin', 'Op', 'User', 'Viewer', 'Public'] as const;
export type AirflowRole = (typeof ROLES)[number];

/** Where an environment is. */
export interface EnvironmentPlace {
  account: string;
  region: string;
  environment: string;
}

/**
 * The role that IAM lets the principal come in as.
 *
 * @param action `airflow:InvokeRestApi` or `airflow:CreateWebLoginToken`
 * @returns IAM's reason when it is none of them
 */
export function roleOf(
  iam: Iam,
  principal: Principal,
  action: string,
  { account, region, environment }: EnvironmentPlace,
): { role: AirflowRole } | { reason: string } {
  let reason = '';
  for (const role of ROLES) {
    const decision = iam.decide(
      principal,
      action,
      `arn:aws:airflow:${region}:${account}:role/${environment}/${role}`,
      {},
    );
    if (decision.allowed) return { role };
    reason = decision.reason;
  }
  return { reason: `${reason} (no Airflow role)` };
}
