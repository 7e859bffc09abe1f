import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Deadline, Timing } from '../../../../lambdas/context.ts';
import { newestObject } from '../../../../lambdas/upstreams/s3/newest.ts';
import { type Deployments, startDeployments } from '../../routes/micro_flow_constants/deployments.ts';

describe('the newest object under a prefix', () => {
  let s3: Deployments;
  beforeAll(async () => {
    s3 = await startDeployments();
  });
  afterAll(() => s3.stop());

  const newest = async (prefix: string, region = 'eu-west-1') => {
    const context = { deadline: new Deadline(Date.now() + 5_000), timing: new Timing() };
    const at = { name: 'archive', bucket: 'deployments', region, prefix, suffix: '.mda' };
    return newestObject(at, context);
  };

  test('is the one written last, whatever the order of keys', async () => {
    s3.put('order/a.mda', 'newest', '2026-03-01T00:00:00Z');
    s3.put('order/b.mda', 'oldest', '2026-01-01T00:00:00Z');
    s3.put('order/c.mda', 'middle', '2026-02-01T00:00:00Z');
    expect(await newest('order/')).toMatchObject({ key: 'order/a.mda', size: 6 });
  });

  test('is the last in key order when two were written in the same second', async () => {
    s3.put('same/1.mda', 'x', '2026-03-01T00:00:00Z');
    s3.put('same/2.mda', 'x', '2026-03-01T00:00:00Z');
    expect((await newest('same/'))?.key).toBe('same/2.mda');
  });

  test('is an archive with content: other endings, empty objects and other prefixes do not count', async () => {
    s3.put('kind/old.mda', 'x', '2026-01-01T00:00:00Z');
    s3.put('kind/new.txt', 'x', '2026-03-01T00:00:00Z');
    s3.put('kind/empty.mda', '', '2026-03-01T00:00:00Z');
    s3.put('kind2/new.mda', 'x', '2026-03-01T00:00:00Z');
    expect((await newest('kind/'))?.key).toBe('kind/old.mda');
  });

  test('is found on any page', async () => {
    for (let index = 0; index < 2_300; index += 1) s3.put(`many/${index}.mda`, 'x', '2026-01-01T00:00:00Z');
    s3.put('many/1500.mda', 'x', '2026-03-01T00:00:00Z');
    expect((await newest('many/'))?.key).toBe('many/1500.mda');
  });

  test.each(['a b+c%20&<>"\'.mda', 'ünïcode/日本.mda', '%2F.mda'])('may be called %s', async (name) => {
    s3.put(`odd-${name.length}/${name}`, 'x');
    expect((await newest(`odd-${name.length}/`))?.key).toBe(`odd-${name.length}/${name}`);
  });

  test('is nothing when there is none', async () => {
    expect(await newest('nothing/')).toBe(null);
  });

  test('S3’s refusal has the configured name, and nothing else of the address', async () => {
    await expect(newest('order/', 'us-east-1')).rejects.toMatchObject({ source: 'archive', reason: 'wrong-region' });
  });
});
