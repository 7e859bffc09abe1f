/** IoT Core of the stage's account, with what the template says of it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment } from '@mrt/local-aws/cloudformation/deployment.ts';
import type { Iam } from '@mrt/local-aws/iam/iam.ts';
import { IotAuthority } from '@mrt/local-aws/iot/authority.ts';
import { type IotBroker, startIotBroker } from '@mrt/local-aws/iot/broker.ts';
import { certificateId, type RegisteredCertificate } from '@mrt/local-aws/iot/registry.ts';
import type { Config } from '../../config/schema.ts';
import { thingName } from '../../lambdas/relay/names.ts';
import { openLog, type Run } from '../run/run.ts';

export interface RegionalBroker {
  broker: IotBroker;
  /** File with the authority that agents trust. */
  caFile: string;
  /** PEM of an agent's certificate, as the Regional side gives it back. */
  certificateOf(agent: string): string;
}

export interface RegionalBrokerOptions {
  config: Config;
  deployment: Deployment;
  iam: Iam;
  run: Run;
}

/** Signs the requests of the template, and listens. */
export async function startRegionalBroker(options: RegionalBrokerOptions): Promise<RegionalBroker> {
  const { config, deployment, iam, run } = options;
  const log = openLog(run, 'iot');
  const authority = await IotAuthority.create();
  const certificates = await Promise.all(
    deployment.iot.certificates.map(async ({ request, ...certificate }): Promise<RegisteredCertificate> => {
      const pem = await authority.sign(request);
      return { ...certificate, pem, id: certificateId(pem) };
    }),
  );
  const server = await authority.server(['localhost', '127.0.0.1']);
  const broker = await startIotBroker({
    iam,
    region: config.region,
    account: config.account,
    things: deployment.iot.things,
    certificates,
    tls: { ...server, ca: authority.certificate },
    log: (line) => log.write(`${new Date().toISOString()} ${line}\n`),
  });
  run.teardown.add(() => broker.stop());
  const folder = join(run.directory, 'iot');
  mkdirSync(folder, { recursive: true });
  const caFile = join(folder, 'authority.pem');
  writeFileSync(caFile, authority.certificate);
  return {
    broker,
    caFile,
    certificateOf(agent) {
      const found = certificates.find(({ things, status }) => things.includes(thingName(agent)) && status === 'ACTIVE');
      if (found === undefined) throw new Error(`the template has no certificate for the agent ${agent}`);
      return found.pem;
    },
  };
}
