/** Storage classes as numbers, so that an entry of a listing needs no string for its own. */

/** Names of the storage classes seen; an entry's number is its place here. Unnamed in a listing: a marker. */
export const STORAGE_CLASSES: string[] = ['STANDARD'];

const STANDARD = Buffer.from('STANDARD');

/** Nearly every object is in `STANDARD`: that one is told without making a string. */
export function storageClassAt(bytes: Buffer, start: number, end: number): number {
  let same = 0;
  while (same < STANDARD.length && bytes[start + same] === STANDARD[same]) same++;
  if (same === STANDARD.length && end - start === same) return 0;
  const name = bytes.toString('latin1', start, end);
  const known = STORAGE_CLASSES.indexOf(name);
  return known >= 0 ? known : STORAGE_CLASSES.push(name) - 1;
}
