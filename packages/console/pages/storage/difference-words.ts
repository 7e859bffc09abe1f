/** What makes a bucket larger than the files that an app has, in words. */
import type { Bucket } from '@mrt/client';

export type DifferencePart = NonNullable<Bucket['difference']>['parts'][number];

interface Words {
  name: string;
  /** What it is, and what could be done. */
  meaning: string;
}

const WORDS: Readonly<Record<DifferencePart['what'], Words>> = {
  noncurrent_versions: {
    name: 'old versions',
    meaning:
      'Objects that were replaced or deleted, and that versioning keeps. A lifecycle rule for noncurrent versions ends them.',
  },
  delete_markers: { name: 'delete markers', meaning: 'What a deletion leaves in a bucket with versions.' },
  unfinished_uploads: {
    name: 'unfinished uploads',
    meaning:
      'Parts of uploads that never came to their end. A lifecycle rule (AbortIncompleteMultipartUpload) ends them.',
  },
  storage_overhead: {
    name: 'billed on top',
    meaning:
      'Minimum sizes of small objects in cheaper classes, and the index of archives. Small files belong in STANDARD.',
  },
  unexplained: {
    name: 'not explained',
    meaning: 'What the other parts leave: the metrics are a day old, the listing is of now.',
  },
};

/** A later release may have parts that are not known here. */
export function differenceWords(what: string): Words {
  return WORDS[what as DifferencePart['what']] ?? { name: what.replaceAll('_', ' '), meaning: '' };
}
