/** Workflows to copy are held to what ours are, and every command in them exists. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

interface Workflow {
  permissions: object;
  jobs: Record<string, Job>;
}

interface Job {
  needs?: string;
  environment?: string;
  permissions: Record<string, string>;
  steps: { uses?: string; run?: string; with?: object }[];
}

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const read = (name: string) => parse(readFileSync(`docs/examples/${name}.yml`, 'utf8')) as Workflow;
const runsOf = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? []);

describe.each(['pipeline', 'drift'])('%s.yml', (name) => {
  const { permissions, jobs } = read(name);
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  test('runs scripts that there are', () => {
    const named = steps.flatMap(({ run }) => /npm (?:run )?([a-z-]+)/.exec(run ?? '')?.[1] ?? []);
    expect(named.length).toBeGreaterThan(0);
    for (const script of named) expect(['ci', ...Object.keys(scripts)]).toContain(script);
  });

  test('takes actions by commit, has no right but those that it needs, and no key of AWS', () => {
    for (const { uses } of steps) {
      if (uses !== undefined) expect(uses).toMatch(/^[\w./-]+@([0-9a-f]{40}|<commit of the release that you trust>)$/);
    }
    expect(permissions).toEqual({});
    for (const job of Object.values(jobs)) expect(job.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(JSON.stringify(jobs)).not.toMatch(/AWS_(ACCESS|SECRET)/);
    for (const { run } of steps) expect(run ?? '').not.toContain('${{');
  });
});

test('the pipeline tests, synthesises, shows the difference, and deploys and asks only after an approval', () => {
  const { check, deploy } = read('pipeline').jobs;
  if (check === undefined || deploy === undefined) expect.unreachable();
  const order = ['npm test', 'npm run synth', 'npm run sbom', 'cdk diff'];
  const places = order.map((command) => runsOf(check).findIndex((run) => run.includes(command)));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(JSON.stringify(check)).not.toContain('npm run deploy');
  expect([deploy.needs, deploy.environment]).toEqual(['check', 'prod']);
  const last = runsOf(deploy).slice(-2);
  expect(last[0]).toContain('npm run deploy');
  expect(last[1]).toContain('npm run smoke');
});
