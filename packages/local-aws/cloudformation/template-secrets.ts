/** The secrets of a template, which makes them empty or with a value of its own; local-aws keeps what is put into them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveTemplate } from './intrinsics.ts';
import { referenceTo } from './physical-ids.ts';
import type { StackPlace, Template } from './template.ts';

/** ARNs of the secrets that have a name, by it. @throws Error naming what local-aws does not understand */
export function readSecrets(assembly: string, place: StackPlace): ReadonlyMap<string, string> {
  const template = JSON.parse(readFileSync(join(assembly, `${place.stackName}.template.json`), 'utf8')) as Template;
  const secrets = Object.entries(resolveTemplate(template, place)).filter(
    ([, { type }]) => type === 'AWS::SecretsManager::Secret',
  );
  return new Map(
    secrets.flatMap(([logicalId, { type = '', properties = {} }]) => {
      const name = properties['Name'];
      return typeof name === 'string' ? [[name, referenceTo({ logicalId, type, properties }, place)] as const] : [];
    }),
  );
}
