/** The words that a technical name is made of. */

/**
 * The words of a name, each of which stays in one line.
 *
 * @example wordsOf('Sales.OrderLine_Customer') // ['Sales.', 'Order', 'Line_', 'Customer']
 * @example wordsOf('https://a.example/v2') // ['https://', 'a.', 'example/', 'v2']
 */
export function wordsOf(name: string): string[] {
  return name.split(/(?<=[._$])|(?<=\/)(?!\/)|(?<=[a-z\d])(?=[A-Z])/);
}
