/**
 * JSON whose numbers are written again as they were read. JavaScript's own would round an order number above 2^53 in a run's
 * `conf`, and make the integer `1` of `1.0`, which Airflow's Python tells apart.
 * Source: ECMA-262, "JSON.rawJSON" and the reviver's context (proposal "JSON.parse source text access"), in Node since 21.
 */

/** What the types of this TypeScript do not know yet. */
const json = JSON as unknown as {
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): boolean;
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
};

/**
 * @returns the value; in place of a number that JavaScript would write otherwise stands what `JSON.stringify` writes as it was
 * @throws SyntaxError
 * @example JSON.stringify(parsedExactly('[12345678901234567890, 1.0, 7]')) // '[12345678901234567890,1.0,7]'
 */
export function parsedExactly(text: string): unknown {
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && source !== String(value) ? json.rawJSON(source) : value,
  );
}

/** Whether it stands in place of a number. */
export function isExactNumber(value: unknown): boolean {
  return json.isRawJSON(value);
}
