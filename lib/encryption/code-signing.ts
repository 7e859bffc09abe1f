/** Lambda takes no code that the company has not signed. */
import type { Stack } from 'aws-cdk-lib';
import { CfnCodeSigningConfig, CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { Config } from '../../config/schema.ts';

/**
 * Every function of the stack is held to a signature by one of the profiles. Call it when all functions are there.
 *
 * @param stack whose bundles are signed between their upload and the deployment: docs/options.md, "Signed code"
 */
export function requireSignatures(stack: Stack, { profile_version_arns }: NonNullable<Config['code_signing']>): void {
  const signing = new CfnCodeSigningConfig(stack, 'CodeSigning', {
    description: 'MRT API',
    allowedPublishers: { signingProfileVersionArns: profile_version_arns },
    codeSigningPolicies: { untrustedArtifactOnDeployment: 'Enforce' },
  });
  for (const construct of stack.node.findAll()) {
    if (construct instanceof CfnFunction) construct.codeSigningConfigArn = signing.attrCodeSigningConfigArn;
  }
}
