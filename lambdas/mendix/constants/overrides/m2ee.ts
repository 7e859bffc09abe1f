/**
 * `m2ee.yaml`, as m2ee-tools read it (`config.py`): `mxruntime.MicroflowConstants`, and below it the `custom` section
 * that older releases have. A name that is there counts even when its value is null.
 *
 * `include` is a list of further files, whose sections are merged over this one's: they may set any constant, lie on the
 * app's own machine, and are not read.
 */
import { UnusableContentError } from '../../unusable-content.ts';
import { CONSTANTS_SETTING } from './custom-settings.ts';
import { NO_OVERRIDES, type Overrides, type Rank } from './overrides.ts';
import { throughPython } from './python-numbers.ts';
import { constantsAt, isList, isMap, memberAt, type Tree } from './tree.ts';
import { parseYaml } from './yaml-tree.ts';

const SECTIONS = [['mxruntime', CONSTANTS_SETTING], ['custom']] as const;

/** @throws UnusableContentError `invalid-utf8`, `invalid-yaml`, `too-deep`, `unexpected-content` */
export function parseM2eeYaml(bytes: Uint8Array): Overrides {
  const { documents, duplicates } = parseYaml(bytes);
  const [document, another] = documents;
  if (document === undefined || (another === undefined && 'kind' in document && document.kind === 'null')) {
    return NO_OVERRIDES;
  }
  if (another !== undefined || !isMap(document)) {
    throw new UnusableContentError('unexpected-content', 'It is not one m2ee.yaml: a map with the section mxruntime.');
  }
  const sections = SECTIONS.map(
    (path): Rank => [
      {
        kind: 'settings',
        via: path.join('.'),
        settings: throughPython(constantsAt(document, path)),
        integers: 'plain',
      },
    ],
  );
  const included = includes(document);
  const doubled = [...duplicates].map((key) => `It has the key ${key} more than once; the last counts.`);
  if (included === 0) return { ranks: sections, notes: doubled };
  const note = `It includes ${included} other ${included === 1 ? 'file' : 'files'}, which may set any constant and are not read.`;
  const unread = { kind: 'unread', via: 'include', note: 'A file that m2ee.yaml includes may set it.' } as const;
  return { ranks: [[unread], ...sections], notes: [note, ...doubled] };
}

/** m2ee-tools ignore an `include` that is no list. */
function includes(document: Tree): number {
  const list = memberAt(document, ['include']);
  return list !== undefined && isList(list) ? list.length : 0;
}
