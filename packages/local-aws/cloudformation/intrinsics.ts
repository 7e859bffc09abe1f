/**
 * Resolves a CloudFormation template's intrinsic functions to the values that a deployed stack would have,
 * with made-up physical ids (`physical-ids.ts`).
 * Source: CloudFormation user guide, "Intrinsic function reference" and "Pseudo parameters reference".
 */
import { conditionHolds } from './condition.ts';
import { attributeOf, LISTS, listAttributeOf, referenceTo } from './physical-ids.ts';
import type { Json, JsonObject, ResolvedResource, Resource, StackPlace, Template } from './template.ts';

/**
 * Every resource of the template whose condition holds, by logical id, free of intrinsics.
 *
 * @throws Error naming the resource and the reference that cannot be resolved
 */
export function resolveTemplate(template: Template, place: StackPlace): Record<string, ResolvedResource> {
  const resolver = new Resolver(template, place);
  const resolved: Record<string, ResolvedResource> = {};
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    if (resource.Condition !== undefined && !resolver.condition(resource.Condition)) continue;
    resolved[logicalId] = { type: resource.Type, properties: resolver.properties(logicalId) };
  }
  return resolved;
}

class Resolver {
  readonly #template: Template;
  readonly #place: StackPlace;
  readonly #properties = new Map<string, JsonObject>();
  readonly #open = new Set<string>();

  constructor(template: Template, place: StackPlace) {
    this.#template = template;
    this.#place = place;
  }

  /** A resource’s properties without intrinsics, resolved once. @throws Error for a circle of references */
  properties(logicalId: string): JsonObject {
    const known = this.#properties.get(logicalId);
    if (known !== undefined) return known;
    if (this.#open.has(logicalId)) throw new Error(`the template refers to ${logicalId} in a circle`);
    this.#open.add(logicalId);
    const properties: JsonObject = {};
    for (const [name, value] of Object.entries(this.#resource(logicalId).Properties ?? {})) {
      const resolved = this.#value(value);
      if (resolved !== undefined) properties[name] = resolved;
    }
    this.#open.delete(logicalId);
    this.#properties.set(logicalId, properties);
    return properties;
  }

  /** @throws Error when the template has no such condition */
  condition(name: string): boolean {
    const condition = this.#template.Conditions?.[name];
    if (condition === undefined) throw new Error(`the template has no condition ${name}`);
    return conditionHolds(condition, {
      named: (other) => this.condition(other),
      text: (value) => this.#string(value),
    });
  }

  #resource(logicalId: string): Resource {
    const resource = this.#template.Resources[logicalId];
    if (resource === undefined) throw new Error(`the template has no resource ${logicalId}`);
    return resource;
  }

  /** `undefined` stands for `AWS::NoValue`: the property or list item is left out. */
  #value(value: Json): Json | undefined {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return this.#list(value);
    const [entry, ...others] = Object.entries(value);
    if (entry !== undefined && others.length === 0 && (entry[0] === 'Ref' || entry[0].startsWith('Fn::'))) {
      return this.#intrinsic(entry[0], entry[1]);
    }
    const resolved: JsonObject = {};
    for (const [name, part] of Object.entries(value)) {
      const inner = this.#value(part);
      if (inner !== undefined) resolved[name] = inner;
    }
    return resolved;
  }

  #list(items: Json[]): Json[] {
    return items.map((item) => this.#value(item)).filter((item) => item !== undefined);
  }

  #intrinsic(name: string, argument: Json): Json | undefined {
    const parts = Array.isArray(argument) ? argument : [argument];
    switch (name) {
      case 'Ref':
        return this.#reference(String(argument));
      case 'Fn::GetAtt': {
        const [logicalId = '', attribute = ''] =
          typeof argument === 'string' ? argument.split(/\.(.*)/s) : parts.map(String);
        return this.#attribute(logicalId, attribute);
      }
      case 'Fn::Sub':
        return this.#substitute(parts);
      case 'Fn::Join':
        return this.#strings(parts[1]).join(String(parts[0]));
      case 'Fn::Split':
        return this.#string(parts[1]).split(String(parts[0]));
      case 'Fn::Select':
        return this.#strings(parts[1])[Number(this.#value(parts[0] ?? 0))];
      case 'Fn::FindInMap': {
        const [map = '', first = '', second = ''] = parts.map((part) => this.#string(part));
        return this.#template.Mappings?.[map]?.[first]?.[second];
      }
      case 'Fn::If':
        return this.#value((this.condition(String(parts[0])) ? parts[1] : parts[2]) ?? null);
      case 'Fn::Base64':
        return Buffer.from(this.#string(argument)).toString('base64');
      case 'Fn::GetAZs':
        return ['a', 'b', 'c'].map((zone) => `${this.#place.region}${zone}`);
      default:
        throw new Error(`local-aws does not know the intrinsic ${name}`);
    }
  }

  #strings(value: Json | undefined): string[] {
    const resolved = this.#value(value ?? null);
    if (!Array.isArray(resolved)) throw new Error(`expected a list in the template, got ${JSON.stringify(value)}`);
    return resolved.map(String);
  }

  #string(value: Json | undefined): string {
    const resolved = this.#value(value ?? null);
    if (resolved === undefined || resolved === null || typeof resolved === 'object') {
      throw new Error(`expected text in the template, got ${JSON.stringify(value)}`);
    }
    return String(resolved);
  }

  #substitute(parts: Json[]): string {
    const own = (parts[1] ?? {}) as JsonObject;
    return String(parts[0]).replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
      if (literal === '!') return `\${${name}}`;
      if (Object.hasOwn(own, name)) return this.#string(own[name]);
      const [logicalId = '', attribute] = name.split(/\.(.*)/s);
      return this.#string(attribute === undefined ? { Ref: logicalId } : { 'Fn::GetAtt': [logicalId, attribute] });
    });
  }

  #reference(name: string): Json | undefined {
    if (name === 'AWS::NoValue') return undefined;
    const pseudo = pseudoParameters(this.#place)[name];
    if (pseudo !== undefined) return pseudo;
    const parameter = this.#template.Parameters?.[name];
    if (parameter !== undefined) return parameter.Default ?? '';
    return referenceTo(
      { logicalId: name, type: this.#resource(name).Type, properties: this.properties(name) },
      this.#place,
    );
  }

  #attribute(logicalId: string, attribute: string): Json {
    const { Type: type } = this.#resource(logicalId);
    const read = LISTS.has(`${type} ${attribute}`) ? listAttributeOf : attributeOf;
    return read({ logicalId, type, properties: this.properties(logicalId) }, attribute, this.#place);
  }
}

function pseudoParameters({ account, region, stackName }: StackPlace): Record<string, string> {
  return {
    'AWS::AccountId': account,
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/local`,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };
}
