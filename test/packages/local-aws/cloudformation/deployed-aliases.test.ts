import { deployedAliases } from '@mrt/local-aws/cloudformation/deployed-aliases.ts';
import { invokePermissions, mayInvoke } from '@mrt/local-aws/cloudformation/deployed-policies.ts';
import { resolveTemplate } from '@mrt/local-aws/cloudformation/intrinsics.ts';
import { referenceTo } from '@mrt/local-aws/cloudformation/physical-ids.ts';
import { expect, test } from 'vitest';

const PLACE = { stackName: 'stack', account: '000000000000', region: 'eu-west-1' };
const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:reader';

test('an alias leads to its function, and a permission for the function is none for the alias', () => {
  const resources = resolveTemplate(
    {
      Resources: {
        Reader: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'reader' } },
        Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Reader' }, Name: 'live' } },
        May: {
          Type: 'AWS::Lambda::Permission',
          Properties: {
            ...{ Action: 'lambda:InvokeFunction', FunctionName: { Ref: 'Live' } },
            Principal: 'apigateway.amazonaws.com',
          },
        },
      },
    },
    PLACE,
  );
  const aliases = deployedAliases(resources, (logicalId) => {
    const { type, properties } = resources[logicalId] ?? expect.unreachable();
    return { name: referenceTo({ logicalId, type, properties }, PLACE), arn: '' };
  });
  expect([...aliases]).toEqual([[`${FUNCTION}:live`, FUNCTION]]);

  const callable = [FUNCTION, `${FUNCTION}:live`].map((arn) => ({ name: arn, arn }));
  const may = (arn: string) =>
    mayInvoke(invokePermissions(resources, callable), arn, 'apigateway.amazonaws.com', 'any');
  expect(may(`${FUNCTION}:live`)).toBe(true);
  expect(may(FUNCTION)).toBe(false);
});
