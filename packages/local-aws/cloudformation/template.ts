/** A CloudFormation template as data: what is read of it, before and after its intrinsic functions are resolved. */

/** A value anywhere in a template. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
/** The value of a `Properties` block, or of any object inside it. */
export type JsonObject = { [name: string]: Json };

/** One entry of `Resources`. */
export interface Resource {
  Type: string;
  Properties?: JsonObject;
  Condition?: string;
}

/** A synthesised template, as far as it is read here. */
export interface Template {
  Resources: Record<string, Resource>;
  Parameters?: Record<string, { Default?: Json }>;
  Conditions?: Record<string, Json>;
  Mappings?: Record<string, Record<string, Record<string, Json>>>;
}

/** Where the stack would stand: the values of CloudFormation’s pseudo parameters. */
export interface StackPlace {
  stackName: string;
  account: string;
  region: string;
}

/** A resource whose properties hold plain values only. */
export interface ResolvedResource {
  type: string;
  properties: JsonObject;
}
