/** What lies in S3: buckets with their objects, older versions and unfinished uploads, in memory. */
import { createHash } from 'node:crypto';
import { compareKeys, firstFrom, type Sequence } from './key-order.ts';

/** One current object. */
export interface StoredObject {
  key: string;
  /** Bytes. */
  size: number;
  last_modified: Date;
  /** With its quotes. */
  etag: string;
  storage_class: string;
  /** `null` in a bucket without versioning, as S3 writes it. */
  version_id: string;
  /** `null`: made up from key and size when it is read. */
  body: Uint8Array | null;
}

/** A version as ListObjectVersions shows it. */
export interface StoredVersion extends StoredObject {
  latest: boolean;
  delete_marker: boolean;
}

/** A multipart upload that has begun and has neither been completed nor aborted. */
export interface StoredUpload {
  key: string;
  upload_id: string;
  initiated: Date;
  storage_class: string;
  /** In order; part numbers count from 1. */
  parts: { size: number; last_modified: Date; etag: string }[];
}

/** Buckets by name. */
export type Store = ReadonlyMap<string, Bucket>;

/** A bucket with all that a list can show of it. */
export class Bucket {
  readonly name: string;
  readonly region: string;
  /** Current objects in key order. */
  readonly objects: Sequence<StoredObject>;
  /** In key order, then oldest first. */
  readonly uploads: readonly StoredUpload[];
  /** Versions that are not current, and delete markers, of any key, in no order. */
  readonly #history: readonly StoredVersion[];
  #versions: Sequence<StoredVersion> | undefined;

  constructor(content: {
    name: string;
    region: string;
    objects: Sequence<StoredObject>;
    history?: readonly StoredVersion[];
    uploads?: readonly StoredUpload[];
  }) {
    this.name = content.name;
    this.region = content.region;
    this.objects = content.objects;
    this.#history = content.history ?? [];
    this.uploads = [...(content.uploads ?? [])].sort(
      (a, b) => compareKeys(a.key, b.key) || a.initiated.getTime() - b.initiated.getTime(),
    );
  }

  /** The current object of this key; a delete marker is none. */
  object(key: string): StoredObject | undefined {
    const object = this.objects.at(firstFrom(this.objects, key));
    return object?.key === key ? object : undefined;
  }

  /** Every version and delete marker, in key order, newest first. */
  versions(): Sequence<StoredVersion> {
    this.#versions ??= this.#history.length === 0 ? new LatestVersions(this.objects) : this.#merged();
    return this.#versions;
  }

  /** The newest version of a key, where that is a delete marker. */
  deleteMarker(key: string): StoredVersion | undefined {
    return this.#history.find((version) => version.key === key && version.latest && version.delete_marker);
  }

  /** A current or older version, or a delete marker. */
  version(key: string, versionId: string): StoredVersion | undefined {
    const current = this.object(key);
    if (current?.version_id === versionId) return { ...current, latest: true, delete_marker: false };
    return this.#history.find((version) => version.key === key && version.version_id === versionId);
  }

  /** Adds an object or replaces the one of its key. */
  put(object: StoredObject): void {
    if (!Array.isArray(this.objects))
      throw new Error(`the bucket ${this.name} is generated: nothing can be put into it`);
    const index = firstFrom(this.objects, object.key);
    this.objects.splice(index, this.objects[index]?.key === object.key ? 1 : 0, object);
    this.#versions = undefined;
  }

  #merged(): StoredVersion[] {
    const current = new LatestVersions(this.objects);
    const all = [...this.#history, ...Array.from({ length: current.length }, (_, index) => current.at(index))];
    return all
      .filter((version) => version !== undefined)
      .sort(
        (a, b) =>
          compareKeys(a.key, b.key) ||
          Number(b.latest) - Number(a.latest) ||
          b.last_modified.getTime() - a.last_modified.getTime(),
      );
  }
}

/** A bucket without history has exactly one version of each key. */
class LatestVersions implements Sequence<StoredVersion> {
  readonly #objects: Sequence<StoredObject>;
  constructor(objects: Sequence<StoredObject>) {
    this.#objects = objects;
  }
  get length(): number {
    return this.#objects.length;
  }
  /** In the order of the list. */
  at(index: number): StoredVersion | undefined {
    const object = this.#objects.at(index);
    return object && { ...object, latest: true, delete_marker: false };
  }
}

/** An ETag in S3's form. It is the body's MD5 only where a body is given, as with S3's encrypted objects. */
export function etagOf(content: string | Uint8Array): string {
  return `"${createHash('md5').update(content).digest('hex')}"`;
}
