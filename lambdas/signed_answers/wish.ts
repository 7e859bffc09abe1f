/** The header `Accept-Signature` (RFC 9421, 5): whether a client wants a signature, and what it shall be called. */

/** How a signature is to be made. */
export interface Wish {
  /** Its name in `Signature-Input` and `Signature`. */
  label: string;
  /** A word of the client's that must come back, so that it knows the answer to be new; `null`: none. */
  nonce: string | null;
}

/** Unless the client says otherwise. */
export const PLAIN_WISH: Wish = { label: 'mrt', nonce: null };

/** Longest header that is looked at. */
const MAX_LENGTH = 1000;

/**
 * The first signature that the header asks for. What else it says is advice that is not taken: the components are always the
 * same, and more than a client may ask for. A header that cannot be read asks for a signature all the same.
 *
 * @example wishOf('sig1=("@status");nonce="b3k2"') // { label: 'sig1', nonce: 'b3k2' }
 */
export function wishOf(header: string): Wish {
  const text = header.length > MAX_LENGTH ? '' : header;
  // A key of a dictionary, and the parameters behind the list of its components (RFC 9651, 3.1.2 and 3.2).
  const [, label, parameters = ''] = /^\s*([a-z*][a-z0-9_.*-]{0,63})=\([^()]*\)([^,]*)/.exec(text) ?? [];
  const [, nonce] = /;\s*nonce="([\x20\x21\x23-\x5b\x5d-\x7e]{1,64})"/.exec(parameters) ?? [];
  return { label: label ?? PLAIN_WISH.label, nonce: nonce ?? null };
}
