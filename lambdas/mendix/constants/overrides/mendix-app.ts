/**
 * Manifests of Mendix on Kubernetes: the `MendixApp` resource with `spec.runtime.microflowConstants`, and whatever in
 * the same file names secrets of a store (`SecretProviderClass`, `ExternalSecret`, `Secret`), whose constants have the
 * key `mx-const-<Module.Constant>`. Of those only the names are taken. Where both set a constant, which one wins is not
 * documented: the store's comes first here, so that no value is claimed.
 */
import { UnusableContentError } from '../unusable.ts';
import type { Overrides, Setting } from './setting.ts';
import { memberAt, parseYaml, writtenAt } from './yaml.ts';

const CONSTANTS = ['spec', 'runtime', 'microflowConstants'] as const;

/** Azure Key Vault allows no dot in a name, so the operator writes a hyphen, which no Mendix name has. */
const STORE_KEY = /mx-const-([\p{L}\p{N}_]+)[.-]([\p{L}\p{N}_]+)/gu;

export function parseMendixApp(bytes: Uint8Array): Overrides {
  const documents = parseYaml(bytes).filter((document) => document !== null && document !== undefined);
  const apps = documents.filter((document) => memberAt(document, ['kind']) === 'MendixApp');
  const [app] = apps;
  if (app === undefined || apps.length > 1) {
    throw new UnusableContentError(
      'unexpected-content',
      `It holds ${apps.length} resources of kind MendixApp: it must hold one.`,
    );
  }
  const stored = new Set(documents.flatMap((document) => (document === app ? [] : [...storeKeys(document)])));
  return {
    variables: new Map(),
    settings: [
      ...[...stored].map((name): Setting => ({ name, via: 'secret store', written: null })),
      ...[...writtenAt(app, CONSTANTS)]
        // The API server drops null members.
        .filter(([, written]) => written.kind !== 'null')
        .map(([name, written]): Setting => ({ name, via: CONSTANTS.join('.'), written })),
    ],
  };
}

/** Names in keys and values alike: each provider has its own form, some with YAML inside a text. */
function* storeKeys(value: unknown): Generator<string> {
  if (typeof value === 'string') {
    for (const [, module, constant] of value.matchAll(STORE_KEY)) yield `${module}.${constant}`;
  } else if (Array.isArray(value)) {
    for (const item of value) yield* storeKeys(item);
  } else if (value instanceof Map) {
    for (const [key, item] of value) {
      yield* storeKeys(key);
      yield* storeKeys(item);
    }
  }
}
