/**
 * `m2ee.yaml`, as m2ee-tools reads it (`config.py`): `mxruntime.MicroflowConstants`, and below it the `custom` section
 * that its older releases have. A name that is there counts even when its value is null.
 */
import { UnusableContentError } from '../unusable.ts';
import type { Overrides, Setting } from './setting.ts';
import { parseYaml, writtenAt } from './yaml.ts';

const SECTIONS = [['mxruntime', 'MicroflowConstants'], ['custom']] as const;

export function parseM2eeYaml(bytes: Uint8Array): Overrides {
  const [document, another] = parseYaml(bytes);
  if (document === undefined || document === null) return { variables: new Map(), settings: [] };
  if (another !== undefined || !(document instanceof Map)) {
    throw new UnusableContentError('unexpected-content', 'It is not one m2ee.yaml: a map with the section mxruntime.');
  }
  const settings = SECTIONS.flatMap((path): Setting[] =>
    [...writtenAt(document, path)].map(([name, written]) => ({ name, via: path.join('.'), written })),
  );
  return { variables: new Map(), settings };
}
