/** Answers with something hostile in each text of others: what names of tables, users and files may hold. */
import type { Route } from 'playwright-core';
import type { Json } from './running-system.ts';

/** Each part would run where it is taken for HTML, for a template, or for an address. */
export const HOSTILE = `<img src=x onerror="alert(1)"><script>alert(2)</script>'"&{{7*7}}javascript:alert(3)`;
/** Fields of the answers in which names and texts of others stand. */
const NAMES =
  /^(table|entity|association|module|generalization|name|full_name|email|bucket|description|note|value|default_value|detail|title|project|version|source|won_by|role|language|advice|setting|dag|file|message|schedule|pool|run_id|key|storage_type)$/;
/** Lists of such texts. */
const LISTS = /^(roles|failed_tasks|tags|notes)$/;

/** The same answer, poisoned. */
export function poisoned(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    return LISTS.test(key) ? [HOSTILE] : value.map((item, index) => poisonedItem(item, index));
  }
  if (typeof value === 'string' && NAMES.test(key)) return HOSTILE;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, poisoned(item, name)]));
}

/** Rows keep names of their own, as no two have one key. */
function poisonedItem(item: unknown, index: number): unknown {
  const changed = poisoned(item) as Json;
  for (const name of ['table', 'entity', 'name', 'dag', 'file']) {
    if (typeof changed?.[name] === 'string') changed[name] = `${HOSTILE} ${index}`;
  }
  return changed;
}

/** What the system answers to this request, poisoned. @param url in place of the request's own */
export async function poison(route: Route, url = route.request().url()): Promise<void> {
  const response = await route.fetch({ url });
  const isJson = response.headers()['content-type']?.includes('json') === true;
  if (isJson) await route.fulfill({ response, json: poisoned(await response.json()) });
  else await route.fulfill({ response });
}
