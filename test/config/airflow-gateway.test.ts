import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../config/config-error.ts';
import { parseConfig } from '../../config/read.ts';
import { configFile } from '../lib/template.ts';

// biome-ignore lint/suspicious/noExplicitAny: a configuration to be made wrong anywhere
function faults(change: (airflow: any, config: any) => void): readonly string[] {
  const config = configFile('example-options');
  change(config.airflow, config);
  try {
    parseConfig(config);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

test('the example of all options is sound', () => {
  expect(faults(() => undefined)).toEqual([]);
});

describe('is refused, with the path of the field', () => {
  test.each([
    [
      'a scope of other routes',
      (a) => a.pipelines['data-etl'].scopes.push('mrt/users.read'),
      /^airflow\.pipelines\.data-etl\.scopes/,
    ],
    [
      'a trigger without DAGs',
      (a) => {
        a.pipelines['data-etl'].dags = [];
      },
      /^airflow\.pipelines\.data-etl\.dags: must name/,
    ],
    [
      'DAGs without the scope',
      (a) => {
        a.roles.batch.scopes = ['mrt/airflow.read'];
      },
      /^airflow\.roles\.batch\.dags: needs/,
    ],
    [
      'an environment without Airflow',
      (a) => {
        a.roles.batch.environments = ['shop-prod'];
      },
      /^airflow\.roles\.batch\.environments\.0/,
    ],
    [
      'an issuer that is not there',
      (a) => {
        a.pipelines['data-etl'].issuer = 'github';
      },
      /^airflow\.pipelines\.data-etl\.issuer/,
    ],
    [
      'two issuers with one address',
      (a) => {
        a.issuers.other = a.issuers.gitlab;
      },
      /^airflow\.issuers\.other\.issuer/,
    ],
    [
      'a branch that IAM would read as a pattern',
      (a) => {
        a.roles['gitlab-runner'].branches = ['release/*'];
      },
      /branches\.0/,
    ],
    [
      'a client that is not there',
      (a) => {
        a.clients.nobody = { dags: [] };
      },
      /^airflow\.clients\.nobody/,
    ],
    [
      'the stack’s own account as another',
      (a) => {
        a.roles.partner.account = '111122223333';
      },
      /^airflow\.roles\.partner\.account/,
    ],
    [
      'ranges that overlap',
      (a) => {
        a.access[1].cidr = '10.3.0.0/17';
      },
      /^airflow\.access\.2\.cidr: .* overlaps airflow\.access\.1/,
    ],
    [
      'the VPC’s own range',
      (a) => {
        a.access[1].cidr = '10.1.4.0/24';
      },
      /overlaps airflow\.vpc_cidr/,
    ],
    [
      'a range in the middle',
      (a) => {
        a.access[1].cidr = '10.2.0.1/16';
      },
      /write 10\.2\.0\.0\/16/,
    ],
    [
      'an existing VPC without its range',
      (a) => {
        delete a.vpc_cidr;
      },
      /^airflow\.vpc_cidr: is required/,
    ],
    [
      'two words on one attachment',
      (a) => {
        a.access[2].attachment = 'existing';
      },
      /^airflow\.access\.2\.attachment/,
    ],
    [
      'a name twice',
      (a) => {
        a.access[2].name = 'vpc-a';
      },
      /^airflow\.access\.2\.name/,
    ],
    [
      'a resolver without a zone',
      (a) => {
        a.private_zone = false;
      },
      /inbound_resolver: needs airflow\.private_zone/,
    ],
    [
      'a peering that nobody accepts',
      (a) => {
        a.access[1].account = '987654321098';
      },
      /accepter_role_arn: is required/,
    ],
    [
      'no Airflow at all',
      (_, c) => {
        for (const e of Object.values(c.environments) as { airflow?: unknown }[]) delete e.airflow;
      },
      /^airflow: no environment/,
    ],
    // biome-ignore lint/suspicious/noExplicitAny: as above
  ] as [string, (airflow: any, config: any) => void, RegExp][])('%s', (_, change, fault) => {
    expect(faults(change).join('\n')).toMatch(new RegExp(fault.source, `${fault.flags}m`));
  });
});

describe('a workload that the entries of two owners mean', () => {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const ofLogistics = (config: any, kind: 'pipelines' | 'roles', like: string, changes: object = {}) => {
    config.airflow[kind].theirs = { ...config.airflow[kind][like], ...changes };
    config.tenants.logistics.callers[kind] = ['theirs'];
  };
  const shared = (change: Parameters<typeof faults>[0]) => faults(change).filter((fault) => /comes in by/.test(fault));

  test.each([
    [
      'a project by its path',
      'pipelines',
      'data-etl',
      {},
      'the project data/etl comes in by airflow.pipelines.data-etl',
    ],
    [
      'a project with and without its number',
      'pipelines',
      'data-etl',
      { project_id: undefined },
      'the project data/etl',
    ],
    ['a project in capitals', 'pipelines', 'data-etl', { project_path: 'Data/ETL' }, 'the project Data/ETL'],
    ['a project whose jobs take a role', 'roles', 'gitlab-runner', {}, 'the project data/etl'],
    ['a role of another account', 'roles', 'partner', {}, 'the role EC2-CrossAccount-Role of 987654321098'],
  ] as const)('with tenants nobody of outside comes in for two owners: %s', (_, kind, like, changes, words) => {
    const [fault] = shared((_airflow, config) => ofLogistics(config, kind, like, changes));
    expect(fault).toContain(`airflow.${kind}.theirs: ${words}`);
    expect(fault).toMatch(/of the operator too, and may have one owner only$/);
  });

  test.each([
    ['projects by their numbers', 'pipelines', 'data-etl', { project_id: '4712' }],
    ['projects by their paths', 'pipelines', 'data-etl', { project_path: 'data/etl-two' }],
    ['roles of one account', 'roles', 'partner', { role_names: ['Another-Role'] }],
    ['roles of this account’s own instances', 'roles', 'batch', {}],
  ] as const)('is none where there are two: %s', (_, kind, like, changes) => {
    const change = { ...changes };
    expect(
      shared((airflow, config) => {
        // The example's role for jobs is of that project whatever its number is.
        delete airflow.roles['gitlab-runner'];
        config.operator.callers.roles = ['app-server', 'batch', 'partner'];
        ofLogistics(config, kind, like, change);
      }),
    ).toEqual([]);
  });
});
