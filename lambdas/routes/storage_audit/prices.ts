/**
 * What S3 asks for storage: US dollars for a GB (2^30 bytes) in a month, first tier, in eu-west-1, from
 * https://aws.amazon.com/s3/pricing/. Other Regions differ by some per cent; the answer names the list's.
 * Intelligent-Tiering is reckoned at its frequent tier. What AWS adds for small objects (minimum sizes, archive
 * overhead), requests and retrieval are not in it.
 */
export const PRICES_AS_OF = '2026-11-01';
export const PRICES_REGION = 'eu-west-1';

const USD_A_GB: Readonly<Record<string, number>> = {
  STANDARD: 0.023,
  INTELLIGENT_TIERING: 0.023,
  STANDARD_IA: 0.0125,
  ONEZONE_IA: 0.01,
  GLACIER_IR: 0.004,
  GLACIER: 0.0036,
  DEEP_ARCHIVE: 0.00099,
  REDUCED_REDUNDANCY: 0.024,
};

const GB = 2 ** 30;

/** Dollars for a month, or the storage class that has no price here. */
export type MonthlyCost = { usd: number } | { unpriced: string };

/**
 * @param bytes by storage class, as S3 names it
 * @example monthlyCost([['STANDARD', 100 * 2 ** 30]]) // { usd: 2.3 }
 */
export function monthlyCost(bytes: Iterable<readonly [string, number]>): MonthlyCost {
  let usd = 0;
  for (const [storageClass, size] of bytes) {
    const price = USD_A_GB[storageClass];
    if (price === undefined) return { unpriced: storageClass };
    usd += (size / GB) * price;
  }
  return { usd };
}
