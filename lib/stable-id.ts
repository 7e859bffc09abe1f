/** Logical ids that must never change: a new id would make CloudFormation replace the resource and its state. */
import { CfnResource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Fixes the logical id of the resource behind `construct`, wherever it moves in the tree of constructs.
 *
 * @param id letters and digits, the same for ever
 * @throws Error when the construct has no single resource behind it
 */
export function stableId(construct: Construct, id: string): void {
  const resource = construct.node.defaultChild;
  if (!CfnResource.isCfnResource(resource)) throw new Error(`${construct.node.path} has no resource of its own`);
  resource.overrideLogicalId(id);
}
