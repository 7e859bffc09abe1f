/** The shape of an entry of the route table. Types only: a `route.ts` pulls in nothing at run time. */
import type * as z from 'zod/mini';
import type { Need, Scope } from './contract.ts';

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
  /** Name of the list in the answer that pages and that CSV shows; `null`: no pages, no CSV. */
  rows: string | null;
  /** The JSON answer, without `complete` and `next_cursor`, which every answer has. */
  answer: Answer;
}

/** The parameters of a route after parsing; one that was left out is absent. */
export type ParametersOf<R extends { parameters: Record<string, z.ZodMiniType> }> = z.output<
  z.ZodMiniObject<R['parameters']>
>;

/** The JSON answer of a route. */
export type AnswerOf<R extends { answer: z.ZodMiniType }> = z.output<R['answer']>;
