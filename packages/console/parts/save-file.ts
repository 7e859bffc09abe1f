/** A text as a file of the reader's. */

/** The address is given up once the browser has had time to read it. */
const KEPT_MS = 10_000;

/** @param texts one after the other, as they came */
export function saveFile(name: string, texts: readonly string[]): void {
  const address = URL.createObjectURL(new Blob([...texts], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}
