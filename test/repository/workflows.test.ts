/** What runs on every change may do no more than read it. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

interface Workflow {
  permissions: object;
  jobs: Record<string, { permissions: object; steps: { uses?: string; run?: string; with?: object }[] }>;
}

const files = globSync('.github/workflows/*.yml');

test('there is a workflow that runs what anybody can run', () => {
  expect(files.some((file) => readFileSync(file, 'utf8').includes('bash .ci/run'))).toBe(true);
});

describe.each(files)('%s', (file) => {
  const text = readFileSync(file, 'utf8');
  const { permissions, jobs } = parse(text) as Workflow;
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  test('takes every action by its commit, since a tag can be moved', () => {
    const actions = steps.flatMap(({ uses }) => uses ?? []);
    expect(actions.length).toBeGreaterThan(0);
    expect(actions.filter((action) => !/^[\w./-]+@[0-9a-f]{40}$/.test(action))).toEqual([]);
  });

  test('gives no right that a job does not name, and a job none but reading', () => {
    expect(permissions).toEqual({});
    expect(Object.values(jobs).map((job) => job.permissions)).toEqual(
      Object.values(jobs).map(() => ({ contents: 'read' })),
    );
  });

  test('leaves no token in the clone, and needs no secret', () => {
    const clones = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    for (const clone of clones) expect(clone.with).toMatchObject({ 'persist-credentials': false });
    expect(text).not.toContain('secrets.');
  });

  test('puts nothing that somebody outside can write into a command', () => {
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
    expect(text).not.toContain('pull_request_target');
  });
});
