/**
 * An assembly for databases at other ports. The ports of a run stand as numbers in the template (security groups) and in
 * the settings of the functions, and nowhere else in what a run reads; so a second run beside the first needs no synthesis
 * of its own, which takes a hundred times as long.
 *
 * With `{ "shop-prod-db": localhost:40001 }` moved to `localhost:40002`, `"FromPort": 40001` becomes `"FromPort": 40002`,
 * and `"MaxAge": 40001` stays.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE_FILES } from '../../lambdas/contract.ts';

type Addresses = Readonly<Record<string, { host: string; port: number }>>;

/** Where a template, and where settings name a port. */
const PORT_FIELD = /^(from|to)?port$/i;

/** Old port and new one; `null` where more than ports differs, or two servers shared a port. */
export function portsMoved(from: Addresses, to: Addresses): ReadonlyMap<number, number> | null {
  const names = Object.keys(from);
  const moved = new Map(names.map((name) => [from[name]?.port ?? 0, to[name]?.port ?? 0]));
  const isSame = names.length === Object.keys(to).length && names.every((name) => from[name]?.host === to[name]?.host);
  return isSame && moved.size === names.length ? moved : null;
}

/** Writes the new ports into the assembly. */
export function movePorts(assembly: string, moved: ReadonlyMap<number, number>): void {
  const entries = readdirSync(assembly, { withFileTypes: true });
  const templates = entries.filter(({ name }) => name.endsWith('.template.json')).map(({ name }) => name);
  const settings = entries.filter((one) => one.isDirectory()).map(({ name }) => join(name, BUNDLE_FILES.settings));
  for (const file of [...templates, ...settings].map((name) => join(assembly, name)).filter(existsSync)) {
    const text = readFileSync(file, 'utf8');
    const changed = JSON.parse(text, (field, value) =>
      typeof value === 'number' && PORT_FIELD.test(field) ? (moved.get(value) ?? value) : value,
    );
    writeFileSync(file, JSON.stringify(changed));
  }
}
