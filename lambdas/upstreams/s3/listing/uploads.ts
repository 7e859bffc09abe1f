/** Multipart uploads that were begun and never finished: their parts take room that no object listing shows. */
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../../../context.ts';
import { UpstreamFailedError, UpstreamThrottledError, UpstreamTimeoutError } from '../../../errors.ts';
import { s3Address, s3Fault } from '../objects.ts';
import { encodeRfc3986, signedGet } from '../signed-https.ts';

export interface UnfinishedUploads {
  /** Bytes of the parts. */
  size_bytes: number;
  /** Parts, as CloudWatch's `NumberOfObjects` counts them. */
  object_count: number;
  /** False when not all could be read: no permission, or no time. */
  complete: boolean;
}

/** Side by side; uploads are few, or their number is the finding. */
const CONCURRENT_LISTS = 16;
const MAX_ATTEMPTS = 5;
const BACK_OFF_MS = 50;

/** Adds up the parts of all unfinished uploads, as far as permissions and time go. An upstream's fault is no error. */
export async function unfinishedUploads(bucket: string, region: string, context: Context): Promise<UnfinishedUploads> {
  const sum: UnfinishedUploads = { size_bytes: 0, object_count: 0, complete: false };
  try {
    let marker: Record<string, string> | null = {};
    while (marker !== null) {
      const page: string = await list(bucket, region, '', { uploads: '', ...marker }, context);
      await addParts(uploadsIn(page), bucket, region, context, sum);
      marker = nextPage(page, { 'key-marker': 'NextKeyMarker', 'upload-id-marker': 'NextUploadIdMarker' });
    }
    sum.complete = true;
  } catch (error) {
    if (!isUpstreams(error)) throw error;
  }
  return sum;
}

function isUpstreams(error: unknown): boolean {
  return [UpstreamFailedError, UpstreamThrottledError, UpstreamTimeoutError].some((kind) => error instanceof kind);
}

interface Upload {
  key: string;
  id: string;
}

async function addParts(
  uploads: readonly Upload[],
  bucket: string,
  region: string,
  context: Context,
  sum: UnfinishedUploads,
): Promise<void> {
  const left = [...uploads];
  const work = async () => {
    for (let upload = left.pop(); upload !== undefined; upload = left.pop()) {
      let marker: Record<string, string> | null = {};
      while (marker !== null) {
        const path = `/${upload.key.split('/').map(encodeRfc3986).join('/')}`;
        const page: string = await list(bucket, region, path, { uploadId: upload.id, ...marker }, context);
        for (const part of page.matchAll(/<Part>.*?<Size>(\d+)<\/Size>.*?<\/Part>/gs)) {
          sum.size_bytes += Number(part[1]);
          sum.object_count++;
        }
        marker = nextPage(page, { 'part-number-marker': 'NextPartNumberMarker' });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENT_LISTS, uploads.length) }, work));
}

/** One page as text, asked for again after what waiting cures. */
async function list(...page: Parameters<typeof listOnce>): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await listOnce(...page);
    } catch (error) {
      const passing =
        error instanceof UpstreamThrottledError ||
        (error instanceof UpstreamFailedError && ['failed', 'unreachable'].includes(error.reason));
      if (!passing || attempt === MAX_ATTEMPTS) throw error;
      await sleep(BACK_OFF_MS * 2 ** attempt * Math.random());
    }
  }
}

/** An upload that ended meanwhile (404) has no parts left. */
async function listOnce(
  bucket: string,
  region: string,
  path: string,
  query: Record<string, string>,
  context: Context,
): Promise<string> {
  const { endpoint, bucketPath } = s3Address(bucket, region);
  const encoding: Record<string, string> = path === '' ? { 'encoding-type': 'url' } : {};
  const request = { upstream: 's3', service: 's3', region, endpoint, path: bucketPath + path || '/' };
  return context.timing.of('s3', async () => {
    const response = await signedGet({ ...request, query: { ...encoding, ...query } }, context);
    if (response.statusCode !== 200) {
      response.resume();
      if (response.statusCode === 404 && path !== '') return '';
      throw s3Fault('s3', response);
    }
    try {
      return await text(response);
    } catch (cause) {
      throw context.deadline.remaining() === 0
        ? new UpstreamTimeoutError('s3', { cause })
        : new UpstreamFailedError('s3', 'unreachable', { cause });
    }
  });
}

function uploadsIn(page: string): Upload[] {
  return [...page.matchAll(/<Upload>(.*?)<\/Upload>/gs)].map(([, upload = '']) => ({
    key: decodeURIComponent((member(upload, 'Key') ?? '').replaceAll('+', ' ')),
    id: member(upload, 'UploadId') ?? '',
  }));
}

/** The query that goes on after a page; `null` after the last. */
function nextPage(page: string, markers: Record<string, string>): Record<string, string> | null {
  if (member(page, 'IsTruncated') !== 'true') return null;
  const next: Record<string, string> = {};
  for (const [parameter, name] of Object.entries(markers)) {
    const value = member(page, name);
    if (value === null) throw new UpstreamFailedError('s3', 'invalid-answer');
    next[parameter] = name === 'NextKeyMarker' ? decodeURIComponent(value.replaceAll('+', ' ')) : value;
  }
  return next;
}

function member(xml: string, name: string): string | null {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? null;
}
