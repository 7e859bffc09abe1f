import { expect, test } from 'vitest';
import { optionCosts } from '../../tools/option-costs.ts';

const table = optionCosts({
  users: { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 512 } },
  live: {
    Type: 'AWS::Lambda::Alias',
    Properties: {
      FunctionName: { Ref: 'users' },
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 },
    },
  },
  other: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'users' } } },
  acl: { Type: 'AWS::WAFv2::WebACL', Properties: { Rules: [{}, {}, {}] } },
});

test('what is kept ready is paid by its memory and by the hour', () => {
  // 1 GB × 730 h × 3,600 s × 0.0000033334.
  expect(table).toContain('8.76 for the 1024 MB that the example keeps ready');
});

test('a web ACL is paid by its rules, and a million requests by each of the three services', () => {
  expect(table).toContain('a web ACL with 3 rules');
  // 5 + 3, and 0.60 + 1.20 + 0.75.
  expect(table).toContain('| 8.00; a million requests 2.55 ');
});
