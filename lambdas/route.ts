/** The shape of an entry of the route table. Types only: a `route.ts` pulls in nothing at run time. */

import type * as z from 'zod/mini';
import type { Need, Scope } from './contract.ts';
import type { HashKind } from './keyed-hash.ts';

/**
 * A route as `http`, the cloud side, the documents and the tests know it. What it declares here `http` obeys; none of
 * them knows a parameter of a route by its name.
 */
export interface Route<
  Parameters extends Record<string, z.ZodMiniType> = Record<string, z.ZodMiniType>,
  Answer extends z.ZodMiniType = z.ZodMiniType,
> {
  /** Without the slash; the folder, the function and the `offers` of an environment have the same name. */
  name: string;
  path: `/${string}`;
  /** One sentence for people; OpenAPI's summary. */
  summary: string;
  /** Any one of these lets a token in. `null`: open to anybody. */
  scopes: readonly Scope[] | null;
  /** What it reads; decides the role, the network and the slice of the configuration. */
  needs: readonly Need[];
  /** Whether the request is about one environment. */
  environment: boolean;
  /** Its own parameters; `environment`, `limit`, `cursor` and `budget_s` are added by the declarations here. */
  parameters: Parameters;
  /** Name of the list in the answer that pages; `null`: no pages. */
  rows: string | null;
  /** The rows as a table; `null`: no CSV. */
  csv: CsvTable | null;
  /** `metrics`: figures for monitoring systems, and nothing else. Left out: JSON. */
  form?: 'metrics';
  /** Name of a list parameter that picks the fields of rows, and with them the columns of CSV. */
  fields?: string;
  /** What is shown in clear on request. Left out: the route has nothing to hide. */
  discloses?: Disclosure;
  /** A filter that looks somebody up by name. */
  looksUp?: LookUp;
  /** Fields of its answer, wherever they stand in it, that hold hashes under the API's own keys; with which of the keys. */
  keyed?: Readonly<Record<string, HashKind>>;
  /** Says how the agents of other accounts are. */
  agents?: true;
  /** Every answer is an audit line, whatever it shows. */
  audited?: true;
  /** Time filters over what masked rows show by the day. */
  wholeDays?: WholeDays;
  /** Name of a parameter that names a second environment, which the caller must be able to read as well. */
  otherEnvironment?: string;
  /** What of the record it reads. Left out: nothing. */
  record?: RecordUse;
  /** What it gives to an answer about several environments. Left out: it is about one only. */
  fleet?: FleetPart;
  /** The JSON answer, without `complete` and `next_cursor`, which every answer has. */
  answer: Answer;
}

/** What of the record a function may read (`record/layout.ts`). */
export interface RecordUse {
  /** The view of the newest figures. */
  view: string;
  /** Whether it reads the history of its figures too. */
  history: boolean;
  /** Whether it reads when constants changed. */
  changes: boolean;
  /** Whether it has nothing to say without a record: then a stage that records nothing does not have the route. */
  needed: boolean;
}

/** The summaries of several environments, out of the record. */
export interface FleetPart {
  /** Name of the flag that must be given, as rows are of one environment; `null`: none. */
  asks: string | null;
  /** The one value that a parameter may have besides, where others would ask for something else: `source=metrics`. */
  may: readonly string[];
  /** What is shown of an environment. */
  summary: z.ZodMiniType;
  /** What the environments add up to, by the names of the recorded addends. */
  total: z.ZodMiniType;
  /** Whether the answer says how many different people there are. */
  distinct: boolean;
  /** Recorded once a day, and so as good as new for longer. Left out: with each run. */
  daily?: true;
}

/** Rows as CSV: one line a row. */
export interface CsvTable {
  /**
   * Fields of a row, in order: scalars and lists of scalars; `error.type` for a field of an object, and the name of a
   * field of the answer that all rows share, as `environment`.
   */
  columns: readonly string[];
  /** Fields of a row that have no place in a table, being objects or lists of them; the documents name them. */
  leftOut: readonly string[];
  /**
   * Parameters, or single values of one (`source=both`), whose answer is no such table, or that fill only what is left
   * out. With one of them there is no CSV.
   */
  notWith: readonly string[];
  /** A parameter without which the answer has no rows, and so no CSV. Left out: there are always rows. */
  onlyWith?: string;
}

/** Personal data or secrets in clear: never cached, and an audit line each. */
export interface Disclosure {
  /** Name of the flag that asks for it. */
  parameter: string;
  /** What permits it, in the environment that is asked for. */
  scope: Scope;
}

/** A text filter by which people are found. */
export interface LookUp {
  /** Its name. An exact value tells whether somebody is there, so each such look-up is audited though masked. */
  parameter: string;
  /** What a beginning with a `*` after it needs: it finds names letter by letter, so masked rows hide nothing from it. */
  prefixScope: Scope;
}

/** Times that whoever sees masked rows may not ask about: by halving, they would be found to the second. */
export interface WholeDays {
  /** Their names. Without the scope each must be the start of a UTC day. */
  parameters: readonly string[];
  scope: Scope;
}

/** The parameters of a route after parsing; one that was left out is absent. */
export type ParametersOf<R extends { parameters: Record<string, z.ZodMiniType> }> = z.output<
  z.ZodMiniObject<R['parameters']>
>;

/** The JSON answer of a route. */
export type AnswerOf<R extends { answer: z.ZodMiniType }> = z.output<R['answer']>;
