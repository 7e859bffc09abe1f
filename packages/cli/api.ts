/** The client, asked by a path that the command line gives: which one it is is not known when this is compiled. */
import type { CsvPage, MrtClient, Path, CsvPath as PathOfCsv, RequestOptions } from '@mrt/client';

/** An answer, by the names of the wire. */
export type Answer = Readonly<Record<string, unknown>>;
/** Parameters, by the names of the wire; `undefined` is left out. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Asks one page. Errors are the client's; an abort throws the signal's reason. */
export interface Api {
  get(path: string, query: Query, options: RequestOptions): Promise<Answer>;
  /** @param options `header: false` leaves the header row out */
  csv(path: string, query: Query, options: RequestOptions & { header: boolean }): Promise<CsvPage>;
}

/** Every path comes from `routes.ts`, which is made from the same table as the client's types. */
export function apiOf(client: MrtClient): Api {
  return {
    get: (path, query, options) => client.get(path as Path, query as object, options) as Promise<Answer>,
    async csv(path, query, options) {
      const pages = client.csvPages(path as PathOfCsv, query as object, options);
      const { value } = await pages.next();
      await pages.return();
      return value as CsvPage;
    },
  };
}
