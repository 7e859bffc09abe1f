/** CloudFormation's condition functions (user guide, "Condition functions"). */
import type { Json, JsonObject } from './template.ts';

/** What a condition needs of its template. */
export interface ConditionTemplate {
  /** Whether the condition of this name holds. */
  named(name: string): boolean;
  /** A value without its intrinsics. */
  text(value: Json | undefined): string;
}

/** @throws Error naming a function that is not known here */
export function conditionHolds(condition: Json, template: ConditionTemplate): boolean {
  const [name, argument = null] = Object.entries(condition as JsonObject)[0] ?? [];
  const parts = Array.isArray(argument) ? argument : [argument];
  switch (name) {
    case 'Condition':
      return template.named(String(argument));
    case 'Fn::Equals':
      return template.text(parts[0]) === template.text(parts[1]);
    case 'Fn::And':
      return parts.every((part) => conditionHolds(part, template));
    case 'Fn::Or':
      return parts.some((part) => conditionHolds(part, template));
    case 'Fn::Not':
      return !conditionHolds(parts[0] ?? null, template);
    default:
      throw new Error(`local-aws does not know the condition ${name}`);
  }
}
