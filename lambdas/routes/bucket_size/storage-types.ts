/**
 * Storage types of `AWS/S3` metrics, with the storage class of the objects that they are for.
 * Source: S3 user guide, "Amazon S3 metrics and dimensions". New ones are found by ListMetrics all the same.
 */
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  STANDARD: ['StandardStorage'],
  INTELLIGENT_TIERING: [
    'IntelligentTieringFAStorage',
    'IntelligentTieringIAStorage',
    'IntelligentTieringAAStorage',
    'IntelligentTieringAIAStorage',
    'IntelligentTieringDAAStorage',
    'IntAAObjectOverhead',
    'IntAAS3ObjectOverhead',
    'IntDAAObjectOverhead',
    'IntDAAS3ObjectOverhead',
  ],
  STANDARD_IA: ['StandardIAStorage', 'StandardIASizeOverhead', 'StandardIAObjectOverhead'],
  ONEZONE_IA: ['OneZoneIAStorage', 'OneZoneIASizeOverhead'],
  REDUCED_REDUNDANCY: ['ReducedRedundancyStorage'],
  GLACIER_IR: ['GlacierInstantRetrievalStorage', 'GlacierIRSizeOverhead', 'GlacierInstantRetrievalSizeOverhead'],
  GLACIER: ['GlacierStorage', 'GlacierStagingStorage', 'GlacierObjectOverhead', 'GlacierS3ObjectOverhead'],
  DEEP_ARCHIVE: [
    'DeepArchiveStorage',
    'DeepArchiveStagingStorage',
    'DeepArchiveObjectOverhead',
    'DeepArchiveS3ObjectOverhead',
  ],
  EXPRESS_ONEZONE: ['ExpressOneZoneStorage'],
};

const CLASS_OF = new Map(
  Object.entries(CLASSES).flatMap(([name, types]) => types.map((type) => [type, name] as const)),
);

/** Asked for by name, since ListMetrics forgets a type that has been silent for two weeks. */
export const KNOWN_STORAGE_TYPES: readonly string[] = [...CLASS_OF.keys()];

/** The storage class of a storage type; `null` for one that is not known here. */
export function storageClassOf(type: string): string | null {
  return CLASS_OF.get(type) ?? null;
}

/** True for bytes that AWS bills beside the objects' own. */
export function isOverhead(type: string): boolean {
  return type.endsWith('Overhead');
}
