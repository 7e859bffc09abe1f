/** Multipart uploads that were begun and never finished: their parts take room that no object listing shows. */
import type { Context } from '../../../context.ts';
import type { Bucket } from '../../../environment-settings.ts';
import { UpstreamFailedError } from '../../../upstream-errors.ts';
import { askPage, type ListPage } from '../document.ts';
import { decodeKey } from '../object-key.ts';
import { childrenOf, childText, type XmlElement } from '../xml.ts';

/** The sum over all parts of all unfinished uploads of a bucket. */
export interface UnfinishedUploads {
  /** Bytes of the parts. */
  size_bytes: number;
  /** Parts, as CloudWatch's `NumberOfObjects` counts them. */
  object_count: number;
}

interface Upload {
  key: string;
  id: string;
}

/** Side by side; uploads are few, or their number is the finding. */
const MAX_LISTS = 16;

/** A bucket, and by whose session it is read. */
export type BucketPlace = Pick<Bucket, 'bucket' | 'region' | 'reader'>;

/**
 * Adds up the parts of all unfinished uploads.
 *
 * @throws UpstreamFailedError (`access-denied` without `s3:ListBucketMultipartUploads` or
 *   `s3:ListMultipartUploadParts`), UpstreamThrottledError, UpstreamTimeoutError: a part of the sum is no sum
 */
export function unfinishedUploads(place: BucketPlace, context: Context): Promise<UnfinishedUploads> {
  return new UploadLister(place, context).sum();
}

/** ListMultipartUploads page by page, and ListParts of each upload, {@link MAX_LISTS} side by side. */
class UploadLister {
  readonly #place: BucketPlace;
  readonly #context: Context;
  readonly #sum: UnfinishedUploads = { size_bytes: 0, object_count: 0 };

  constructor(place: BucketPlace, context: Context) {
    this.#place = place;
    this.#context = context;
  }

  /** Over all pages. A page's uploads are summed up before the next page is asked for. */
  async sum(): Promise<UnfinishedUploads> {
    let marker: Record<string, string> = {};
    for (;;) {
      const query = { uploads: '', 'encoding-type': 'url', ...marker };
      const { page, isLast, urlEncoded } = await this.#ask(null, query, 'ListMultipartUploadsResult');
      await this.#addParts(childrenOf(page, 'Upload').map((upload) => uploadOf(upload, urlEncoded)));
      if (isLast) return this.#sum;
      marker = {
        'key-marker': decodeKey(required(page, 'NextKeyMarker'), urlEncoded),
        'upload-id-marker': required(page, 'NextUploadIdMarker'),
      };
    }
  }

  /** Whoever has finished an upload takes the next. */
  async #addParts(uploads: Upload[]): Promise<void> {
    const work = async () => {
      for (let upload = uploads.pop(); upload !== undefined; upload = uploads.pop()) await this.#addUpload(upload);
    };
    await Promise.all(Array.from({ length: Math.min(MAX_LISTS, uploads.length) }, work));
  }

  async #addUpload({ key, id }: Upload): Promise<void> {
    let query: Record<string, string> = { uploadId: id };
    for (;;) {
      const parts = await this.#ask(key, query, 'ListPartsResult').catch(endedMeanwhile);
      if (parts === null) return;
      for (const part of childrenOf(parts.page, 'Part')) {
        const size = required(part, 'Size');
        if (!/^\d{1,15}$/.test(size)) throw invalid();
        this.#sum.size_bytes += Number(size);
        this.#sum.object_count++;
      }
      if (parts.isLast) return;
      query = { uploadId: id, 'part-number-marker': required(parts.page, 'NextPartNumberMarker') };
    }
  }

  #ask(key: string | null, query: Record<string, string>, root: string): Promise<ListPage> {
    const { bucket, region, reader } = this.#place;
    return askPage({ source: 's3', bucket, region, reader, key, query, root }, this.#context);
  }
}

/** An upload that was finished or aborted after the list has no parts left. */
function endedMeanwhile(error: unknown): null {
  if (error instanceof UpstreamFailedError && error.reason === 'not-found') return null;
  throw error;
}

function uploadOf(upload: XmlElement, urlEncoded: boolean): Upload {
  return { key: decodeKey(required(upload, 'Key'), urlEncoded), id: required(upload, 'UploadId') };
}

/** @throws UpstreamFailedError `invalid-answer` for a list without a member that it must have */
function required(parent: XmlElement, name: string): string {
  const text = childText(parent, name);
  if (text === null || text === '') throw invalid();
  return text;
}

function invalid(): UpstreamFailedError {
  return new UpstreamFailedError('s3', 'invalid-answer');
}
