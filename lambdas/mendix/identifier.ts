/**
 * Quotes a SQL identifier that was read from the catalog. The only way an identifier gets into a statement.
 * Source: PostgreSQL documentation, 4.1.1 "Identifiers and Key Words": a quote is doubled, NUL is impossible.
 *
 * @throws RangeError when the name holds NUL or is empty, which no catalog name does.
 */
export function quoteIdentifier(name: string): string {
  if (name === '' || name.includes('\0')) throw new RangeError('not an identifier');
  return `"${name.replaceAll('"', '""')}"`;
}
