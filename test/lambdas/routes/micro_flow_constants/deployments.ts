/** A deployment bucket on the local S3 endpoint, read through the very sources that the function has. */

import { Iam } from '@mrt/local-aws/iam/iam.ts';
import { startS3 } from '@mrt/local-aws/s3/service.ts';
import { Bucket, etagOf } from '@mrt/local-aws/s3/store.ts';
import type { Faults } from '@mrt/local-aws/service/faults.ts';
import { type Context, Deadline, Timing } from '../../../../lambdas/context.ts';
import type { Scope } from '../../../../lambdas/contract.ts';
import type { Constants } from '../../../../lambdas/environment-settings.ts';
import type { EnvironmentRequest, NamedEnvironment } from '../../../../lambdas/exchange.ts';
import { decide } from '../../../../lambdas/http/disclosure.ts';
import { environmentNamed } from '../../../../lambdas/http/environment.ts';
import type { Parameters } from '../../../../lambdas/routes/micro_flow_constants/filter.ts';
import { microFlowConstants } from '../../../../lambdas/routes/micro_flow_constants/micro-flow-constants.ts';
import type { Position } from '../../../../lambdas/routes/micro_flow_constants/page.ts';
import { route } from '../../../../lambdas/routes/micro_flow_constants/route.ts';
import { noKeptFiles } from '../../../../lambdas/routes/micro_flow_constants/stored-file.ts';
import type { DeployedModel, Upstreams } from '../../../../lambdas/routes/micro_flow_constants/upstreams.ts';
import { newestObject } from '../../../../lambdas/upstreams/s3/newest.ts';
import { readObject } from '../../../../lambdas/upstreams/s3/objects.ts';

const REGION = 'eu-west-1';
const KEYS = { accessKeyId: 'AKIATEST', secretAccessKey: 'test', sessionToken: '' };

export const FINGERPRINT_KEY = {
  version: 'v1',
  key: Buffer.alloc(32, 7).toString('base64'),
  created: '2026-01-01T00:00:00Z',
};

/** One environment's sources of constants: an archive prefix and overrides in the order given. */
export function environment(name: string, constants: Partial<Constants> = {}): NamedEnvironment {
  return {
    name,
    labels: {},
    offers: ['micro_flow_constants'],
    constants: {
      archive: archive(name, { prefix: `${name}/` }),
      overrides: [override(`${name}-config`, 'm2ee_yaml', `config/${name}.yaml`)],
      secret: [],
      not_secret: [],
      secrecy: 'strict',
      ...constants,
    },
  };
}

export function archive(
  name: string,
  at: { prefix?: string; key?: string; format?: 'mda' | 'metadata_json'; version_id?: string },
): NonNullable<Constants['archive']> {
  const { prefix = null, key = null, format = 'mda', version_id = null } = at;
  return { name: `${name}-archive`, bucket: 'deployments', region: REGION, format, prefix, key, version_id };
}

export function override(
  name: string,
  format: Constants['overrides'][number]['format'],
  key: string,
): Constants['overrides'][number] {
  return { name, format, key, bucket: 'deployments', region: REGION };
}

export interface Deployments {
  faults: Faults;
  /** Ranges that were read of archives, in bytes. */
  ranges: number[];
  deployed: DeployedModel | null | Error;
  /** `etag` with its quotes; left out: of the body. */
  put(key: string, body: string | Uint8Array, modified?: string, etag?: string): void;
  remove(key: string): void;
  upstreams(): Upstreams;
  ask(
    environment: NamedEnvironment,
    parameters?: Partial<Parameters>,
    more?: { others?: NamedEnvironment[]; scopes?: Scope[]; limit?: number; position?: Position },
  ): ReturnType<typeof microFlowConstants>;
  /** Forgets what is warm. */
  chill(): void;
  stop(): Promise<void>;
}

/** Its address and keys go into this process's environment, as Lambda would have them. */
export async function startDeployments(): Promise<Deployments> {
  const iam = new Iam('eu-west-1');
  iam.register({
    name: 'test',
    roleArn: 'arn:aws:iam::000000000000:role/test',
    inVpc: false,
    ...KEYS,
    policies: [{ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } }],
  });
  const objects: ConstructorParameters<typeof Bucket>[0]['objects'] = [];
  const bucket = new Bucket({ name: 'deployments', region: REGION, objects });
  const endpoint = await startS3({ iam, store: new Map([['deployments', bucket]]) });
  const environmentBefore = { ...process.env };
  process.env['AWS_ENDPOINT_URL_S3'] = endpoint.address.href.replace(/\/$/, '');
  process.env['AWS_ACCESS_KEY_ID'] = KEYS.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = KEYS.secretAccessKey;
  delete process.env['AWS_SESSION_TOKEN'];

  let kept = noKeptFiles();
  const deployments: Deployments = {
    faults: endpoint.faults,
    ranges: [],
    deployed: null,
    put(key, body, modified = '2026-11-01T09:50:00Z', etag = etagOf(Buffer.from(body))) {
      const bytes = Buffer.from(body);
      bucket.put({
        key,
        size: bytes.length,
        last_modified: new Date(modified),
        etag,
        storage_class: 'STANDARD',
        version_id: 'null',
        body: bytes,
      });
    },
    remove(key) {
      const present = Array.from({ length: objects.length }, (_, index) => objects.at(index));
      const index = present.findIndex((object) => object?.key === key);
      if (Array.isArray(objects)) objects.splice(index, 1);
    },
    upstreams() {
      const context: Context = { deadline: new Deadline(Date.now() + 5_000), timing: new Timing() };
      return {
        kept,
        keys: async () => ({ fingerprint: FINGERPRINT_KEY }),
        objects: {
          newest: (at) => newestObject(at, context),
          read: async (at, options) => {
            const stored = await readObject(at, options, context);
            if (stored !== 'not-modified' && options.range !== undefined) deployments.ranges.push(stored.body.length);
            return stored;
          },
        },
        deployedModel: async () => {
          if (deployments.deployed instanceof Error) throw deployments.deployed;
          return deployments.deployed;
        },
      };
    },
    async ask(here, parameters = {}, more = {}) {
      const scopes = more.scopes ?? ['mrt/micro_flow_constants.read' as const];
      const others = (more.others ?? []).map((environment) => ({ environment, scopes }));
      const { compare } = parameters;
      const decision = decide(route, parameters, scopes, null, false);
      const request: EnvironmentRequest<Parameters, Position> = {
        environment: here,
        parameters: parameters as Parameters,
        limit: more.limit ?? 100,
        position: more.position ?? null,
        deadline: new Deadline(Date.now() + 5_000),
        version: 'test',
        // As `http` decides by what the route declares.
        clear: decision.clear,
        mayClear: decision.mayClear,
        other: compare === undefined ? null : environmentNamed(compare, others, route.name).environment,
      };
      return microFlowConstants(request, deployments.upstreams());
    },
    chill() {
      kept = noKeptFiles();
    },
    async stop() {
      process.env = environmentBefore;
      await endpoint.stop();
    },
  };
  return deployments;
}
