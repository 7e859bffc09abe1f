/** The roles of a template that has nothing else which runs here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DeployedRole, deployedRoles } from './deployed-policies.ts';
import { resolveTemplate } from './intrinsics.ts';
import { attributeOf, referenceTo } from './physical-ids.ts';
import type { StackPlace, Template } from './template.ts';

/** By logical id. @throws Error naming what local-aws does not understand */
export function readRoles(assembly: string, place: StackPlace): ReadonlyMap<string, DeployedRole> {
  const template = JSON.parse(readFileSync(join(assembly, `${place.stackName}.template.json`), 'utf8')) as Template;
  const resources = resolveTemplate(template, place);
  const resource = (logicalId: string) => {
    const { type = '', properties = {} } = resources[logicalId] ?? {};
    return { logicalId, type, properties };
  };
  const roles = deployedRoles(resources, (logicalId) => ({
    name: referenceTo(resource(logicalId), place),
    arn: attributeOf(resource(logicalId), 'Arn', place),
  }));
  return new Map(
    Object.keys(resources).flatMap((logicalId) => {
      const role = roles.get(attributeOf(resource(logicalId), 'Arn', place));
      return role === undefined ? [] : [[logicalId, role] as const];
    }),
  );
}
