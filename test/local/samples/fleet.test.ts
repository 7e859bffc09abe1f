/** Many sample environments: sound as a configuration, and each a copy of the one that stands behind. */
import { describe, expect, test } from 'vitest';
import { contradictions } from '../../../config/contradictions.ts';
import { readConfig } from '../../../config/read.ts';
import { configSchema } from '../../../config/schema.ts';
import { sampleStore } from '../../../local/samples/buckets.ts';
import {
  databaseBehind,
  MAX_SAMPLES,
  sampleCount,
  sampleFleetBuckets,
  withSamples,
} from '../../../local/samples/fleet.ts';

const config = readConfig('config/local.json');
const store = sampleStore('eu-west-1');

describe('MRT_SAMPLES', () => {
  test('is a number of environments; without it there are none', () => {
    expect([undefined, '', '1', '60', '1000'].map(sampleCount)).toEqual([0, 0, 1, 60, 1000]);
    for (const text of ['0', '-1', '1.5', '1001', 'many']) {
      expect(() => sampleCount(text)).toThrow(`MRT_SAMPLES must be 1 to ${MAX_SAMPLES}, not ${text}`);
    }
  });

  test('needs the pet shop, which the samples are copies of', () => {
    const { 'pet-shop-prod': _, ...environments } = config.environments;
    expect(() => withSamples({ ...config, environments }, 1)).toThrow('pet-shop-prod');
    expect(withSamples({ ...config, environments }, 0).environments).toBe(environments);
  });
});

describe.each([1, 60, 1_000])('%i samples', (count) => {
  const all = withSamples(config, count);
  const samples = Object.entries(all.environments).filter(([name]) => name.startsWith('shop-sample-'));

  test('are as sound as any configuration', () => {
    expect(samples).toHaveLength(count);
    expect(contradictions(all)).toEqual([]);
    expect(configSchema.safeParse(all).error?.issues ?? []).toEqual([]);
  });

  test('have a database each, behind which is the pet shop’s, and a bucket with what the pet shop has', () => {
    const databases = samples.map(([, { database }]) => `${database?.server}/${database?.name}`);
    expect(new Set(databases).size).toBe(count);
    for (const [, { database }] of samples) expect(databaseBehind(database?.name ?? '', all)).toBe('pet_shop_prod');
    expect(databaseBehind('shop_prod', all)).toBeNull();
    const buckets = sampleFleetBuckets(all, store);
    expect(buckets).toHaveLength(Math.min(count, 100));
    for (const bucket of buckets) expect(bucket.objects).toBe(store.get('pet-shop-prod-files')?.objects);
  });
});
