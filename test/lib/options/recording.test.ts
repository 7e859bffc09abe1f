/** How long what is recorded is kept, and by whom it goes. */
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../config/read.ts';
import { CHANGES, ENVIRONMENTS, HISTORY, historyKey, LATEST, LEASE_KEY } from '../../../lambdas/record/layout.ts';
import { configFile, type Resource, templateOf } from '../template.ts';

const plain = configFile('example');

interface Rule {
  Prefix: string;
  Status: string;
  ExpirationInDays?: number;
  NoncurrentVersionExpiration?: { NoncurrentDays: number };
}

const bucketOf = (recording: object) =>
  templateOf({ ...plain, recording }).resources['RecordBucket'] as Resource & { DeletionPolicy?: string };
const rulesOf = (bucket: Resource): Rule[] => bucket.Properties['LifecycleConfiguration'].Rules;

describe('the record bucket', () => {
  const bucket = bucketOf({ keep_days: 90 });
  const rules = rulesOf(bucket);
  const ruleOf = (key: string) => rules.filter(({ Prefix }) => key.startsWith(Prefix));

  test('lets a month of the history go when it is as old as is configured, and 800 days by default', () => {
    const [rule, ...others] = ruleOf(historyKey('users', 'shop-prod', '2026-11'));
    expect([rule?.ExpirationInDays, rule?.Status, others]).toEqual([90, 'Enabled', []]);
    expect(rulesOf(bucketOf({})).find(({ Prefix }) => Prefix === HISTORY)?.ExpirationInDays).toBe(800);
  });

  test('lets nothing else go by age: what is newest is not old because nobody recorded', () => {
    for (const key of [LATEST, ENVIRONMENTS, CHANGES, LEASE_KEY]) {
      const [rule, ...others] = ruleOf(key);
      expect([key, rule?.ExpirationInDays, others]).toEqual([key, undefined, []]);
    }
  });

  test('keeps what was written over for days, so that a wrong file can be brought back, and then gives it up', () => {
    expect(bucket.Properties['VersioningConfiguration']).toEqual({ Status: 'Enabled' });
    const days = (key: string) => ruleOf(key)[0]?.NoncurrentVersionExpiration?.NoncurrentDays;
    expect([HISTORY, LATEST, ENVIRONMENTS, CHANGES, LEASE_KEY].map(days)).toEqual([7, 1, 1, 1, 1]);
  });

  test('stays when the stack goes: a past cannot be recorded again', () => {
    expect(bucket.DeletionPolicy).toBe('Retain');
  });
});

test('less than a month is refused, since a file is a month: its first days would go with its last', () => {
  expect(() => parseConfig({ ...plain, recording: { keep_days: 31 } })).toThrow('keep_days');
});
