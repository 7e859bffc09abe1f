/** CloudWatch's names of storage types as words. */

/**
 * The words of a dimension `StorageType` (Amazon S3 user guide, "Metrics and dimensions"): without `Storage` at its end,
 * which all of them have that are no overhead.
 *
 * @example storageWords('StandardIASizeOverhead') // 'Standard IA size overhead'
 */
export function storageWords(type: string): string {
  const [first = '', ...others] = type
    .replace(/Storage$/, '')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(' ');
  // Abbreviations stay as they are: IA, INT, AA, S3.
  return [first, ...others.map((word) => (/^[A-Z\d]+$/.test(word) ? word : word.toLowerCase()))].join(' ');
}
