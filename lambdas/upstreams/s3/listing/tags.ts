/** Where an entry of a listing begins and ends, told by single letters of its tags: this runs for every element. */

const GT = 0x3e;

/** `<Contents>`, `<Version>`, `<DeleteMarker>`; not `<CommonPrefixes>`, `<VersionId>`, `<DisplayName>`. */
export function opensEntry(bytes: Buffer, at: number): boolean {
  return bytes[at + 1] === 0x43
    ? bytes[at + 3] === 0x6e && bytes[at + 9] === GT
    : bytes[at + 1] === 0x56
      ? bytes[at + 8] === GT
      : bytes[at + 13] === GT && bytes[at + 2] === 0x65;
}

/** `</Contents>`, `</Version>`, `</DeleteMarker>`. */
export function closesEntry(bytes: Buffer, at: number): boolean {
  const first = bytes[at + 2];
  return first === 0x43
    ? bytes[at + 4] === 0x6e && bytes[at + 10] === GT
    : first === 0x56
      ? bytes[at + 9] === GT
      : first === 0x44 && bytes[at + 14] === GT && bytes[at + 3] === 0x65;
}
