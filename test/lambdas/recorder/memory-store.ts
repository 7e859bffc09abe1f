/** A bucket in memory with S3's rules for conditional writes, that can end a run at any of its writes. */
import { createHash } from 'node:crypto';
import type { RecordStore } from '../../../lambdas/recorder/store.ts';
import type { Content, WrittenObject } from '../../../lambdas/upstreams/s3/writable-bucket.ts';

/** The function was killed: nothing of the run goes on. */
export class Killed extends Error {}

export class MemoryStore implements RecordStore {
  readonly objects = new Map<string, Buffer>();
  /** Keys in the order in which they were written. */
  readonly written: string[] = [];
  reads = 0;
  /** Writes that are still let through; then the run is killed, `after` the next write or before it. */
  #left = Number.POSITIVE_INFINITY;
  #after = false;

  killAt(writes: number, after: boolean): void {
    this.#left = writes;
    this.#after = after;
  }

  /** What a killed run left behind, for the next one; whatever of the killed run still moves does not reach it. */
  remains(): MemoryStore {
    const store = new MemoryStore();
    for (const [key, body] of this.objects) store.objects.set(key, body);
    return store;
  }

  async read(key: string): Promise<WrittenObject | null> {
    this.reads += 1;
    const body = this.objects.get(key);
    return body === undefined ? null : { body, etag: etagOf(body), lastModified: new Date() };
  }

  async keysBelow(prefix: string): Promise<string[]> {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix));
  }

  async writeNew(key: string, content: Content): Promise<boolean> {
    return this.#write(key, content, !this.objects.has(key));
  }

  async replace(key: string, content: Content, etag: string): Promise<boolean> {
    const body = this.objects.get(key);
    return this.#write(key, content, body !== undefined && etagOf(body) === etag);
  }

  #write(key: string, { body }: Content, isPermitted: boolean): boolean {
    if (this.#left <= 0 && !this.#after) throw new Killed(key);
    if (this.#left < 0) throw new Killed(key);
    this.#left -= 1;
    if (!isPermitted) return false;
    this.objects.set(key, Buffer.from(body));
    this.written.push(key);
    if (this.#left < 0) throw new Killed(key);
    return true;
  }
}

function etagOf(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
