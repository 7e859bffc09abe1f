/** MWAA of this machine: each environment that the configuration names, with a sample Airflow behind it, or a real one. */
import { join } from 'node:path';
import type { Iam } from '@mrt/local-aws/iam/iam.ts';
import { ModelAirflow } from '@mrt/local-aws/mwaa/airflow.ts';
import { RealAirflow } from '@mrt/local-aws/mwaa/real-airflow.ts';
import { type ManagedAirflow, type Mwaa, startMwaa } from '@mrt/local-aws/mwaa/service.ts';
import { serverCertificate } from '@mrt/local-aws/rds/certificates.ts';
import type { Config } from '../../config/schema.ts';
import { sampleAirflow } from '../samples/airflow.ts';

/** MWAA, and what the functions must be told to find it. */
export interface ManagedAirflows {
  mwaa: Mwaa;
  /** By environment of MWAA. */
  environments: ReadonlyMap<string, ManagedAirflow>;
  variables: Record<string, string>;
}

/**
 * Starts it; `null` where no environment is of MWAA.
 *
 * @param realAirflow `MRT_AIRFLOW_URL`: the address of an Airflow with a user of it; left out, a sample stands in
 * @throws Error when that is no address
 */
export async function startManagedAirflows(
  { account, region, environments }: Config,
  iam: Iam,
  directory: string,
  realAirflow: string | undefined,
): Promise<ManagedAirflows | null> {
  const names = new Set(Object.values(environments).flatMap(({ airflow }) => airflow?.environment ?? []));
  if (names.size === 0) return null;
  const airflow = () => (realAirflow ? new RealAirflow(realAirflow) : new ModelAirflow(sampleAirflow(Date.now())));
  const managed = new Map([...names].map((name) => [name, { airflow: airflow(), status: 'AVAILABLE' }]));
  const { caFile, ...certificate } = serverCertificate(join(directory, 'airflow'));
  const mwaa = await startMwaa({ iam, account, region, environments: managed, certificate });
  return {
    mwaa,
    environments: managed,
    variables: { AWS_ENDPOINT_URL_MWAA: mwaa.address.origin, NODE_EXTRA_CA_CERTS: caFile },
  };
}
