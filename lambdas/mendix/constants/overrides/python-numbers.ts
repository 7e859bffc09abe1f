import { throughDouble } from '../number.ts';
import type { Written } from '../value.ts';
import type { NotRead } from './overrides.ts';

/** Values after a tool written in Python has read them and sent them on: its floats are doubles. */
export function throughPython(settings: ReadonlyMap<string, Written | NotRead>): Map<string, Written | NotRead> {
  return new Map(
    [...settings].map(([name, written]) => [
      name,
      written.kind === 'number' ? { kind: 'number', digits: throughDouble(written.digits) } : written,
    ]),
  );
}
