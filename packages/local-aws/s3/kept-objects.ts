/** Keeps the objects that were put (the signing keys) on disk, so that they survive a restart. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bucket, etagOf, type StoredObject } from './store.ts';

/** A folder on disk for what functions write, so that keys and tokens outlive a restart. */
export class KeptObjects {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Puts into the bucket what was kept of it. */
  restore(bucket: Bucket): void {
    const directory = this.#of(bucket.name);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(directory).filter((file) => !file.endsWith(WRITING))) {
      const path = join(directory, name);
      const body = readFileSync(path);
      bucket.put({
        key: decodeURIComponent(name),
        body,
        size: body.length,
        etag: etagOf(body),
        last_modified: statSync(path).mtime,
        storage_class: 'STANDARD',
        version_id: 'null',
      });
    }
  }

  /** Writes one object, whole or not at all. */
  keep(bucket: string, object: StoredObject): void {
    const path = join(this.#of(bucket), encodeURIComponent(object.key));
    writeFileSync(path + WRITING, object.body ?? '', { mode: 0o600 });
    // A rename is whole or not at all: a killed run leaves no half-written keys.
    renameSync(path + WRITING, path);
  }

  /** Takes an object away that a later `restore` should not bring back; one that is not there is no error. */
  drop(bucket: string, key: string): void {
    rmSync(join(this.#of(bucket), encodeURIComponent(key)), { force: true });
  }

  #of(bucket: string): string {
    return join(this.#directory, bucket);
  }
}

/** A percent-encoded key never ends like this. */
const WRITING = '%';
