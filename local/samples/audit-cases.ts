/**
 * What an audit of the pet shop's files finds beside what befell its documents (`files.ts`): objects of classes that no
 * document makes. `/storage_audit` counts exactly these.
 */
import { Random } from '@mrt/local-aws/random/seeded-random.ts';
import type { SampleFile } from './files.ts';

/** An object that the app's documents do not explain. */
export interface PlantedObject {
  key: string;
  size: number;
  last_modified: Date;
}

const HOUR = 3_600_000;

/** Uploads whose transactions are under way: nothing in the database knows them yet. */
const TOO_YOUNG = 4;
/** What people and tools have put beside the app's files. */
const FOREIGN = ['README.txt', 'backup/2025-11-30.dump', 'backup/2025-12-31.dump', 'lost+found/part', 'thumbs.db'];
/** Files that grew behind the app's back, as client-side encryption makes them do. */
const GROWN = 6;
/** A block of padding and an initialisation vector. */
const GROWN_BYTES = 28;

/** Objects beside the files of the app. @param now ages are counted from it */
export function plantedObjects(now = new Date()): PlantedObject[] {
  const random = new Random('planted in pet-shop-prod-files');
  const ago = (hours: number) => new Date(Math.floor((now.getTime() - hours * HOUR) / 1000) * 1000);
  return [
    ...Array.from({ length: TOO_YOUNG }, (_, i) => ({
      key: random.uuid(),
      size: random.between(1_000, 90_000),
      last_modified: ago(2 + 4 * i),
    })),
    ...FOREIGN.map((key, i) => ({ key, size: 1_000 * (i + 1), last_modified: ago(24 * (40 + i)) })),
  ];
}

/** The app's files as they lie in the bucket: some have another size than the database says. */
export function grownFiles(files: readonly SampleFile[]): SampleFile[] {
  const grown = new Set(files.filter(isMeasured).slice(0, GROWN));
  return files.map((file) => (grown.has(file) ? { ...file, size: file.size + GROWN_BYTES } : file));
}

function isMeasured({ in_bucket, in_database, database_size }: SampleFile): boolean {
  return in_bucket && in_database && database_size > 0;
}
