/** Whatever the documents ask somebody to enter elsewhere, the deployment tells. */
import { describe, expect, test } from 'vitest';
import { configFile, type Properties, routesOf, templateOf } from './template.ts';

interface Reference {
  Ref?: string;
  'Fn::GetAtt'?: [logicalId: string, attribute: string];
}

describe.each(['example', 'example-new'] as const)('the outputs of %s', (file) => {
  const template = templateOf(configFile(file));
  const records = file === 'example';
  const ofTheStage = routesOf(template).map(({ name }) => name);
  const names = ['publisher', 'documents', ...(records ? ['recorder'] : []), ...ofTheStage];
  const outputs = JSON.parse(template.text).Outputs as Record<string, { Value: Properties | string }>;

  /** The JSON text of an output, with the type of the resource that each value refers to. */
  function typesIn(output: string): Record<string, string | string[]> {
    const { Value } = outputs[output] ?? { Value: '' };
    const parts: (string | Reference)[] = typeof Value === 'string' ? [Value] : Value['Fn::Join'][1];
    const text = parts.map((part) => {
      if (typeof part === 'string') return part;
      return template.resources[part.Ref ?? part['Fn::GetAtt']?.[0] ?? '']?.Type ?? 'nothing';
    });
    return JSON.parse(text.join(''));
  }

  test.each([
    ['RoleArns', 'AWS::IAM::Role'],
    ['FunctionNames', 'AWS::Lambda::Function'],
    ['LogGroups', 'AWS::Logs::LogGroup'],
  ])('%s names one for each function', (output, type) => {
    expect(typesIn(output)).toEqual(Object.fromEntries(names.map((name) => [name, type])));
  });

  test('SecurityGroupIds names the groups by where they lead', () => {
    const group = 'AWS::EC2::SecurityGroup';
    expect(typesIn('SecurityGroupIds')).toEqual({ s3: [group], cloudwatch: [group], databases: [group] });
  });

  test('tell no secret', () => {
    expect(JSON.stringify(outputs)).not.toContain('ClientSecret');
  });
});
