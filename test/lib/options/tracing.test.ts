import { expect, test } from 'vitest';
import { parseConfig } from '../../../config/read.ts';
import { configFile, type Properties, type Resource, templateOf } from '../template.ts';

const plain = configFile('example-options');
const traced = templateOf(plain);
const { tracing: _, ...withoutTracing } = plain;
const untraced = templateOf(withoutTracing);

const SEGMENTS = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];

/** The role of a function, out of the template. */
const roleOf = ({ Properties }: Resource) => traced.resources[Properties['Role']['Fn::GetAtt'][0]];

/** Statements of a role's own policies that speak of X-Ray. */
const tracingOf = (role: Resource | undefined) =>
  ((role?.Properties['Policies'] ?? []) as Properties[])
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement as Properties[])
    .filter(({ Action }) => JSON.stringify(Action).includes('xray'));

/** What the option touches. A function that is traced is another version, which its alias names. */
const TOUCHED = new Set([
  'AWS::ApiGateway::Stage',
  'AWS::IAM::Role',
  'AWS::Lambda::Alias',
  'AWS::Lambda::Function',
  'AWS::Lambda::Version',
]);

test('every function is traced, and the stage of the Airflow gateway', () => {
  const functions = traced.ofType('AWS::Lambda::Function');
  expect(functions.length).toBeGreaterThan(15);
  for (const [, { Properties }] of functions) expect(Properties['TracingConfig']).toEqual({ Mode: 'Active' });
  const [, stage] = traced.only('AWS::ApiGateway::Stage');
  expect(stage.Properties['TracingEnabled']).toBe(true);
  expect(stage.Properties['AccessLogSetting'].Format).toContain('"xrayTraceId":"$context.xrayTraceId"');
});

test('a function may send its segments from the first moment, and may do nothing else with X-Ray', () => {
  // In the role, which the function refers to: Lambda refuses to trace one whose role may not yet.
  for (const [, lambda] of traced.ofType('AWS::Lambda::Function')) {
    expect(tracingOf(roleOf(lambda))).toEqual([{ Effect: 'Allow', Action: SEGMENTS, Resource: '*' }]);
  }
  expect(new Set(traced.text.match(/xray:\w+/g))).toEqual(new Set(SEGMENTS));
});

test('roles that are no function’s have nothing of it', () => {
  const ofFunctions = new Set(traced.ofType('AWS::Lambda::Function').map(([, lambda]) => roleOf(lambda)));
  const others = traced.ofType('AWS::IAM::Role').filter(([, role]) => !ofFunctions.has(role));
  expect(others.length).toBeGreaterThan(0);
  for (const [, role] of others) expect(JSON.stringify(role)).not.toContain('xray');
});

test('the network gets no endpoint for it, as no code of ours calls X-Ray', () => {
  const services = traced.ofType('AWS::EC2::VPCEndpoint').map(([, { Properties }]) => Properties['ServiceName']);
  expect(services.length).toBeGreaterThan(0);
  expect(services.filter((service) => /xray/.test(JSON.stringify(service)))).toEqual([]);
});

test('without it nothing is different but functions, their roles and versions, and the gateway’s stage', () => {
  expect(untraced.text).not.toMatch(/xray|TracingConfig|TracingEnabled/);
  const types = new Set(
    Object.entries(traced.resources)
      .filter(([id, resource]) => JSON.stringify(resource) !== JSON.stringify(untraced.resources[id]))
      .map(([, { Type }]) => Type),
  );
  expect(types).toEqual(TOUCHED);
});

test('anything but "xray" is refused', () => {
  const wrong = { ...configFile('example-new'), tracing: 'on' as 'xray' };
  expect(() => parseConfig(wrong)).toThrow(/tracing: /);
});
