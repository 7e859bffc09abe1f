/** What each path takes and gives, as types: looked up in what is generated from the route table. */
import type { Operations } from './generated/types.ts';

/** A path of the API: `'/users'`. */
export type Path = keyof Operations;

/** A path whose answer has a list that pages. */
export type RowPath = { [P in Path]: Operations[P]['rows'] extends string ? P : never }[Path];

/** A path that has its rows as CSV too. */
export type CsvPath = { [P in Path]: Operations[P]['csv'] extends true ? P : never }[Path];

/** A path that answers about several environments in one call. */
export type FleetPath = { [P in Path]: Operations[P]['several'] extends null ? never : P }[Path];

/** The parameters of a path, named as on the wire. */
export type Query<P extends Path> = Operations[P]['query'];

/** The same without `fields`: the rows come with all their fields. */
export type WholeQuery<P extends Path> = Query<P> & { fields?: undefined };

/** The JSON answer of a path. */
export type Answer<P extends Path> = Operations[P]['answer'];

/** The answer where no `fields` were asked for: rows lack none. */
export type WholeAnswer<P extends Path> = {
  [Name in keyof Answer<P>]: Name extends Operations[P]['rows'] ? WholeList<P, Answer<P>[Name]> : Answer<P>[Name];
};

/** The answer about several environments: a summary of each, and what they add up to. */
export type FleetAnswer<P extends FleetPath> = NonNullable<Operations[P]['several']>;

/** A row, as `fields` may have picked from it. */
export type Row<P extends RowPath> = Item<Answer<P>[Operations[P]['rows'] & keyof Answer<P>]>;

/** A row with all its fields. */
export type WholeRow<P extends RowPath> = Item<WholeAnswer<P>[Operations[P]['rows'] & keyof Answer<P>]>;

type Item<List> = NonNullable<List> extends readonly (infer R)[] ? R : never;

/** Only where `fields` is a parameter do rows leave fields out for it; other optional fields stay optional. */
type WholeList<P extends Path, List> = 'fields' extends keyof Query<P>
  ? List extends readonly (infer R)[]
    ? Required<R>[]
    : List
  : List;
