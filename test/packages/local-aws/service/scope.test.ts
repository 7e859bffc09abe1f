/** A signature is for one service of one Region, and good at no other. */
import { startCloudWatch } from '@mrt/local-aws/cloudwatch/service.ts';
import { verifyRequest } from '@mrt/local-aws/iam/sigv4.ts';
import { startS3 } from '@mrt/local-aws/s3/service.ts';
import { startSecretsManager } from '@mrt/local-aws/secretsmanager/service.ts';
import type { HttpService } from '@mrt/local-aws/service/http-service.ts';
import { startSts } from '@mrt/local-aws/sts/service.ts';
import { afterAll, describe, expect, test } from 'vitest';
import { EVERYTHING, principal } from '../iam/principal.ts';
import { bucketOf, iamWith, storeOf } from '../s3/client.ts';
import { signedHeaders } from '../signed-headers.ts';

const known = principal([EVERYTHING]);
const iam = iamWith(known);
const keys = {
  access_key_id: known.accessKeyId,
  secret_access_key: known.secretAccessKey,
  session_token: known.sessionToken,
};
const services: HttpService[] = [];
afterAll(() => Promise.all(services.map((service) => service.stop())));

describe('one that is made for another Region or service', () => {
  test.each(['s3', 'monitoring', 'sts', 'secretsmanager', 'airflow', 'athena', 'iotdata', 'execute-api'])(
    'is none at %s',
    async (service) => {
      const verified = async (signed: { service?: string; region?: string }) => {
        const wire = { method: 'POST', target: '/', body: Buffer.from('{}') };
        const headers = await signedHeaders({
          method: 'POST',
          host: 'x',
          path: '/',
          body: '{}',
          keys,
          service,
          ...signed,
        });
        return verifyRequest({ ...wire, headers }, { iam, service, skewMs: 300_000 });
      };
      expect(await verified({})).toMatchObject({ principal: known, region: 'eu-west-1' });
      // S3 asks whose Region the bucket is in.
      const elsewhere = await verified({ region: 'eu-central-1' });
      if (service === 's3') expect(elsewhere).toMatchObject({ region: 'eu-central-1' });
      else expect(elsewhere).toBe('wrong-scope');
      expect(await verified({ service: service === 'sts' ? 's3' : 'sts' })).toBe('wrong-scope');
    },
  );

  test.each([
    [
      'S3',
      () => startS3({ iam, store: storeOf(bucketOf('files', ['a'])) }),
      { service: 's3', method: 'GET', path: '/files?list-type=2', body: '', headers: {} },
      /<Code>PermanentRedirect</,
    ],
    [
      'CloudWatch',
      () => startCloudWatch({ iam, metrics: [] }),
      {
        service: 'monitoring',
        method: 'POST',
        path: '/',
        body: '{}',
        headers: { 'x-amz-target': 'GraniteServiceVersion20100801.ListMetrics' },
      },
      /InvalidSignatureException/,
    ],
    [
      'STS',
      () => startSts({ iam, roles: new Map() }),
      {
        service: 'sts',
        method: 'POST',
        path: '/',
        body: 'Action=GetCallerIdentity&Version=2011-06-15',
        headers: {},
      },
      /<Code>SignatureDoesNotMatch</,
    ],
    [
      'Secrets Manager',
      () => startSecretsManager({ iam, secrets: new Map() }),
      {
        service: 'secretsmanager',
        method: 'POST',
        path: '/',
        body: '{"SecretId":"x"}',
        headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' },
      },
      /InvalidSignatureException/,
    ],
  ] as const)('is refused by %s in its own words', async (_, start, { headers, ...request }, refusal) => {
    const service = await start();
    services.push(service);
    const ask = async (region: string) => {
      const { host } = service.address;
      const signed = await signedHeaders({ ...request, host, keys, region, headers });
      const body = request.body === '' ? {} : { body: request.body };
      const url = new URL(request.path, service.address);
      return (await fetch(url, { method: request.method, headers: signed, ...body })).text();
    };
    expect(await ask('eu-central-1')).toMatch(refusal);
    expect(await ask('eu-west-1')).not.toMatch(/Signature|Redirect/);
  });
});
