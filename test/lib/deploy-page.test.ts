/** What the operators' pages say of the stack is what the worked example has. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configFile, list, type Properties, templateOf } from './template.ts';

const page = readFileSync('docs/deploy.md', 'utf8');
const template = templateOf(configFile('example'));
const alarms = template.ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);

test('each kind of alarm is in the table of what is watched', () => {
  const headings = new Set(alarms.map(({ AlarmName }) => AlarmName.split(': ')[1]));
  const table = page.slice(page.indexOf('## What is watched'), page.indexOf('## What it costs'));
  const rows = [...table.matchAll(/^\| ([A-Z][a-z ]+?) +\|/gm)].map(([, heading]) => heading);
  expect(new Set(rows)).toEqual(headings);
});

describe('what the pages ask somebody to type', () => {
  const pages = globSync('docs/*.md').map((path) => readFileSync(path, 'utf8'));
  const withOptions = templateOf(configFile('example-options'));
  const outputs = [template, withOptions].flatMap(({ text }) => Object.keys(JSON.parse(text).Outputs));
  const scriptsOf = (folder: string) =>
    (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { scripts?: Record<string, string> }).scripts ??
    {};
  const scripts = scriptsOf('.');

  test('names outputs that the deployment has: <UserPoolId>, <FunctionNames: publisher>, `RoleArns`', () => {
    const names = pages.flatMap((text) => [
      ...[...text.matchAll(/<([A-Z][A-Za-z]+)(?::[^<>]*)?>/g)]
        .map(([, name = '']) => name)
        // What is closed is an element of an answer's XML.
        .filter((name) => !text.includes(`</${name}>`)),
      ...[...text.matchAll(/outputs? `([A-Z][A-Za-z]+(?:<name>|…)?)/g)].map(([, name = '']) => name),
    ]);
    expect(new Set(names).size).toBeGreaterThan(4);
    // Only where the zone is elsewhere.
    const there = [...outputs, 'DomainTarget'];
    const isThere = (name: string) =>
      /[>…]$/.test(name)
        ? there.some((output) => output.startsWith(name.replace(/<name>|…/, '')))
        : there.includes(name);
    expect([...new Set(names)].filter((name) => !isThere(name))).toEqual([]);
  });

  test('starts scripts that there are', () => {
    const started = pages.flatMap((text) =>
      [...text.matchAll(/npm run ([a-z:-]+)(?: -w @mrt\/([a-z-]+))?/g)].map(([, name = '', workspace]) =>
        Object.hasOwn(workspace === undefined ? scripts : scriptsOf(`packages/${workspace}`), name) ? null : name,
      ),
    );
    expect(started.length).toBeGreaterThan(4);
    expect(started.filter((missing) => missing !== null)).toEqual([]);
  });

  test('takes a statement out of the policy of the key bucket that stands there', () => {
    const [, policy] =
      template.ofType('AWS::S3::BucketPolicy').find(([, { Properties }]) => Properties['Bucket'].Ref === 'KeyBucket') ??
      [];
    const statements: Properties[] = policy?.Properties['PolicyDocument'].Statement;
    expect(statements.map(({ Sid }) => Sid)).toContain('OnlyTheFunctions');
    // The runbook's repair deletes an object while the statement stands.
    expect(statements.flatMap(({ Action }) => list(Action))).not.toContain('s3:DeleteObject');
  });
});

test("the deployer's policy has a statement for each service of the worked examples", () => {
  const policy = readFileSync('docs/deployer-policy.json', 'utf8');
  const prefixes: Record<string, string> = {
    ApiGatewayV2: 'apigateway',
    CertificateManager: 'acm',
    CloudWatch: 'cloudwatch',
    Cognito: 'cognito-idp',
    EC2: 'ec2',
    Events: 'events',
    IAM: 'iam',
    Lambda: 'lambda',
    Logs: 'logs',
    Route53: 'route53',
    S3: 's3',
    SNS: 'sns',
  };
  const types = [template, templateOf(configFile('example-new'))].flatMap(({ resources }) =>
    Object.values(resources).map(({ Type }) => Type),
  );
  for (const service of new Set(types.filter((type) => type.startsWith('AWS::')).map((type) => type.split('::')[1]))) {
    expect(prefixes).toHaveProperty([service ?? '']);
    expect(policy).toContain(`"${prefixes[service ?? '']}:`);
  }
  // API Gateway guide, "Configure logging for HTTP APIs": without these the stage cannot be made.
  for (const action of ['CreateLogDelivery', 'PutResourcePolicy', 'UpdateLogDelivery', 'DeleteLogDelivery']) {
    expect(policy).toContain(`"logs:${action}"`);
  }
});
