/** Files that hold secrets: for their owner alone, whole or not there at all. */
import {
  closeSync,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { ProfileError } from '../exit-codes.ts';

/** Reading or writing by anybody but the owner. */
const OTHERS = 0o077;

/**
 * The JSON of a file that only its owner may read. The mode is asked of the open file, so that it cannot be exchanged
 * between the look and the reading. Windows has no such modes; there the folder of the user protects it.
 *
 * @returns `undefined` when there is no such file
 * @throws ProfileError when others may read or write it, or when it is no JSON
 */
export function readPrivateJson(path: string): unknown {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ProfileError(`${path} cannot be read: ${(error as Error).message}`);
  }
  try {
    const mode = fstatSync(file).mode & 0o777;
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
      const shown = mode.toString(8).padStart(4, '0');
      throw new ProfileError(`${path} holds secrets and others may use it (mode ${shown}). Run: chmod 600 '${path}'`);
    }
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof ProfileError) throw error;
    throw new ProfileError(`${path} is no JSON that can be read`);
  } finally {
    closeSync(file);
  }
}

/** Writes beside the file and renames, so that a full disk or Ctrl-C leaves the old one. Mode 0600, folder 0700. */
export function writePrivateJson(path: string, value: unknown): void {
  const draft = `${path}.${process.pid}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(draft, 'wx', 0o600);
    try {
      fchmodSync(file, 0o600);
      writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    forget(draft);
    throw new ProfileError(`${path} cannot be written: ${(error as Error).message}`);
  }
}

/** A draft that cannot be removed either is not the fault to speak of. */
function forget(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {
    // The first error is thrown.
  }
}
