import { describe, expect, test } from 'vitest';
import { permissionTable } from '../../tools/permission-table.ts';

describe('the table of permissions', () => {
  test('shows what a role allows, and not what it denies', () => {
    const policy = (Effect: string, Action: string) => ({
      PolicyDocument: { Statement: [{ Effect, Action, Resource: 'arn:aws:s3:::files' }] },
    });
    const table = permissionTable({
      Users: {
        Type: 'AWS::Lambda::Function',
        Properties: { Description: 'GET /users', Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
      },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: { Policies: [policy('Allow', 's3:ListBucket'), policy('Deny', 's3:PutObject')] },
      },
    });
    expect(table).toContain('| `s3:ListBucket` | configured buckets, below their prefix | ● |');
    expect(table).not.toContain('s3:PutObject');
  });
});
