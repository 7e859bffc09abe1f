/**
 * Which constants a Kubernetes manifest takes from a secret store. A constant's key is `mx-const-<Module.Constant>`
 * (Mendix docs, "Retrieve Environment-Sensitive Data from a Secret Store"). A name counts where a resource sets a key and
 * not wherever the text has it: not in comments, descriptions or labels.
 *
 * | resource              | where its keys stand                                                               |
 * | --------------------- | ---------------------------------------------------------------------------------- |
 * | `SecretProviderClass` | `spec.parameters.objects`, a YAML text: `objectAlias`, else `objectName`, of each; |
 * |                       | with AWS also those of `jmesPath`; with Azure each item is a YAML text again       |
 * | `ExternalSecret`      | `spec.data[].secretKey`, `spec.target.template.data`                               |
 * | `Secret`              | `data`, `stringData`; `SealedSecret`: `spec.encryptedData`                         |
 */
import { isList, isMap, memberAt, type Tree, textAt } from './tree.ts';
import { parseYamlText } from './yaml-tree.ts';

/** Azure Key Vault allows no dot in a name, so the operator writes a hyphen, which no Mendix name has. */
const CONSTANT_KEY = /^mx-const-([\p{L}\p{N}_]+)[.-]([\p{L}\p{N}_]+)$/u;

/** The runtime's own setting in a store: a map that may set any constant. */
const SETTING_KEY = 'mx-runtime-MicroflowConstants';

export interface StoredConstants {
  names: ReadonlySet<string>;
  /** The whole setting is in the store, so that it may set any constant. */
  any: boolean;
}

/** @param resources the documents of the manifest */
export function storedConstants(resources: readonly Tree[]): StoredConstants {
  const keys = resources.flatMap(keysOf);
  const names = keys.flatMap((key) => {
    const [, module, constant] = CONSTANT_KEY.exec(key) ?? [];
    return module === undefined ? [] : [`${module}.${constant}`];
  });
  return { names: new Set(names), any: keys.includes(SETTING_KEY) };
}

function keysOf(resource: Tree): string[] {
  switch (textAt(resource, ['kind'])) {
    case 'Secret':
      return [...membersOf(resource, ['data']), ...membersOf(resource, ['stringData'])];
    case 'SealedSecret':
      return membersOf(resource, ['spec', 'encryptedData']);
    case 'ExternalSecret':
      return [
        ...itemsOf(memberAt(resource, ['spec', 'data'])).flatMap((item) => textAt(item, ['secretKey']) ?? []),
        ...membersOf(resource, ['spec', 'target', 'template', 'data']),
      ];
    case 'SecretProviderClass':
      return objectKeys(memberAt(resource, ['spec', 'parameters', 'objects']));
    default:
      return [];
  }
}

/** Keys of the objects of a SecretProviderClass, in each provider's form. */
function objectKeys(objects: Tree | undefined): string[] {
  const tree = parsed(objects);
  return [...itemsOf(tree), ...itemsOf(memberAt(tree, ['array']))].map(parsed).flatMap((item) => {
    const key = textAt(item, ['objectAlias']) ?? textAt(item, ['objectName']);
    const paths = itemsOf(memberAt(item, ['jmesPath'])).flatMap((path) => textAt(path, ['objectAlias']) ?? []);
    return [...(key === null ? [] : [key]), ...paths];
  });
}

/** A text as the YAML that it is; anything else as it is. */
function parsed(tree: Tree | undefined): Tree | undefined {
  const isText = tree !== undefined && !isMap(tree) && !isList(tree) && tree.kind === 'text';
  return isText ? parseYamlText(tree.text).documents[0] : tree;
}

function itemsOf(tree: Tree | undefined): readonly Tree[] {
  return tree !== undefined && isList(tree) ? tree : [];
}

function membersOf(resource: Tree, path: readonly string[]): string[] {
  const member = memberAt(resource, path);
  return isMap(member) ? [...member.keys()] : [];
}
