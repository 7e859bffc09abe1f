/**
 * What `npm ci` may bring: everything by an exact version and a checksum, nothing from outside the registry, nothing
 * under a licence that was not thought about. Reasons for the packages themselves: docs/decisions/dependencies.md.
 */

/** An entry of `packages` in package-lock.json, by its place (docs.npmjs.com, "package-lock.json"). */
export interface LockEntry {
  version?: string;
  /** Address of the tarball, or the folder of a workspace. npm leaves it out for the registry of the project. */
  resolved?: string;
  /** Checksum of the tarball, as in a `Subresource Integrity` attribute. */
  integrity?: string;
  /** SPDX expression. */
  license?: string;
  /** Needed only to build and test. */
  dev?: boolean;
  /** A folder of this project. */
  link?: boolean;
  /** Inside another package's tarball, whose checksum covers it. */
  inBundle?: boolean;
}

export interface Lock {
  packages: Record<string, LockEntry>;
}

/** package.json, as far as it names packages. */
export interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** Licences by which everything may be used and passed on, with no more than a notice. */
const FOR_ALL = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
]);

/**
 * Licences of tools that are run here and passed on to nobody. MPL-2.0 asks for the source of changed files of a package
 * that is distributed: lightningcss, which vitest brings, is neither changed nor distributed.
 */
const FOR_TOOLS = new Set(['MPL-2.0']);

/** Faults of the lock file and of the versions in package.json, each with its package; empty when it is sound. */
export function lockFaults({ packages }: Lock, { dependencies, devDependencies }: Manifest): string[] {
  const ranges = Object.entries({ ...dependencies, ...devDependencies })
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${name}: ${version} is no exact version`);
  return [...ranges, ...downloads(packages).flatMap(([name, entry]) => [...downloadFaults(name, entry)])];
}

/** Packages whose licence is missing or not allowed where the package is used, each with its licence. */
export function licenceFaults({ packages }: Lock): string[] {
  return downloads(packages)
    .filter(([, { license, dev }]) => !isAllowed(license ?? '', dev === true))
    .map(([name, { license, dev }]) => `${name}: ${license ?? 'no licence'}${dev ? '' : ', in what ships'}`);
}

/** Everything that comes from elsewhere: not the project, its workspaces and the links to them. */
function downloads(packages: Lock['packages']): [name: string, LockEntry][] {
  return Object.entries(packages)
    .filter(([place, { link }]) => place.includes('node_modules/') && link !== true)
    .map(([place, entry]) => [place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length), entry]);
}

function* downloadFaults(name: string, { resolved, integrity, inBundle }: LockEntry): Generator<string> {
  if (inBundle === true) return;
  if (!integrity?.startsWith('sha512-')) yield `${name}: has no SHA-512 checksum`;
  if (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')) {
    yield `${name}: comes from ${resolved}`;
  }
}

/** `(MIT OR GPL-3.0-or-later)`: one of the choices is enough. Other expressions are looked at by a person. */
function isAllowed(expression: string, isTool: boolean): boolean {
  const choices = expression.replaceAll(/[()]/g, '').split(' OR ');
  return choices.some((licence) => FOR_ALL.has(licence) || (isTool && FOR_TOOLS.has(licence)));
}
