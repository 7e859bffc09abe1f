/** Aliases of functions. Here an alias has one version, the one that is deployed, since there is none before it. */
import { z } from 'zod';
import type { Reference } from './deployed-policies.ts';
import type { ResolvedResource } from './template.ts';

const Alias = z.object({ FunctionName: z.string(), Name: z.string() });

/**
 * Function ARN by alias ARN: what calls the alias reaches the function, but a permission for the one is none for the
 * other (Lambda guide, "Using aliases in resource policies").
 *
 * @example `…:function:users:live` → `…:function:users`
 */
export function deployedAliases(
  resources: Record<string, ResolvedResource>,
  reference: (logicalId: string) => Reference,
): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  for (const [logicalId, { type, properties }] of Object.entries(resources)) {
    if (type !== 'AWS::Lambda::Alias') continue;
    const { Name } = Alias.parse(properties);
    const alias = reference(logicalId).name;
    aliases.set(alias, alias.slice(0, -`:${Name}`.length));
  }
  return aliases;
}
