/**
 * Manifests of Mendix on Kubernetes. Three places set constants, and which of them wins is not documented, so a constant
 * that two of them set differently has no winner:
 *
 * - `spec.runtime.microflowConstants` of the one `MendixApp`;
 * - `spec.runtime.customConfiguration` of it, a JSON text of settings of the runtime with the member `MicroflowConstants`;
 * - a secret store that a resource in the same file names, of which only the names are taken.
 */
import { UnusableContentError } from '../../unusable-content.ts';
import { CONSTANTS_SETTING, constantsOf } from './custom-settings.ts';
import { jsonObject } from './json-map.ts';
import { IN_SECRET_STORE, type Overrides, type Place } from './overrides.ts';
import { storedConstants } from './secret-store.ts';
import { constantsAt, memberAt, type Tree, textAt, withoutNulls } from './tree.ts';
import { parseYaml } from './yaml-tree.ts';

const CONSTANTS = ['spec', 'runtime', 'microflowConstants'] as const;
const CONFIGURATION = ['spec', 'runtime', 'customConfiguration'] as const;

/** @throws UnusableContentError `invalid-yaml`, `duplicate-name`, `unexpected-content`, `invalid-json` */
export function parseMendixApp(bytes: Uint8Array): Overrides {
  const { documents, duplicates } = parseYaml(bytes);
  const [duplicate] = duplicates;
  if (duplicate !== undefined) {
    // kubectl refuses it too (field validation "Strict"), so such a file is not what is deployed.
    throw new UnusableContentError('duplicate-name', `It has the key ${duplicate} twice: keep one of the two.`);
  }
  const apps = documents.filter((document) => textAt(document, ['kind']) === 'MendixApp');
  const [app] = apps;
  if (app === undefined || apps.length > 1) {
    throw new UnusableContentError(
      'unexpected-content',
      `It holds ${apps.length} resources of kind MendixApp: it must hold one.`,
    );
  }
  const configured = customConfiguration(app);
  return {
    ranks: [[...storePlaces(documents), fieldPlace(app), ...(configured === null ? [] : [configured])]],
    notes: [],
  };
}

function storePlaces(documents: readonly Tree[]): Place[] {
  const { names, any } = storedConstants(documents);
  const via = 'secret store';
  const settings = new Map([...names].map((name) => [name, IN_SECRET_STORE]));
  const note = `The secret store holds ${CONSTANTS_SETTING}, which may set it.`;
  return [
    { kind: 'settings', via, settings, integers: 'plain' },
    ...(any ? [{ kind: 'unread', via, note } as const] : []),
  ];
}

function fieldPlace(app: Tree): Place {
  // The API server drops null members.
  const settings = withoutNulls(constantsAt(app, CONSTANTS));
  return { kind: 'settings', via: CONSTANTS.join('.'), settings, integers: 'plain' };
}

function customConfiguration(app: Tree): Place | null {
  const via = CONFIGURATION.join('.');
  if (memberAt(app, CONFIGURATION) === undefined) return null;
  const text = textAt(app, CONFIGURATION);
  if (text === null) throw new UnusableContentError('unexpected-content', `Its ${via} is no JSON text: quote it.`);
  const setting = text.trim() === '' ? undefined : memberAt(jsonObject(text, via), [CONSTANTS_SETTING]);
  return setting === undefined ? null : constantsOf(setting, `${via}.${CONSTANTS_SETTING}`);
}
