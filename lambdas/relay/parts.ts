/** An answer in parts that fit into messages, and whole again: any order, any repetition, nothing of another answer. */
import { createHash } from 'node:crypto';
import { MAX_PART_BYTES, MAX_PARTS, type PartEvent } from './events.ts';

/** An answer too large for any route. */
export class TooManyPartsError extends Error {
  override name = 'TooManyPartsError' as const;
}

export interface Parts {
  digest: string;
  /** One at least: an empty answer is one empty part. */
  pieces: readonly Buffer[];
}

/**
 * Cuts an answer. 250 kB are three parts: 92,160 + 92,160 + 65,680 bytes.
 *
 * @throws TooManyPartsError past `MAX_PARTS`
 */
export function cut(answer: Buffer): Parts {
  const count = Math.max(1, Math.ceil(answer.length / MAX_PART_BYTES));
  if (count > MAX_PARTS) throw new TooManyPartsError(`${count} parts`);
  const pieces = Array.from({ length: count }, (_, index) =>
    answer.subarray(index * MAX_PART_BYTES, (index + 1) * MAX_PART_BYTES),
  );
  return { digest: digestOf(answer), pieces };
}

/** SHA-256 in base64url. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url');
}

/** The parts of one answer as they come. */
export class Assembly {
  readonly digest: string;
  readonly #pieces: (Buffer | undefined)[];
  #missing: number;

  /** @param first any part of the answer; `add` it too */
  constructor(first: Pick<PartEvent, 'digest' | 'parts'>) {
    this.digest = first.digest;
    this.#pieces = new Array<Buffer | undefined>(first.parts).fill(undefined);
    this.#missing = first.parts;
  }

  /** Takes a part in. A second one of the same number, or one that does not belong here, changes nothing. */
  add({ digest, parts, part, data_base64 }: Pick<PartEvent, 'digest' | 'parts' | 'part' | 'data_base64'>): void {
    if (digest !== this.digest || parts !== this.#pieces.length || part >= parts) return;
    if (this.#pieces[part] !== undefined) return;
    this.#pieces[part] = Buffer.from(data_base64, 'base64');
    this.#missing -= 1;
  }

  /** Numbers of the parts that have not come. */
  missing(): number[] {
    return this.#pieces.flatMap((piece, index) => (piece === undefined ? [index] : []));
  }

  /** Whether all have come. */
  get isWhole(): boolean {
    return this.#missing === 0;
  }

  /** The answer; `null` when its bytes are not those that the parts spoke of. */
  whole(): Buffer | null {
    const answer = Buffer.concat(this.#pieces.filter((piece) => piece !== undefined));
    return this.isWhole && digestOf(answer) === this.digest ? answer : null;
  }
}
