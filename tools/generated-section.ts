/**
 * Puts generated text into a page that is otherwise written by hand: between `<!-- costs: npm run generate -->` and
 * `<!-- /costs -->`, for the section `costs`.
 *
 * @returns the page with the section made anew
 * @throws Error when the page has no such marks
 */
export function withSection(page: string, section: string, text: string): string {
  const begin = `<!-- ${section}: npm run generate -->\n`;
  const start = page.indexOf(begin);
  const end = page.indexOf(`<!-- /${section} -->`);
  if (start < 0 || end < start) throw new Error(`the page has no place for the section ${section}`);
  return `${page.slice(0, start)}${begin}\n${text}\n${page.slice(end)}`;
}
