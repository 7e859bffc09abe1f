/** The buckets of the two banks that are sample tenants, as `config/banks.json` names them. */
import { Bucket, etagOf, type StoredObject } from '@mrt/local-aws/s3/store.ts';
import { filesBucketOf, storedObjects } from './buckets.ts';
import type { BankName } from './database/apps.ts';
import { bankOf } from './database/banks.ts';
import { acceptanceArchive } from './deployments.ts';

const BANKS: readonly BankName[] = ['bank-a-prod', 'bank-b-prod'];

/** Files and deployments of each. */
export function bankBuckets(region: string): Bucket[] {
  return BANKS.flatMap((name) => {
    const bank = bankOf(name);
    return [
      filesBucketOf(name, `${bank}-files`, region),
      new Bucket({ name: `${bank}-deployments`, region, objects: deploymentsOf(bank) }),
    ];
  });
}

/** Both have bought the same app; what they have set is their own. */
function deploymentsOf(bank: string): StoredObject[] {
  const settings = {
    'Billing.PaymentUrl': `https://payments.${bank}.example.com/v2`,
    'Sales.OrderNumberPrefix': `${bank.toUpperCase()}-`,
  };
  const body = Buffer.from(JSON.stringify(settings));
  return storedObjects([
    { ...acceptanceArchive, bucket: `${bank}-deployments`, key: 'prod/Shop_1.2.0.188.mda' },
    {
      ...{ bucket: `${bank}-deployments`, key: 'prod/constants.json', body, etag: etagOf(body) },
      last_modified: new Date('2026-10-01T12:00:00Z'),
    },
  ]);
}
