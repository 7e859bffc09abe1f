/** `npm run deploy` synthesises first, so what is refused here is not deployed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { ManagedPolicy, type PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../config/read.ts';
import { mrtApp } from '../../lib/mrt-app.ts';
import { configFile } from './template.ts';

/** Synthesises the stack with all its checks after a change of it. */
function synthesised(change: (app: App, roles: Role[]) => void): void {
  const outdir = mkdtempSync(join(tmpdir(), 'mrt-declared-'));
  try {
    const app = mrtApp(parseConfig(configFile('example-new')), {
      outdir,
      context: { 'aws:cdk:bundling-stacks': [] },
    });
    change(
      app,
      app.node.findAll().filter((construct) => construct instanceof Role),
    );
    app.synth();
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** What an attempt is refused with; empty when it is not. */
function refusalOf(attempt: () => void): string {
  try {
    attempt();
    return '';
  } catch (error) {
    return String(error);
  }
}

const grant = (role: Role, actions: string[], resources: string[]) =>
  role.addToPolicy(new PolicyStatement({ actions, resources }));

describe('a deployment is refused', () => {
  test('for a right on everything, on every role that has it', () => {
    const widen = (_: App, roles: Role[]) => {
      for (const role of roles) grant(role, ['secretsmanager:GetSecretValue'], ['*']);
    };
    expect(() => synthesised(widen)).toThrow(
      /Route-users\/Role: allows secretsmanager:GetSecretValue on \*, undeclared/,
    );
    expect(() => synthesised(widen)).toThrow(/Publisher\/Role: allows secretsmanager:GetSecretValue on \*, undeclared/);
  });

  test.each<[string, (app: App, role: Role) => void, string]>([
    [
      'a right on one bucket',
      (_, role) => grant(role, ['s3:DeleteBucket'], ['arn:aws:s3:::example-shop-dev-files']),
      'allows s3:DeleteBucket, undeclared',
    ],
    [
      'a declared right, on everything',
      (_, role) => grant(role, ['s3:GetObject'], ['*']),
      'allows s3:GetObject on *, undeclared',
    ],
    [
      'a policy of AWS',
      (_, role) => role.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName('ReadOnlyAccess')),
      'iam::aws:policy/ReadOnlyAccess',
    ],
    [
      'a statement that allows all but what it names',
      (_, role) => role.addToPolicy(new PolicyStatement({ notActions: ['iam:*'], resources: ['arn:aws:s3:::x'] })),
      'allows all but what it names',
    ],
    [
      'a right that a managed policy of the stack gets beside others',
      (app) => {
        const policy = app.node.findAll().find((construct) => construct instanceof ManagedPolicy) as ManagedPolicy;
        (policy.document as PolicyDocument).addStatements(
          new PolicyStatement({ actions: ['s3:PutObject'], resources: ['arn:aws:s3:::example-shop-dev-files/a'] }),
        );
      },
      'allows s3:PutObject, undeclared',
    ],
    [
      'a role that nobody declared',
      (app) =>
        new Role(app.node.findChild('mrt-dev'), 'Other', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
      'mrt-dev/Other: nothing declares its actions',
    ],
  ])('for %s', (_, change, message) => {
    const onUsers = (app: App, roles: Role[]) => {
      const role = roles.find(({ node }) => node.path.endsWith('Route-users/Role'));
      if (role === undefined) throw new Error('no role of /users');
      change(app, role);
    };
    const told = refusalOf(() => synthesised(onUsers));
    expect(told).toContain(message);
    // A statement without actions allows none that could be undeclared.
    expect(told).not.toContain('allows undefined');
  });
});
