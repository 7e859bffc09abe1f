/** What an answer of the Airflow gateway says is missing: `null` when all is well. */

/** An answer as far as it says something about the deployment. */
export interface JudgedReply {
  status: number;
  body: Record<string, unknown>;
}

export function policyAdvice({ status }: JudgedReply): string | null {
  if (status === 401) return null;
  return status === 403
    ? 'The API’s policy refuses the endpoint that this came by: call the output AirflowGatewayAddress, or name your endpoint in airflow.other_endpoints.'
    : `${status} instead of 401: the authorizer is not in the way.`;
}

export function credentialsAdvice({ status, body }: JudgedReply): string | null {
  const slug = slugOf(body);
  if (status === 200) return null;
  if (status === 401)
    return 'The token is not believed: issuer and audience as in airflow.issuers? Still good? Are the issuer’s keys public?';
  if (status === 403 && slug !== null) return 'The entry lacks mrt/airflow.read here, or the token lacks the scope.';
  if (status === 403)
    return 'A good token of nobody: compare project_path, project_id and ref_protected with airflow.pipelines.';
  if (status === 404) return `${slug}: the caller’s entry selects no such environment, or it has no Airflow.`;
  return `${status} ${slug ?? ''}: ${String(body['detail'] ?? 'see the log of the function.')}`;
}

/** Of a role: API Gateway itself says in its message what it missed. */
export function signatureAdvice({ status, body }: JudgedReply): string | null {
  const said = String(body['message'] ?? body['Message'] ?? '');
  if (status !== 403 || slugOf(body) !== null) return credentialsAdvice({ status, body });
  if (/expired/i.test(said)) return 'The session of the role has ended: take the role again.';
  if (/invalid/i.test(said)) return 'The keys are of nobody: an access key of a session goes with its session token.';
  if (/explicit deny/i.test(said)) {
    return 'The API’s policy refuses the role: it must be one of airflow.roles, of the gateway’s own account (output AirflowCallerRoleArns).';
  }
  if (/not authorized/i.test(said)) return 'The role’s own policy has no such environment, or not this method.';
  return `${said || 'no message'}: is the clock right, and is the configuration’s Region the gateway’s?`;
}

export function triggerAdvice({ status, body }: JudgedReply): string | null {
  if (status === 200) return null;
  if (status === 403 && slugOf(body) === 'path-not-allowed') return 'The caller’s entry does not name this DAG: dags.';
  if (status === 403) return 'The entry or the token lacks mrt/airflow.trigger.';
  if (status === 404) return 'Airflow has no such DAG, or it is not parsed yet.';
  return `${status}: ${String(body['detail'] ?? body['title'] ?? 'see the log of the function.')}`;
}

function slugOf(body: Record<string, unknown>): string | null {
  return typeof body['type'] === 'string' && body['type'].includes('/problems/')
    ? (body['type'].split('/').at(-1) ?? null)
    : null;
}
