/** What the reading of an archive starts from. Apart from the reader, which is loaded later. */

/** An archive that can be read in parts. */
export interface ArchiveBytes {
  /** In bytes. */
  size: number;
  /** The archive's last bytes, already read. */
  tail: Uint8Array;
  /** Bytes `from` to `to`, the latter excluded. */
  read(from: number, to: number): Promise<Uint8Array>;
}

/**
 * How much of the end to read first. Zip's own end is within 65,557 bytes; at about 100 bytes an entry the rest holds
 * the whole directory of most archives, so that one range less is needed.
 */
export const TAIL_BYTES = 128 * 1024;
