/** A real Airflow by each way in: itself with user name and password, and behind MWAA's API and web server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Iam } from '@mrt/local-aws/iam/iam.ts';
import { RealAirflow } from '@mrt/local-aws/mwaa/real-airflow.ts';
import { startMwaa } from '@mrt/local-aws/mwaa/service.ts';
import { serverCertificate } from '@mrt/local-aws/rds/certificates.ts';
import { startSecretsManager } from '@mrt/local-aws/secretsmanager/service.ts';
import type { AirflowSettings } from '../../../lambdas/environment-settings.ts';
import { forgetAirflows } from '../../../lambdas/upstreams/airflow/memory.ts';
import { actAs } from '../../lambdas/process-credentials.ts';
import { EVERYTHING, principal } from '../../packages/local-aws/iam/principal.ts';

/** Where it is, with a user of it. */
const ADDRESS = new URL(process.env['AIRFLOW'] ?? 'http://admin:admin@127.0.0.1:1');
const ACCOUNT = '000000000000';
const REGION = 'eu-west-1';
const SECRET = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:airflow-AbCdEf`;

export const OWN: AirflowSettings = {
  authentication: 'basic',
  base_url: ADDRESS.origin,
  secret: SECRET,
  certificate_authority: null,
  mwaa: null,
};
export const MANAGED: AirflowSettings = {
  ...OWN,
  authentication: 'mwaa',
  base_url: null,
  secret: null,
  mwaa: { region: REGION, environment: 'real', role: 'Viewer', session: true },
};

/** What stands before the Airflow. */
export interface WaysIn {
  /** Whether IAM refuses InvokeRestApi, so that a session is all that is left. Nothing is remembered of before. */
  denyRestApi(is: boolean): void;
  stop(): Promise<void>;
}

/** Starts MWAA's API, its web server and Secrets Manager, and lets this process ask them as a role that may do everything. */
export async function startWaysIn(): Promise<WaysIn> {
  const iam = new Iam('eu-west-1');
  const who = principal([EVERYTHING]);
  iam.register(who);
  const folder = mkdtempSync(join(tmpdir(), 'mrt-airflow-'));
  const certificate = serverCertificate(folder);
  setDefaultCACertificates([...getCACertificates('default'), certificate.ca]);
  const environments = new Map([['real', { airflow: new RealAirflow(ADDRESS.href), status: 'AVAILABLE' }]]);
  const mwaa = await startMwaa({ iam, account: ACCOUNT, region: REGION, environments, certificate });
  const { username, password } = ADDRESS;
  const secrets = await startSecretsManager({
    iam,
    secrets: new Map([[SECRET, JSON.stringify({ username, password })]]),
  });
  const actNoMore = actAs(who, {
    AWS_ENDPOINT_URL_MWAA: mwaa.address.origin,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.address.origin,
  });
  return {
    denyRestApi(is) {
      if (is) mwaa.faults.inject({ kind: 'denied', every: 1, operation: 'restapi' });
      else mwaa.faults.clear();
      forgetAirflows();
    },
    async stop() {
      actNoMore();
      await Promise.all([mwaa.stop(), secrets.stop()]);
      rmSync(folder, { recursive: true });
    },
  };
}
